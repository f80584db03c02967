// Every setting of both apps, in this one place. Tests hold the QICS_ ones against `shared/settings.py`, the others
// against a list with a reason for each.
import { consumers, routes, timers } from '../queues.bicep'
import { BackupRedundancy } from '../sql/database.bicep'
import { Identity } from 'identities.bicep'

@export()
@description('Where things are, as the code asks for them.')
type Places = {
  @description('Public address of the front; what is registered at Exact is below it.')
  baseUrl: string
  registerServer: string
  registerDatabase: string
  applicationVaults: string[]
  tenantVaults: string[]
  tenantServers: string[]

  @description('ARM ids of the elastic pools.')
  pools: string[]

  @description('Where the backups of tenants\' databases lie.')
  backupRedundancy: BackupRedundancy
  extractsBlobs: string
  hostBlobs: string
  hostQueues: string
  telemetry: string
  keptTelemetry: string
}

@export()
@description('What an operator may want to set without changing code.')
type Engine = {
  @description('Share of an Exact day budget that is left to the customer\'s other apps.')
  otherAppsShare: string

  @description('Calls a day from the pool of one Exact licence.')
  licenceBudget: int
}

@export()
@description('All settings of one app.')
func settings(app 'front' | 'worker', identity Identity, places Places, engine Engine) object => {
  ...host(app, identity, places)
  ...qics(places, engine)
  ...off(app)
}

@description('What the Functions host, its Python worker and the Azure clients read.')
func host(app string, identity Identity, places Places) object => {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: places.telemetry
  AZURE_CLIENT_ID: identity.clientId
  AzureFunctionsWebHost__hostid: app
  AzureWebJobsStorage__blobServiceUri: places.hostBlobs
  AzureWebJobsStorage__clientId: identity.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__queueServiceUri: places.hostQueues
  PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
  PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME: 'qics'
  PYTHON_THREADPOOL_THREAD_COUNT: '8'
}

@export()
@description('What the engine reads.')
func qics(places Places, engine Engine) object => {
  QICS_APPLICATION_VAULTS: join(places.applicationVaults, ',')
  QICS_BACKUP_REDUNDANCY: places.backupRedundancy
  QICS_BASE_URL: places.baseUrl
  QICS_EVIDENCE_ACCOUNT: places.hostBlobs
  QICS_EXTRACTS_ACCOUNT: places.extractsBlobs
  QICS_KEEP_ALIVE_SCHEDULE: '0 30 3 * * *'
  QICS_KEPT_TELEMETRY: places.keptTelemetry
  QICS_LEASE_SECONDS: '600'
  QICS_LICENCE_BUDGET: string(engine.licenceBudget)
  QICS_OTHER_APPS_SHARE: engine.otherAppsShare
  QICS_OVERLAP_ROWS: '500'
  QICS_PLAN_SCHEDULE: '0 * * * * *'
  QICS_POOLS: join(places.pools, ',')
  QICS_PURGE_SCHEDULE: '0 5 * * * *'
  QICS_QUEUE_PREFIX: ''
  QICS_REGISTER_DATABASE: places.registerDatabase
  QICS_REGISTER_SERVER: places.registerServer
  QICS_STEP_SECONDS: '240'
  QICS_STORAGE: 'azure'
  QICS_TENANT_SERVERS: join(places.tenantServers, ',')
  QICS_TENANT_VAULTS: join(places.tenantVaults, ',')
}

@description('One package, two apps: each has the other\'s functions switched off.')
func off(app string) object =>
  toObject(app == 'front' ? [...timers, ...consumers] : routes, name => 'AzureWebJobs.${name}.Disabled', name => 'true')
