// The register: tenants, grants, leases, runs. On a server of its own, because who may drop tenants' databases may drop
// every database of their server.
import { Reach, publicAccess } from '../network/reach.bicep'
import { BackupRedundancy, minimalTlsVersion, restrictOutboundNetworkAccess } from 'database.bicep'

param location string
param name string
param reach Reach
param workspaceId string
param backupRedundancy BackupRedundancy

@description('The worker, administrator of the server: its migration makes the users of the front and of the operators.')
param administratorId string
param administratorName string

@description('Size of the database, as in { name: \'GP_Gen5\', tier: \'GeneralPurpose\', family: \'Gen5\', capacity: 2 }.')
param sku object

@description('To any moment of this many days the register can be turned back.')
@minValue(7)
@maxValue(35)
param restoreDays int

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: name
  location: location
  properties: {
    administrators: {
      administratorType: 'ActiveDirectory'
      azureADOnlyAuthentication: true // no passwords at all
      login: administratorName
      principalType: 'Application'
      sid: administratorId
      tenantId: tenant().tenantId
    }
    minimalTlsVersion: minimalTlsVersion
    publicNetworkAccess: publicAccess(reach)
    restrictOutboundNetworkAccess: restrictOutboundNetworkAccess
  }

  // The block above counts only when the server is made; this holds at every deployment.
  resource entraOnly 'azureADOnlyAuthentications' = {
    name: 'Default'
    properties: { azureADOnlyAuthentication: true }
    dependsOn: [guard]
  }

  resource database 'databases' = {
    name: 'register'
    location: location
    sku: sku
    properties: { requestedBackupStorageRedundancy: backupRedundancy }

    resource encrypted 'transparentDataEncryption' = { name: 'current', properties: { state: 'Enabled' } }

    resource restore 'backupShortTermRetentionPolicies' = {
      name: 'default'
      properties: { retentionDays: restoreDays }
    }
  }

  resource operators 'firewallRules' = [
    for address in reach.operatorAddresses: {
      name: 'operator-${replace(address, '.', '-')}'
      properties: { startIpAddress: address, endIpAddress: address }
    }
  ]
}

module guard 'guard.bicep' = {
  name: 'guard-${name}'
  params: {
    location: location
    serverName: server.name
    reach: reach
    workspaceId: workspaceId
    administratorId: administratorId
    administratorName: administratorName
  }
}

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
output databaseId string = server::database.id
