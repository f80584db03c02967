// Where telemetry goes. Two stores, because a daily cap drops everything alike: the plentiful one is capped, the one for
// purges, proofs and promises is not, and keeps what it has for longer.

param location string
param name string

@description('Days the plentiful telemetry stays.')
param retentionDays int

@description('Days purges, proofs and promises stay.')
param keptDays int

@description('Gigabytes a day after which the plentiful telemetry is dropped until midnight UTC. -1: never.')
param dailyCapGigabytes int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${name}'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: json(string(dailyCapGigabytes)) }
    features: { disableLocalAuth: true }
  }
}

// Audit logs of vaults, servers and storage go here too: a flood of telemetry must not silence them.
resource keptWorkspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${name}-kept'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: keptDays
    workspaceCapping: { dailyQuotaGb: -1 }
    features: { disableLocalAuth: true }
  }
}

resource telemetry 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${name}'
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true // identities only: the connection string opens nothing by itself
    DisableIpMasking: false // addresses of visitors are not stored
  }
}

resource kept 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${name}-kept'
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: keptWorkspace.id
    DisableLocalAuth: true
    DisableIpMasking: false
  }
}

output telemetryId string = telemetry.id
output keptId string = kept.id
output keptWorkspaceId string = keptWorkspace.id
output connectionString string = telemetry.properties.ConnectionString
output keptConnectionString string = kept.properties.ConnectionString
