// What both SQL servers have: who opened what is logged, attacks are noticed, and one way in for the apps.
import { Reach } from '../network/reach.bicep'

param location string
param serverName string
param reach Reach
param workspaceId string

@description('Client of the server: the worker. Its principal id, as the directory knows it.')
param administratorId string

@description('The name the server shows for it.')
param administratorName string

// Named, because the default holds BATCH_COMPLETED_GROUP: 4,000 characters of every statement with its parameters, that
// is, customers' books in a log. These say who came in and who changed rights or structure; none carries data.
var groups = [
  'AUDIT_CHANGE_GROUP'
  'DATABASE_CHANGE_GROUP'
  'DATABASE_OBJECT_CHANGE_GROUP'
  'DATABASE_OBJECT_PERMISSION_CHANGE_GROUP'
  'DATABASE_OPERATION_GROUP'
  'DATABASE_OWNERSHIP_CHANGE_GROUP'
  'DATABASE_PERMISSION_CHANGE_GROUP'
  'DATABASE_PRINCIPAL_CHANGE_GROUP'
  'DATABASE_PRINCIPAL_IMPERSONATION_GROUP'
  'DATABASE_ROLE_MEMBER_CHANGE_GROUP'
  'FAILED_DATABASE_AUTHENTICATION_GROUP'
  'SCHEMA_OBJECT_CHANGE_GROUP'
  'SCHEMA_OBJECT_OWNERSHIP_CHANGE_GROUP'
  'SCHEMA_OBJECT_PERMISSION_CHANGE_GROUP'
  'SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP'
  'USER_CHANGE_PASSWORD_GROUP'
]

resource server 'Microsoft.Sql/servers@2023-08-01' existing = {
  name: serverName

  resource master 'databases' existing = { name: 'master' }
}

// The block inside the server counts only when it is made; this holds at every deployment.
resource administrator 'Microsoft.Sql/servers/administrators@2023-08-01' = {
  parent: server
  name: 'ActiveDirectory'
  properties: {
    administratorType: 'ActiveDirectory'
    login: administratorName
    sid: administratorId
    tenantId: tenant().tenantId
  }
}

resource audit 'Microsoft.Sql/servers/auditingSettings@2023-08-01' = {
  parent: server
  name: 'default'
  properties: { state: 'Enabled', isAzureMonitorTargetEnabled: true, auditActionsAndGroups: groups }
}

// Microsoft's own support staff, should they ever look (promise SHARE).
resource support 'Microsoft.Sql/servers/devOpsAuditingSettings@2023-08-01' = {
  parent: server
  name: 'default'
  properties: { state: 'Enabled', isAzureMonitorTargetEnabled: true }
}

// The audit of a whole server arrives by the diagnostic setting of its master database.
resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: server::master
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'SQLSecurityAuditEvents', enabled: true }
      { category: 'DevOpsOperationsAudit', enabled: true }
    ]
  }
}

resource threats 'Microsoft.Sql/servers/advancedThreatProtectionSettings@2023-08-01' = {
  parent: server
  name: 'Default'
  properties: { state: 'Enabled' }
}

module endpoint '../network/endpoint.bicep' = if (reach.privateEndpoints) {
  name: 'endpoint-${serverName}'
  params: { location: location, targetId: server.id, group: 'sqlServer', subnetId: reach.endpointSubnet }
}

resource fromApps 'Microsoft.Sql/servers/virtualNetworkRules@2023-08-01' = [
  for subnet in reach.privateEndpoints ? [] : reach.appSubnets: {
    parent: server
    name: 'app-${last(split(subnet, '/'))}'
    properties: { virtualNetworkSubnetId: subnet }
  }
]
