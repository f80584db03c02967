// The recorded choices of production. azd reads main.bicepparam only; a test shows that it says the same under the
// environment docs/deployment.md gives for production.
using 'main.bicep'

param environmentName = 'prod'
param location = 'westeurope'
param authority = true
param choices = {
  privateEndpoints: true
  operatorAddresses: []
  operatorsId: '00000000-0000-4000-8000-000000000001'
  operatorsType: 'Group'
  tenantPublicAccess: true
  baseUrl: 'https://connect.example.com'
  fixedOutboundAddress: true
  networkPrefix: '10.20'
  storageRedundancy: 'Standard_ZRS'
  backupRedundancy: 'Zone'
  registerSku: { name: 'GP_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: 2 }
  registerRestoreDays: 14
  tenantServers: [
    {
      name: 'a'
      pools: [
        {
          name: 'pool-1'
          sku: { name: 'GP_Gen5', tier: 'GeneralPurpose', family: 'Gen5', capacity: 4 }
          databaseMaximum: '2'
          maximumGigabytes: 512
        }
      ]
    }
  ]
  applicationVaults: ['a']
  tenantVaults: ['a']
  frontInstances: 40
  workerInstances: 100
  frontAlwaysReady: true
  siteUpdateStrategy: 'Recreate'
  engine: { otherAppsShare: '0.3', licenceBudget: 10000 }
  evidenceDays: 2557 // seven years, as the books themselves
  telemetryDays: 31
  keptTelemetryDays: 365
  dailyCapGigabytes: 5
  alertAddresses: ['operators@example.com']
}
