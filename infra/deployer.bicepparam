// Whose deployments; see deployer.bicep.
using 'deployer.bicep'

param location = 'westeurope'
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'prod')
param repository = readEnvironmentVariable('QICS_REPOSITORY', 'example/qics-dashboards-pipeline')
