// The whole service, in one resource group of one region. Deployed by `azd up`; docs/deployment.md says how.
targetScope = 'subscription'
import { Choices, names } from 'choices.bicep'

@description('Short name of this installation, as in prod. Part of every name.')
@minLength(2)
@maxLength(12)
param environmentName string

@description('The promise REGION leaves one choice: the data centre in the Netherlands.')
@allowed(['westeurope'])
param location string

param choices Choices

@description('Roles and policies are made by an owner; a pipeline that may not touch them says false (docs/deployment.md).')
param authority bool

var groupName = 'rg-qics-${environmentName}'
var named = names(environmentName, uniqueString(subscription().subscriptionId, environmentName, location), choices)
var networkId = '${group.id}/providers/Microsoft.Network/virtualNetworks/vnet-${named.stem}'

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupName
  location: location
  tags: { 'azd-env-name': environmentName }
}

module roles 'access/definitions.bicep' = if (authority) {
  name: 'roles-${environmentName}'
  params: { group: groupName }
  dependsOn: [group] // a role can be given only in a group that is there
}

module resources 'resources.bicep' = {
  name: 'resources'
  scope: group
  params: { location: location, names: named, choices: choices }
  dependsOn: [roles]
}

module policies 'policy/definitions.bicep' = if (authority) {
  name: 'policies-${environmentName}'
  params: { prefix: groupName }
}

module inForce 'policy/assignments.bicep' = if (authority) {
  name: 'policies-in-force'
  scope: group
  params: {
    location: location
    prefix: groupName
    registerServer: named.registerServer
    operatorAddresses: choices.operatorAddresses
    appSubnets: map(['front', 'worker'], app => '${networkId}/subnets/${app}')
    privateEndpoints: choices.privateEndpoints
  }
  dependsOn: [policies]
}

// What azd keeps, so that hooks and the operators' command line find the installation: places, no secrets
output AZURE_RESOURCE_GROUP string = groupName
output QICS_APPLICATION_VAULTS string = resources.outputs.environment.QICS_APPLICATION_VAULTS
output QICS_BASE_URL string = resources.outputs.environment.QICS_BASE_URL
output QICS_EVIDENCE_ACCOUNT string = resources.outputs.environment.QICS_EVIDENCE_ACCOUNT
output QICS_EXTRACTS_ACCOUNT string = resources.outputs.environment.QICS_EXTRACTS_ACCOUNT
output QICS_POOLS string = resources.outputs.environment.QICS_POOLS
output QICS_REGISTER_DATABASE string = resources.outputs.environment.QICS_REGISTER_DATABASE
output QICS_REGISTER_SERVER string = resources.outputs.environment.QICS_REGISTER_SERVER
output QICS_STORAGE string = resources.outputs.environment.QICS_STORAGE
output QICS_TENANT_SERVERS string = resources.outputs.environment.QICS_TENANT_SERVERS
output QICS_TENANT_VAULTS string = resources.outputs.environment.QICS_TENANT_VAULTS
output AzureWebJobsStorage__queueServiceUri string = resources.outputs.queues
