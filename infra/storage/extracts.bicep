// What customers fetch: published extracts and take-outs, one container per tenant, made by the worker.
import { Redundancy, finalDeletion, locked } from 'account.bicep'
import { Reach } from '../network/reach.bicep'

param location string
param name string
param redundancy Redundancy
param reach Reach
param workspaceId string

// Open to the internet on purpose: Power BI and customers have no fixed addresses. What opens a container is a link
// signed for one user's delegation, of a day at most; there is no key and no anonymous reading.
resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: locked(null, 'Enabled')

  resource blobs 'blobServices' = {
    name: 'default'
    properties: finalDeletion
  }
}

// Who fetched what stays on record (promise SHARE). Links are logged without their signature.
resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'everything'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: map(['StorageRead', 'StorageWrite', 'StorageDelete'], category => { category: category, enabled: true })
  }
}

module endpoint '../network/endpoint.bicep' = if (reach.privateEndpoints) {
  name: 'endpoint-${name}'
  params: { location: location, targetId: account.id, group: 'blob', subnetId: reach.endpointSubnet }
}

output blobEndpoint string = account.properties.primaryEndpoints.blob
