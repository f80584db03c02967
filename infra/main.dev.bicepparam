// The recorded choices of a cheap installation for trying things out: service endpoints, one small pool, short memory.
using 'main.bicep'

param environmentName = 'dev'
param location = 'westeurope'
param authority = true
param choices = {
  privateEndpoints: false
  operatorAddresses: ['192.0.2.10']
  operatorsId: '00000000-0000-4000-8000-000000000002'
  operatorsType: 'User'
  tenantPublicAccess: true
  baseUrl: ''
  fixedOutboundAddress: false
  networkPrefix: '10.20'
  storageRedundancy: 'Standard_LRS'
  backupRedundancy: 'Local'
  registerSku: { name: 'S0', tier: 'Standard' }
  registerRestoreDays: 7
  tenantServers: [
    {
      name: 'a'
      pools: [
        {
          name: 'pool-1'
          sku: { name: 'StandardPool', tier: 'Standard', capacity: 50 }
          databaseMaximum: '50'
          maximumGigabytes: 50
        }
      ]
    }
  ]
  applicationVaults: ['a']
  tenantVaults: ['a']
  frontInstances: 40
  workerInstances: 40
  frontAlwaysReady: false
  siteUpdateStrategy: 'Recreate'
  engine: { otherAppsShare: '0.3', licenceBudget: 10000 }
  evidenceDays: 1 // a trial installation must be removable the day after
  telemetryDays: 31
  keptTelemetryDays: 31
  dailyCapGigabytes: 1
  alertAddresses: []
}
