// Alerts and workbook over the two stores of telemetry.

param location string
param name string
param stores { plentiful: string, kept: string }
param pools string[]
param vaults string[]
param alertAddresses string[]

module people 'people.bicep' = {
  name: 'people'
  params: { name: name, addresses: alertAddresses }
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    name: name
    stores: stores
    pools: pools
    vaults: vaults
    actionGroupId: people.outputs.id
  }
}

module workbook 'workbook.bicep' = {
  name: 'workbook'
  params: { location: location, name: name, stores: stores }
}
