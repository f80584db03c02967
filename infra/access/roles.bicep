// The roles in use. Built-in ones by their ids, the same in every tenant; four of our own, where the built-in ones allow
// more than the code does.

@export()
var builtIn = {
  blobContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor
  blobDelegator: 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a' // Storage Blob Delegator
  blobOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b' // Storage Blob Data Owner
  blobReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' // Storage Blob Data Reader
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb' // Monitoring Metrics Publisher
  queueContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88' // Storage Queue Data Contributor
  queueSender: 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a' // Storage Queue Data Message Sender
  secretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' // Key Vault Secrets Officer
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6' // Key Vault Secrets User
}

@export()
@description('What each role of our own allows. `actions` are asked of ARM, `dataActions` of the vault itself.')
var own = {
  certificateSigner: {
    description: 'Signs certificates of deletion with a key that stays in the vault'
    actions: []
    dataActions: ['Microsoft.KeyVault/vaults/keys/read', 'Microsoft.KeyVault/vaults/keys/sign/action']
  }
  databaseKeeper: {
    description: 'Makes, looks at and drops tenants\' databases, with their backups\' retention'
    actions: [
      'Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies/read'
      'Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies/read'
      'Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies/write'
      'Microsoft.Sql/servers/databases/delete'
      'Microsoft.Sql/servers/databases/operations/read'
      'Microsoft.Sql/servers/databases/read'
      'Microsoft.Sql/servers/databases/transparentDataEncryption/read'
      'Microsoft.Sql/servers/databases/write'
      'Microsoft.Sql/servers/elasticPools/databases/read'
      'Microsoft.Sql/servers/elasticPools/read'
      'Microsoft.Sql/servers/firewallRules/read'
      'Microsoft.Sql/servers/read'
      'Microsoft.Sql/servers/restorableDroppedDatabases/read'
    ]
    dataActions: []
  }
  grantKeeper: {
    description: 'Stores a customer\'s grant and reads one secret by name; lists, deletes and backs up none'
    actions: []
    dataActions: [
      'Microsoft.KeyVault/vaults/secrets/getSecret/action'
      'Microsoft.KeyVault/vaults/secrets/readMetadata/action'
      'Microsoft.KeyVault/vaults/secrets/recover/action'
      'Microsoft.KeyVault/vaults/secrets/setSecret/action'
      'Microsoft.KeyVault/vaults/secrets/update/action'
    ]
  }
  placeWitness: {
    description: 'Reads where things are and how they are locked, for the daily check of the promises; never what is in them'
    actions: [
      'Microsoft.KeyVault/vaults/read'
      'Microsoft.Sql/servers/databases/read'
      'Microsoft.Sql/servers/firewallRules/read'
      'Microsoft.Sql/servers/read'
      'Microsoft.Storage/storageAccounts/blobServices/read'
      'Microsoft.Storage/storageAccounts/read'
    ]
    dataActions: []
  }
}

@export()
@description('Name of an own role\'s definition: the same in every deployment to one resource group.')
func definitionName(groupId string, role string) string => guid(groupId, role)

@export()
@description('Id of a role by its name in the table.')
func roleId(groupId string, role string) string =>
  subscriptionResourceId('Microsoft.Authorization/roleDefinitions', builtIn[?role] ?? definitionName(groupId, role))
