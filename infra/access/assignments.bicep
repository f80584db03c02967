// The table, made true.
import { Grant, table } from 'table.bicep'
import { roleId } from 'roles.bicep'

@description('Who stands behind each word of the table, as the directory knows them.')
param principals { front: string, worker: string, operators: string }

@description('False: only the apps get their roles.')
param withOperators bool

@allowed(['Group', 'ServicePrincipal', 'User'])
param operatorsType string

param hostAccount string
param extractsAccount string
param applicationVaults string[]
param tenantVaults string[]
param tenantServers string[]

@description('The stores of telemetry.')
param components string[]

var groupId = resourceGroup().id
var types = { front: 'ServicePrincipal', worker: 'ServicePrincipal', operators: operatorsType }
var grants = filter(table, grant => grant.who != 'operators' || withOperators)
var containers = filter(grants, grant => grant.on == 'container')
var queues = filter(grants, grant => grant.on == 'queue')
var hostQueues = filter(grants, grant => grant.on == 'hostQueues')
var extracts = filter(grants, grant => grant.on == 'extracts')
var groups = filter(grants, grant => grant.on == 'group')

// a grant on several of a kind: one assignment for each of them
var vaults = [
  ...flatten(map(
    applicationVaults,
    name => map(filter(grants, grant => grant.on == 'application'), grant => { grant: grant, at: name })
  ))
  ...flatten(map(
    tenantVaults,
    name => map(filter(grants, grant => grant.on == 'tenants'), grant => { grant: grant, at: name })
  ))
]
var servers = flatten(map(
  tenantServers,
  name => map(filter(grants, grant => grant.on == 'servers'), grant => { grant: grant, at: name })
))
var stores = flatten(map(
  components,
  name => map(filter(grants, grant => grant.on == 'telemetry'), grant => { grant: grant, at: name })
))

func assignment(grant Grant, principal string, type string, role string) object => {
  principalId: principal
  principalType: type // said, so that an identity made a moment ago need not be found in the directory first
  roleDefinitionId: role
  description: grant.why
}

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccount

  resource messages 'queueServices' existing = { name: 'default' }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' existing = [
  for grant in containers: { name: '${hostAccount}/default/${grant.part!}' }
]

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = [
  for grant in queues: { name: '${hostAccount}/default/${grant.part!}' }
]

resource extractsStore 'Microsoft.Storage/storageAccounts@2025-06-01' existing = { name: extractsAccount }
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = [for each in vaults: { name: each.at }]
resource server 'Microsoft.Sql/servers@2023-08-01' existing = [for each in servers: { name: each.at }]
resource store 'Microsoft.Insights/components@2020-02-02' existing = [for each in stores: { name: each.at }]

resource onContainer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, i) in containers: {
    scope: container[i]
    name: guid(container[i].id, grant.who, grant.role)
    properties: assignment(grant, principals[grant.who], types[grant.who], roleId(groupId, grant.role))
  }
]

resource onQueue 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, i) in queues: {
    scope: queue[i]
    name: guid(queue[i].id, grant.who, grant.role)
    properties: assignment(grant, principals[grant.who], types[grant.who], roleId(groupId, grant.role))
  }
]

resource onHostQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in hostQueues: {
    scope: host::messages
    name: guid(host::messages.id, grant.who, grant.role)
    properties: assignment(grant, principals[grant.who], types[grant.who], roleId(groupId, grant.role))
  }
]

resource onExtracts 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in extracts: {
    scope: extractsStore
    name: guid(extractsStore.id, grant.who, grant.role)
    properties: assignment(grant, principals[grant.who], types[grant.who], roleId(groupId, grant.role))
  }
]

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, i) in vaults: {
    scope: vault[i]
    name: guid(vault[i].id, each.grant.who, each.grant.role)
    properties: assignment(
      each.grant,
      principals[each.grant.who],
      types[each.grant.who],
      roleId(groupId, each.grant.role)
    )
  }
]

resource onServer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, i) in servers: {
    scope: server[i]
    name: guid(server[i].id, each.grant.who, each.grant.role)
    properties: assignment(
      each.grant,
      principals[each.grant.who],
      types[each.grant.who],
      roleId(groupId, each.grant.role)
    )
  }
]

resource onStore 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, i) in stores: {
    scope: store[i]
    name: guid(store[i].id, each.grant.who, each.grant.role)
    properties: assignment(
      each.grant,
      principals[each.grant.who],
      types[each.grant.who],
      roleId(groupId, each.grant.role)
    )
  }
]

resource onGroup 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for grant in groups: {
    name: guid(groupId, grant.who, grant.role)
    properties: assignment(grant, principals[grant.who], types[grant.who], roleId(groupId, grant.role))
  }
]
