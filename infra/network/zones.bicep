// Private DNS: inside the network the services' public names lead to their private endpoints.
import { zones } from 'reach.bicep'

param vnetId string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for each in items(zones): {
    name: each.value
    location: 'global' // a zone has no place; it holds names and private addresses of our own services
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (each, i) in items(zones): {
    parent: zone[i]
    name: 'apps'
    location: 'global'
    properties: { registrationEnabled: false, virtualNetwork: { id: vnetId } }
  }
]
