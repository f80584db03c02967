// The apps' own network: one delegated subnet per app, one for private endpoints.
import { front, inbound, outbound, worker } from 'rules.bicep'

param location string
param name string

@description('False: the cheap variant, in which the subnets themselves are known to the services (service endpoints).')
param privateEndpoints bool

@description('A NAT gateway gives the apps one outgoing address that stays. Without it Azure picks addresses that change.')
param fixedOutboundAddress bool

@description('The first 16 bits of the address range. Three ranges of 64 addresses are used.')
param prefix string

var frontRange = '${prefix}.0.0/26'
var workerRange = '${prefix}.0.64/26'
var endpointRange = '${prefix}.0.128/26'

var intoEndpoints = [
  {
    name: 'apps'
    ports: ['443', '1433']
    from: '${prefix}.0.0/25' // both app subnets
    to: endpointRange
    why: 'vaults, storage and SQL, for the two apps alone'
  }
]

resource frontGroup 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: 'nsg-${name}-front'
  location: location
  properties: { securityRules: outbound(front) }
}

resource workerGroup 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: 'nsg-${name}-worker'
  location: location
  properties: { securityRules: outbound(worker) }
}

resource endpointGroup 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: 'nsg-${name}-endpoints'
  location: location
  properties: { securityRules: inbound(intoEndpoints) }
}

resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = if (fixedOutboundAddress) {
  name: 'pip-${name}'
  location: location
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2025-05-01' = if (fixedOutboundAddress) {
  name: 'ng-${name}'
  location: location
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

// Flex Consumption asks for a subnet of its own per app, at least /26, delegated to Microsoft.App/environments. ARM
// accepts any delegation here and the app then fails to start, so a test holds the name.
var forApps = {
  delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
  // new networks are private by default: without a gateway nothing would get out
  defaultOutboundAccess: !fixedOutboundAddress
  natGateway: fixedOutboundAddress ? { id: gateway.id } : null
  serviceEndpoints: privateEndpoints
    ? []
    : map(['Microsoft.KeyVault', 'Microsoft.Sql', 'Microsoft.Storage'], service => { service: service })
}

resource vnet 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${name}'
  location: location
  properties: {
    addressSpace: { addressPrefixes: ['${prefix}.0.0/24'] }
    subnets: [
      {
        name: 'front'
        properties: { ...forApps, addressPrefix: frontRange, networkSecurityGroup: { id: frontGroup.id } }
      }
      {
        name: 'worker'
        properties: { ...forApps, addressPrefix: workerRange, networkSecurityGroup: { id: workerGroup.id } }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: endpointRange
          defaultOutboundAccess: false
          networkSecurityGroup: { id: endpointGroup.id }
          privateEndpointNetworkPolicies: 'Enabled' // without it the security group does not hold for endpoints
        }
      }
    ]
  }
}

output frontSubnet string = '${vnet.id}/subnets/front'
output workerSubnet string = '${vnet.id}/subnets/worker'
output endpointSubnet string = '${vnet.id}/subnets/endpoints'
output id string = vnet.id
