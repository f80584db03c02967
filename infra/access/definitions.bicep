// The roles of our own, made for one resource group.
targetScope = 'subscription'
import { definitionName, own } from 'roles.bicep'

@description('Name of the resource group in which they may be given.')
param group string

var groupId = '${subscription().id}/resourceGroups/${group}'

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in items(own): {
    name: definitionName(groupId, role.key)
    properties: {
      roleName: '${group} ${role.key}'
      description: role.value.description
      type: 'CustomRole'
      assignableScopes: [groupId]
      permissions: [
        { actions: role.value.actions, dataActions: role.value.dataActions, notActions: [], notDataActions: [] }
      ]
    }
  }
]
