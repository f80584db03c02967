// One function app on Flex Consumption.
import { Identity } from 'identities.bicep'

param location string
param name string

@description('Names the service in azure.yaml that is deployed here.')
param service string
param identity Identity
param subnetId string

@description('Where its package lies.')
param packageContainer string
param settings object

@description('False: nothing from outside is answered; work comes from timers and queues.')
param answersInternet bool
param maximumInstances int

@description('Instances kept warm, as in { name: \'http\', instanceCount: 1 }.')
param alwaysReady object[]

@description('Recreate: the new version starts when the old has stopped. RollingUpdate (preview) runs both for a while.')
@allowed(['Recreate', 'RollingUpdate'])
param siteUpdateStrategy string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  tags: { 'azd-service-name': service }
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: subnetId
    publicNetworkAccess: 'Enabled' // the deployment endpoint is behind the same switch; see the restrictions below
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReady
        triggers: { http: { perInstanceConcurrency: 8 } } // as many as the worker has threads; Python's default is 1
      }
      // A killed step is harmless: rows and checkpoint commit together, and the message comes back
      #disable-next-line BCP037 // known to the service since 2024-11-01, not yet to the types
      siteUpdateStrategy: { type: siteUpdateStrategy }
    }
    siteConfig: {
      appSettings: map(items(settings), each => { name: each.key, value: each.value })
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ipSecurityRestrictionsDefaultAction: answersInternet ? 'Allow' : 'Deny'
      scmIpSecurityRestrictionsDefaultAction: 'Allow' // packages come from CI; it asks for an Entra token each time
      scmIpSecurityRestrictionsUseMain: false
    }
  }
}

output id string = app.id
