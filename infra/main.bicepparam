// What azd reads. Each value comes from the azd environment (`azd env set NAME VALUE`) or is that of a small but locked
// installation. docs/deployment.md explains every name.
using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'small')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param authority = bool(readEnvironmentVariable('QICS_AUTHORITY', 'true'))

var pools = '''
[{"name": "a", "pools": [{"name": "pool-1", "sku": {"name": "StandardPool", "tier": "Standard", "capacity": 100},
  "databaseMaximum": "100", "maximumGigabytes": 100}]}]
'''

param choices = {
  privateEndpoints: bool(readEnvironmentVariable('QICS_PRIVATE_ENDPOINTS', 'true'))
  operatorAddresses: json(readEnvironmentVariable('QICS_OPERATOR_ADDRESSES', '[]'))
  operatorsId: readEnvironmentVariable('QICS_OPERATORS_ID', readEnvironmentVariable('AZURE_PRINCIPAL_ID', ''))
  operatorsType: readEnvironmentVariable('QICS_OPERATORS_TYPE', 'User')
  tenantPublicAccess: bool(readEnvironmentVariable('QICS_TENANT_PUBLIC_ACCESS', 'true'))
  baseUrl: readEnvironmentVariable('QICS_CUSTOM_URL', '')
  fixedOutboundAddress: bool(readEnvironmentVariable('QICS_FIXED_OUTBOUND_ADDRESS', 'false'))
  networkPrefix: readEnvironmentVariable('QICS_NETWORK_PREFIX', '10.20')
  storageRedundancy: readEnvironmentVariable('QICS_STORAGE_REDUNDANCY', 'Standard_ZRS')
  backupRedundancy: readEnvironmentVariable('QICS_BACKUP_REDUNDANCY', 'Zone')
  registerSku: json(readEnvironmentVariable('QICS_REGISTER_SKU', '{"name": "S1", "tier": "Standard"}'))
  registerRestoreDays: int(readEnvironmentVariable('QICS_REGISTER_RESTORE_DAYS', '14'))
  tenantServers: json(readEnvironmentVariable('QICS_TENANT_SERVER_LIST', pools))
  applicationVaults: json(readEnvironmentVariable('QICS_APPLICATION_VAULT_LIST', '["a"]'))
  tenantVaults: json(readEnvironmentVariable('QICS_TENANT_VAULT_LIST', '["a"]'))
  frontInstances: int(readEnvironmentVariable('QICS_FRONT_INSTANCES', '40'))
  workerInstances: int(readEnvironmentVariable('QICS_WORKER_INSTANCES', '40'))
  frontAlwaysReady: bool(readEnvironmentVariable('QICS_FRONT_ALWAYS_READY', 'false'))
  siteUpdateStrategy: readEnvironmentVariable('QICS_SITE_UPDATE_STRATEGY', 'Recreate')
  engine: {
    otherAppsShare: readEnvironmentVariable('QICS_OTHER_APPS_SHARE', '0.3')
    licenceBudget: int(readEnvironmentVariable('QICS_LICENCE_BUDGET', '10000'))
  }
  evidenceDays: int(readEnvironmentVariable('QICS_EVIDENCE_DAYS', '2557'))
  telemetryDays: int(readEnvironmentVariable('QICS_TELEMETRY_DAYS', '31'))
  keptTelemetryDays: int(readEnvironmentVariable('QICS_KEPT_TELEMETRY_DAYS', '365'))
  dailyCapGigabytes: int(readEnvironmentVariable('QICS_DAILY_CAP_GIGABYTES', '5'))
  alertAddresses: json(readEnvironmentVariable('QICS_ALERT_ADDRESSES', '[]'))
}
