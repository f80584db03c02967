// Who is told.

param name string

@description('Mail addresses of operators.')
param addresses string[]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global' // the type's usual place; it holds operators' addresses only
  properties: {
    enabled: true
    groupShortName: 'qics'
    emailReceivers: [
      for (address, i) in addresses: { name: 'operator-${i + 1}', emailAddress: address, useCommonAlertSchema: true }
    ]
  }
}

output id string = group.id
