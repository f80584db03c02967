// The rules in force in this resource group.

param location string
param prefix string
param registerServer string
param operatorAddresses string[]

@description('Subnets that may be named by a vault\'s rules.')
param appSubnets string[]
param privateEndpoints bool

@description('Types that have no place of their own, each with what it holds. Nothing else may be `global`.')
var global = {
  'Microsoft.AlertsManagement/smartDetectorAlertRules': 'made by Application Insights; names of metrics'
  'Microsoft.Insights/actionGroups': 'addresses of operators'
  'Microsoft.Insights/metricAlerts': 'names of metrics and limits'
  'Microsoft.Network/privateDnsZones': 'names and private addresses of our own services'
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': 'which network uses a zone'
}

var always = {
  region: {
    says: 'Everything stands in ${location}'
    parameters: { location: { value: location }, global: { value: objectKeys(global) } }
  }
  'azure-services': { says: 'No SQL firewall rule 0.0.0.0: it would admit every subscription of Azure', parameters: {} }
  firewall: {
    says: 'No server-level SQL firewall rule but the operators\' on the register'
    parameters: { server: { value: registerServer }, addresses: { value: operatorAddresses } }
  }
}

var closed = {
  'closed-register': {
    says: 'The register has no public side'
    parameters: { server: { value: registerServer } }
  }
  'closed-vaults': { says: 'Vaults have no public side', parameters: {} }
}

// a vault gives single addresses back with their mask
var masked = map(operatorAddresses, address => '${address}/32')

var named = {
  'named-vaults': {
    says: 'Vaults refuse all but named addresses and subnets'
    parameters: {
      addresses: { value: [...operatorAddresses, ...masked] }
      subnets: { value: privateEndpoints ? [] : appSubnets }
    }
  }
}

var rules = { ...always, ...(privateEndpoints && empty(operatorAddresses) ? closed : named) }

resource assignment 'Microsoft.Authorization/policyAssignments@2025-01-01' = [
  for each in items(rules): {
    name: each.key
    properties: {
      displayName: each.value.says
      enforcementMode: 'Default'
      policyDefinitionId: subscriptionResourceId('Microsoft.Authorization/policyDefinitions', '${prefix}-${each.key}')
      parameters: each.value.parameters
      nonComplianceMessages: [{ message: '${each.value.says}. Why: docs/deployment.md, Policy.' }]
    }
  }
]
