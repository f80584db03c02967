// Who the apps are. Two identities, so that what answers the internet can open no tenant's database.

param location string
param name string

resource front 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}-front'
  location: location
}

resource worker 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}-worker'
  location: location
}

@export()
@description('One app\'s identity, as the resources ask for it.')
type Identity = { id: string, name: string, principalId: string, clientId: string }

output front Identity = {
  id: front.id
  name: front.name
  principalId: front.properties.principalId
  clientId: front.properties.clientId
}

output worker Identity = {
  id: worker.id
  name: worker.name
  principalId: worker.properties.principalId
  clientId: worker.properties.clientId
}
