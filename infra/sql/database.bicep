// What every SQL server here is made with.

@export()
@description('Where backups lie: beside the data, or in three zones of the same region. Never in another country.')
type BackupRedundancy = 'Local' | 'Zone'

@export()
@description('Oldest protocol a server speaks. A client that asks for no encryption is upgraded, not refused.')
var minimalTlsVersion = '1.2'

@export()
@description('Servers reach out to nothing: no query, import or export can carry data elsewhere.')
var restrictOutboundNetworkAccess = 'Enabled'
