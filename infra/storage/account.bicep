// What holds for every storage account here: no keys, no anonymous reading, TLS, one region.
import { Reach, networkAcls } from '../network/reach.bicep'

@export()
@description('Redundancy within the region. A geo-redundant account would copy customers\' data to another country.')
type Redundancy = 'Standard_LRS' | 'Standard_ZRS'

@export()
@description('Properties shared by both accounts.')
func locked(reach Reach?, publicAccess string) object => {
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  allowSharedKeyAccess: false // identities only: there is no key to lose
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  publicNetworkAccess: publicAccess
  networkAcls: reach == null ? { bypass: 'None', defaultAction: 'Allow' } : networkAcls(reach!)
  // a link handed out lives at most a day, whoever signs it
  sasPolicy: { expirationAction: 'Block', sasExpirationPeriod: '1.00:00:00' }
}

@export()
@description('What is deleted is gone: nothing keeps a copy that a purge would have to wait for.')
var finalDeletion = {
  changeFeed: { enabled: false }
  containerDeleteRetentionPolicy: { enabled: false }
  deleteRetentionPolicy: { enabled: false }
  isVersioningEnabled: false
  restorePolicy: { enabled: false }
}
