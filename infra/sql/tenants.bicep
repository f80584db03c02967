// One server for tenants' databases, with its elastic pools. The databases themselves are made by the worker, one per
// tenant, at onboarding.
import { Reach } from '../network/reach.bicep'
import { minimalTlsVersion, restrictOutboundNetworkAccess } from 'database.bicep'

@export()
@description('One elastic pool. At most 500 databases each, 100 when it has two vCores.')
type Pool = {
  name: string
  sku: object

  @description('Most a single database may use of the pool.')
  databaseMaximum: string
  maximumGigabytes: int
}

param location string
param name string
param reach Reach
param workspaceId string
param pools Pool[]

@description('Customers may open their own database from addresses named in it. False shuts the server to all of them.')
param publicAccess bool

param administratorId string
param administratorName string

@description('SQL wants a password administrator where contained readers log in. Made anew each time, told to nobody.')
@secure()
param password string = newGuid()

resource server 'Microsoft.Sql/servers@2023-08-01' = {
  name: name
  location: location
  properties: {
    administratorLogin: 'nobody-${uniqueString(name)}'
    administratorLoginPassword: password
    minimalTlsVersion: minimalTlsVersion
    // No rule of the server opens it: each database has its own rules, which act only while this is on
    publicNetworkAccess: publicAccess || !reach.privateEndpoints ? 'Enabled' : 'Disabled'
    restrictOutboundNetworkAccess: restrictOutboundNetworkAccess
  }

  resource pool 'elasticPools' = [
    for each in pools: {
      name: each.name
      location: location
      sku: each.sku
      properties: {
        maxSizeBytes: each.maximumGigabytes * 1024 * 1024 * 1024
        perDatabaseSettings: { minCapacity: json('0'), maxCapacity: json(each.databaseMaximum) }
      }
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

output host string = server.properties.fullyQualifiedDomainName
