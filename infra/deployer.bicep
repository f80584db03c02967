// Who deploys from GitHub: an identity that GitHub's own tokens open (no secret), made once by an owner.
//   az deployment sub create --location westeurope --template-file infra/deployer.bicep --parameters infra/deployer.bicepparam
// It may build everything but roles and policies, and give only the roles of the table.
targetScope = 'subscription'
import { builtIn, definitionName, own } from 'access/roles.bicep'

@allowed(['westeurope'])
param location string

@description('The installation it deploys: its environment name in azd, and the name of the environment in GitHub.')
param environmentName string

@description('owner/name of the repository on GitHub.')
param repository string

var groupId = '${subscription().id}/resourceGroups/rg-qics-${environmentName}'
var roles = [...map(items(builtIn), each => each.value), ...map(items(own), each => definitionName(groupId, each.key))]
var among = 'ForAnyOfAnyValues:GuidEquals {${join(roles, ', ')}}'
var attribute = '[Microsoft.Authorization/roleAssignments:RoleDefinitionId]'

var onlyTheTable = join(
  [
    '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request${attribute} ${among}))'
    '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'})) OR (@Resource${attribute} ${among}))'
  ],
  ' AND '
)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-qics-${environmentName}-deployer'
  location: location
}

module identity 'access/deployer.bicep' = {
  name: 'deployer'
  scope: group
  params: { location: location, environmentName: environmentName, repository: repository }
}

resource builds 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(groupId, 'deployer', 'builds')
  properties: {
    principalId: identity.outputs.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      'b24988ac-6180-42a0-ab88-20f7382dd24c' // Contributor: everything but rights
    )
    description: 'deploys the templates; roles and policies stay with the owner'
  }
}

resource grants 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(groupId, 'deployer', 'grants')
  properties: {
    principalId: identity.outputs.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      'f58310d9-a9f6-439a-9e8d-f62e7b41a168' // Role Based Access Control Administrator
    )
    conditionVersion: '2.0'
    condition: onlyTheTable
    description: 'gives the apps the roles of infra/access/table.bicep and no other'
  }
}

@description('To be set as variable AZURE_CLIENT_ID of the environment in GitHub.')
output clientId string = identity.outputs.clientId
