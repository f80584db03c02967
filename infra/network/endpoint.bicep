// One private endpoint, and its name in the private zone.
import { zones } from 'reach.bicep'

param location string

@description('The service it leads to, and the name it gets from it.')
param targetId string

@description('The part of the service.')
@allowed(['blob', 'queue', 'sqlServer', 'vault'])
param group string

param subnetId string

var name = 'pe-${last(split(targetId, '/'))}-${group}'

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = {
  name: name
  location: location
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: group, properties: { privateLinkServiceId: targetId, groupIds: [group] } }
    ]
  }

  resource registration 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: group
          properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zones[group]) }
        }
      ]
    }
  }
}
