// The apps' own storage: packages, leases, queues, and the evidence that nobody can change.
import { Reach, publicAccess } from '../network/reach.bicep'
import { queues } from '../queues.bicep'
import { Redundancy, finalDeletion, locked } from 'account.bicep'

param location string
param name string
param redundancy Redundancy
param reach Reach
param workspaceId string

@description('For how many days what lies in the evidence container can be neither changed nor deleted.')
param evidenceDays int

@description('Containers the Functions host uses itself, and one per app for its package.')
var containers = ['azure-webjobs-hosts', 'azure-webjobs-secrets', 'package-front', 'package-worker']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: locked(reach, publicAccess(reach))

  resource blobs 'blobServices' = {
    name: 'default'
    properties: finalDeletion

    resource container 'containers' = [for each in containers: { name: each, properties: { publicAccess: 'None' } }]

    // Tombstones, certificates and the heads of the audit chain: ids and hashes, out of reach of any restore. The
    // policy binds everyone but can still be removed by an owner until it is locked, which no template can do:
    // docs/deployment.md gives the command.
    resource evidence 'containers' = {
      name: 'evidence'
      properties: { publicAccess: 'None' }

      resource unchangeable 'immutabilityPolicies' = {
        name: 'default'
        properties: { allowProtectedAppendWrites: false, immutabilityPeriodSinceCreationInDays: evidenceDays }
      }
    }
  }

  resource messages 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [for each in queues: { name: each }]

    // made beforehand: the host's own making would come too late for the first alert to count
    resource poison 'queues' = [for each in queues: { name: '${each}-poison' }]
  }
}

// Deletions alone: the hosts' polling of queues and leases would be most of the log, and says nothing.
resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'deletions'
  scope: account::blobs
  properties: { workspaceId: workspaceId, logs: [{ category: 'StorageDelete', enabled: true }] }
}

module endpoints '../network/endpoint.bicep' = [
  for group in reach.privateEndpoints ? ['blob', 'queue'] : []: {
    name: 'endpoint-${name}-${group}'
    params: { location: location, targetId: account.id, group: group, subnetId: reach.endpointSubnet }
  }
]

output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
