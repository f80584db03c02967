// Everything in the resource group, in the order in which one part needs the other.
import { Choices, Names } from 'choices.bicep'

param location string
param names Names
param choices Choices

module identities 'apps/identities.bicep' = {
  name: 'identities'
  params: { location: location, name: names.stem }
}

module logs 'monitoring/logs.bicep' = {
  name: 'logs'
  params: {
    location: location
    name: names.stem
    retentionDays: choices.telemetryDays
    keptDays: choices.keptTelemetryDays
    dailyCapGigabytes: choices.dailyCapGigabytes
  }
}

module network 'network/vnet.bicep' = {
  name: 'network'
  params: {
    location: location
    name: names.stem
    privateEndpoints: choices.privateEndpoints
    fixedOutboundAddress: choices.fixedOutboundAddress
    prefix: choices.networkPrefix
  }
}

module zones 'network/zones.bicep' = if (choices.privateEndpoints) {
  name: 'zones'
  params: { vnetId: network.outputs.id }
}

var reach = {
  privateEndpoints: choices.privateEndpoints
  operatorAddresses: choices.operatorAddresses
  appSubnets: [network.outputs.frontSubnet, network.outputs.workerSubnet]
  endpointSubnet: network.outputs.endpointSubnet
}

module hostStorage 'storage/host.bicep' = {
  name: 'host-storage'
  params: {
    location: location
    name: names.hostAccount
    redundancy: choices.storageRedundancy
    reach: reach
    workspaceId: logs.outputs.keptWorkspaceId
    evidenceDays: choices.evidenceDays
  }
  dependsOn: [zones]
}

module extracts 'storage/extracts.bicep' = {
  name: 'extracts'
  params: {
    location: location
    name: names.extractsAccount
    redundancy: choices.storageRedundancy
    reach: reach
    workspaceId: logs.outputs.keptWorkspaceId
  }
  dependsOn: [zones]
}

module vaults 'vault/vault.bicep' = [
  for name in [...names.applicationVaults, ...names.tenantVaults]: {
    name: 'vault-${name}'
    params: {
      location: location
      name: name
      kind: contains(names.applicationVaults, name) ? 'application' : 'tenant'
      reach: reach
      workspaceId: logs.outputs.keptWorkspaceId
    }
    dependsOn: [zones]
  }
]

module register 'sql/register.bicep' = {
  name: 'register'
  params: {
    location: location
    name: names.registerServer
    reach: reach
    workspaceId: logs.outputs.keptWorkspaceId
    backupRedundancy: choices.backupRedundancy
    administratorId: identities.outputs.worker.principalId
    administratorName: identities.outputs.worker.name
    sku: choices.registerSku
    restoreDays: choices.registerRestoreDays
  }
  dependsOn: [zones]
}

module tenants 'sql/tenants.bicep' = [
  for (server, i) in choices.tenantServers: {
    name: 'tenants-${server.name}'
    params: {
      location: location
      name: names.tenantServers[i]
      reach: { ...reach, appSubnets: [network.outputs.workerSubnet] } // the front opens no tenant's database
      workspaceId: logs.outputs.keptWorkspaceId
      pools: server.pools
      publicAccess: choices.tenantPublicAccess
      administratorId: identities.outputs.worker.principalId
      administratorName: identities.outputs.worker.name
    }
    dependsOn: [zones]
  }
]

var pools = flatten(map(
  range(0, length(names.tenantServers)),
  i =>
    map(
      choices.tenantServers[i].pools,
      pool => resourceId('Microsoft.Sql/servers/elasticPools', names.tenantServers[i], pool.name)
    )
))

module apps 'apps/apps.bicep' = {
  name: 'apps'
  params: {
    location: location
    names: names
    choices: choices
    front: identities.outputs.front
    worker: identities.outputs.worker
    frontSubnet: network.outputs.frontSubnet
    workerSubnet: network.outputs.workerSubnet
    telemetry: logs.outputs.connectionString
    keptTelemetry: logs.outputs.keptConnectionString
    pools: pools
  }
  // an app that starts before its roles, settings' targets and containers are there fails its first start
  dependsOn: [assignments, register, tenants, vaults]
}

module assignments 'access/assignments.bicep' = {
  name: 'assignments'
  params: {
    principals: {
      front: identities.outputs.front.principalId
      worker: identities.outputs.worker.principalId
      operators: choices.operatorsId
    }
    withOperators: !empty(choices.operatorsId)
    operatorsType: choices.operatorsType
    hostAccount: names.hostAccount
    extractsAccount: names.extractsAccount
    applicationVaults: names.applicationVaults
    tenantVaults: names.tenantVaults
    tenantServers: names.tenantServers
    components: ['appi-${names.stem}', 'appi-${names.stem}-kept']
  }
  dependsOn: [extracts, hostStorage, logs, tenants, vaults]
}

module monitoring 'monitoring/main.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    name: names.stem
    stores: { plentiful: logs.outputs.telemetryId, kept: logs.outputs.keptId }
    pools: pools
    vaults: map(
      [...names.applicationVaults, ...names.tenantVaults],
      vault => resourceId('Microsoft.KeyVault/vaults', vault)
    )
    alertAddresses: choices.alertAddresses
  }
  dependsOn: [tenants, vaults] // what is watched must be there
}

@description('The engine\'s own settings, with which the operators\' command line reaches this installation.')
output environment object = apps.outputs.environment
output queues string = hostStorage.outputs.queueEndpoint
