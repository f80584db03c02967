// Who may reach a service over the network, said once and handed to every module.

@export()
@description('The ways into the services: through private endpoints, or (the cheap variant) from the apps\' subnets only.')
type Reach = {
  @description('Private endpoints; false: service endpoints with network rules, which cost nothing.')
  privateEndpoints: bool

  @description('Single public addresses from which operators reach register, vaults and queues. Empty: nobody does.')
  operatorAddresses: string[]

  @description('Ids of the subnets of the apps that use the service.')
  appSubnets: string[]

  @description('Id of the subnet in which private endpoints stand.')
  endpointSubnet: string
}

@export()
@description('The public side of a service is shut unless the cheap variant or an operator needs it.')
func publicAccess(reach Reach) 'Disabled' | 'Enabled' =>
  reach.privateEndpoints && empty(reach.operatorAddresses) ? 'Disabled' : 'Enabled'

@export()
@description('Network rules of a vault or storage account: nobody, but named addresses and (without endpoints) the apps.')
func networkAcls(reach Reach) object => {
  bypass: 'None'
  defaultAction: 'Deny'
  ipRules: map(reach.operatorAddresses, address => { value: address })
  virtualNetworkRules: reach.privateEndpoints ? [] : map(reach.appSubnets, subnet => { id: subnet })
}

@export()
@description('The private DNS zone of each kind of endpoint, by the group id a private endpoint names.')
var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  sqlServer: 'privatelink${environment().suffixes.sqlServerHostname}'
  vault: 'privatelink.vaultcore.azure.net' // environment() knows the vaults' public suffix only
}
