// What may differ from one installation to the next, and the names that follow from it.
import { Engine } from 'apps/settings.bicep'
import { BackupRedundancy } from 'sql/database.bicep'
import { Pool } from 'sql/tenants.bicep'
import { Redundancy } from 'storage/account.bicep'

@export()
@description('A server for tenants\' databases: at most 5,000 of them.')
type TenantServer = {
  @description('A letter or two.')
  name: string
  pools: Pool[]
}

@export()
@description('The choices of one installation.')
type Choices = {
  @description('Private endpoints (about EUR 7 a month each); false: the cheap variant with service endpoints.')
  privateEndpoints: bool

  @description('Single public addresses from which operators may reach register, vaults and queues.')
  operatorAddresses: string[]

  @description('Directory id of the operators (better a group); empty: nobody but the apps has rights on data.')
  operatorsId: string
  operatorsType: 'Group' | 'ServicePrincipal' | 'User'

  @description('Customers may open their own database from addresses they name. False shuts the tenants\' servers.')
  tenantPublicAccess: bool

  @description('Address customers see, without a path; empty: the one Azure gives the front.')
  baseUrl: string

  @description('A NAT gateway: one outgoing address that stays (about EUR 35 a month).')
  fixedOutboundAddress: bool

  @description('First 16 bits of the network\'s address range.')
  networkPrefix: string
  storageRedundancy: Redundancy
  backupRedundancy: BackupRedundancy

  @description('Size of the register\'s database.')
  registerSku: object

  @description('To any moment of this many days the register can be turned back.')
  @minValue(7)
  @maxValue(35)
  registerRestoreDays: int

  @description('Servers and pools for tenants\' databases; the emptiest is filled.')
  tenantServers: TenantServer[]

  @description('A letter or two for each vault of a kind; several where one vault\'s limits are too low (docs/scale.md).')
  applicationVaults: string[]
  tenantVaults: string[]

  @description('Most instances of each app; the platform\'s floor is about 40.')
  frontInstances: int
  workerInstances: int

  @description('Keep one instance of the front warm, so that a customer who consents does not wait for a start.')
  frontAlwaysReady: bool

  @description('How a new version takes over.')
  siteUpdateStrategy: 'Recreate' | 'RollingUpdate'
  engine: Engine

  @description('Days that evidence can be neither changed nor deleted.')
  @minValue(1)
  evidenceDays: int

  @description('Days the plentiful telemetry stays.')
  telemetryDays: int

  @description('Days purges, proofs, promises and audit logs stay.')
  keptTelemetryDays: int

  @description('Gigabytes of telemetry a day, -1 for no cap. Purges, proofs and promises are outside it.')
  dailyCapGigabytes: int

  @description('Mail addresses that are told of alerts.')
  alertAddresses: string[]
}

@export()
@description('Names of what other parts must name before it is there.')
type Names = {
  stem: string
  front: string
  worker: string
  hostAccount: string
  extractsAccount: string
  registerServer: string
  tenantServers: string[]
  applicationVaults: string[]
  tenantVaults: string[]
}

@export()
@description('All names of one installation. The token makes those unique that the whole world shares.')
func names(environmentName string, token string, choices Choices) Names => {
  stem: 'qics-${environmentName}'
  front: 'func-qics-${environmentName}-front-${token}'
  worker: 'func-qics-${environmentName}-worker-${token}'
  hostAccount: 'stqicshost${token}'
  extractsAccount: 'stqicsextr${token}'
  registerServer: 'sql-qics-register-${token}'
  tenantServers: map(choices.tenantServers, server => 'sql-qics-tenants-${server.name}-${token}')
  applicationVaults: map(choices.applicationVaults, each => 'kv-app-${each}-${token}')
  tenantVaults: map(choices.tenantVaults, each => 'kv-ten-${each}-${token}')
}
