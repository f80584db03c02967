// One key vault. Of the two kinds the application's keeps what can never be made again; the tenants' must forget.
import { Reach, networkAcls, publicAccess } from '../network/reach.bicep'

param location string
param name string

@allowed(['application', 'tenant'])
param kind string

param reach Reach
param workspaceId string

var never = { enablePurgeProtection: true, softDeleteRetentionInDays: 90 }

// enablePurgeProtection is absent, not false: ARM refuses false. Seven days is the least a vault keeps a deleted secret;
// the purge of a tenant does not wait for it.
var forgets = { softDeleteRetentionInDays: 7 }

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: { purpose: kind }
  properties: {
    ...(kind == 'application' ? never : forgets)
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: publicAccess(reach)
    networkAcls: networkAcls(reach)
  }
}

// Signs certificates of deletion. P-256 because a vault has no Ed25519; it never leaves the vault, and a later
// deployment finds it there and leaves it alone.
resource signing 'Microsoft.KeyVault/vaults/keys@2025-05-01' = if (kind == 'application') {
  parent: vault
  name: 'certificate-key'
  properties: { kty: 'EC', curveName: 'P-256', keyOps: ['sign', 'verify'] }
}

// Who asked for which secret: names and identities, never values.
resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: { workspaceId: workspaceId, logs: [{ category: 'AuditEvent', enabled: true }] }
}

module endpoint '../network/endpoint.bicep' = if (reach.privateEndpoints) {
  name: 'endpoint-${name}'
  params: { location: location, targetId: vault.id, group: 'vault', subnetId: reach.endpointSubnet }
}

output uri string = vault.properties.vaultUri
