// What nobody may make in the resource group, whoever asks: the promises REGION and SEPARATE, held by ARM itself. Rules
// are written out and take parameters of their own, so that what is refused can be read here and in the portal.
targetScope = 'subscription'

@description('Put before every name: several installations may share a subscription.')
param prefix string

resource region 'Microsoft.Authorization/policyDefinitions@2025-01-01' = {
  name: '${prefix}-region'
  properties: {
    policyType: 'Custom'
    displayName: '${prefix}: everything in one region'
    mode: 'Indexed' // types that have a place
    parameters: { location: { type: 'String' }, global: { type: 'Array' } }
    policyRule: {
      if: {
        allOf: [
          { field: 'location', notEquals: '[parameters(\'location\')]' }
          {
            not: {
              allOf: [
                { field: 'location', equals: 'global' }
                { field: 'type', in: '[parameters(\'global\')]' }
              ]
            }
          }
        ]
      }
      then: { effect: 'deny' }
    }
  }
}

// Said apart from the next, so that the refusal names it: it would admit every subscription of Azure.
resource azureServices 'Microsoft.Authorization/policyDefinitions@2025-01-01' = {
  name: '${prefix}-azure-services'
  properties: {
    policyType: 'Custom'
    displayName: '${prefix}: no SQL firewall rule 0.0.0.0'
    mode: 'All'
    policyRule: {
      if: {
        allOf: [
          { field: 'type', equals: 'Microsoft.Sql/servers/firewallRules' }
          { field: 'Microsoft.Sql/servers/firewallRules/startIpAddress', equals: '0.0.0.0' }
        ]
      }
      then: { effect: 'deny' }
    }
  }
}

resource firewall 'Microsoft.Authorization/policyDefinitions@2025-01-01' = {
  name: '${prefix}-firewall'
  properties: {
    policyType: 'Custom'
    displayName: '${prefix}: no server-level SQL firewall rule but the operators\' on the register'
    mode: 'All'
    parameters: { server: { type: 'String' }, addresses: { type: 'Array' } }
    policyRule: {
      if: {
        allOf: [
          { field: 'type', equals: 'Microsoft.Sql/servers/firewallRules' }
          {
            not: {
              allOf: [
                { value: '[first(split(field(\'fullName\'), \'/\'))]', equals: '[parameters(\'server\')]' }
                { field: 'Microsoft.Sql/servers/firewallRules/startIpAddress', in: '[parameters(\'addresses\')]' }
                { field: 'Microsoft.Sql/servers/firewallRules/endIpAddress', in: '[parameters(\'addresses\')]' }
              ]
            }
          }
        ]
      }
      then: { effect: 'deny' }
    }
  }
}

resource closedRegister 'Microsoft.Authorization/policyDefinitions@2025-01-01' = {
  name: '${prefix}-closed-register'
  properties: {
    policyType: 'Custom'
    displayName: '${prefix}: the register has no public side'
    mode: 'All'
    parameters: { server: { type: 'String' } }
    policyRule: {
      if: {
        allOf: [
          { field: 'type', equals: 'Microsoft.Sql/servers' }
          { field: 'name', equals: '[parameters(\'server\')]' }
          { field: 'Microsoft.Sql/servers/publicNetworkAccess', notEquals: 'Disabled' }
        ]
      }
      then: { effect: 'deny' }
    }
  }
}

resource closedVaults 'Microsoft.Authorization/policyDefinitions@2025-01-01' = {
  name: '${prefix}-closed-vaults'
  properties: {
    policyType: 'Custom'
    displayName: '${prefix}: vaults have no public side'
    mode: 'All'
    policyRule: {
      if: {
        allOf: [
          { field: 'type', equals: 'Microsoft.KeyVault/vaults' }
          { field: 'Microsoft.KeyVault/vaults/publicNetworkAccess', notEquals: 'Disabled' }
        ]
      }
      then: { effect: 'deny' }
    }
  }
}

resource namedVaults 'Microsoft.Authorization/policyDefinitions@2025-01-01' = {
  name: '${prefix}-named-vaults'
  properties: {
    policyType: 'Custom'
    displayName: '${prefix}: vaults refuse all but named addresses and subnets'
    mode: 'All'
    parameters: { addresses: { type: 'Array' }, subnets: { type: 'Array' } }
    policyRule: {
      if: {
        allOf: [
          { field: 'type', equals: 'Microsoft.KeyVault/vaults' }
          {
            anyOf: [
              { field: 'Microsoft.KeyVault/vaults/networkAcls.defaultAction', notEquals: 'Deny' }
              {
                count: {
                  field: 'Microsoft.KeyVault/vaults/networkAcls.ipRules[*]'
                  where: {
                    field: 'Microsoft.KeyVault/vaults/networkAcls.ipRules[*].value'
                    notIn: '[parameters(\'addresses\')]'
                  }
                }
                greater: 0
              }
              {
                count: {
                  field: 'Microsoft.KeyVault/vaults/networkAcls.virtualNetworkRules[*]'
                  where: {
                    field: 'Microsoft.KeyVault/vaults/networkAcls.virtualNetworkRules[*].id'
                    notIn: '[parameters(\'subnets\')]'
                  }
                }
                greater: 0
              }
            ]
          }
        ]
      }
      then: { effect: 'deny' }
    }
  }
}
