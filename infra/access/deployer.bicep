// The identity behind deployments, opened by GitHub's token for one environment of one repository.

param location string
param environmentName string
param repository string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-qics-${environmentName}-deployer'
  location: location

  resource github 'federatedIdentityCredentials' = {
    name: 'github'
    properties: {
      issuer: 'https://token.actions.githubusercontent.com'
      subject: 'repo:${repository}:environment:${environmentName}'
      audiences: ['api://AzureADTokenExchange']
    }
  }
}

output principalId string = identity.properties.principalId
output clientId string = identity.properties.clientId
