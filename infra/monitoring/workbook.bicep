// The workbook: which tenants are behind and why, what is left of Exact's budget, what gets deleted next, is every promise
// kept. Each part is a question of its own (queries/), asked of one of the two stores.
import { chart, grid, tab, text } from 'items.bicep'

param location string
param name string

@description('The two stores of telemetry.')
param stores { plentiful: string, kept: string }

var events = loadTextContent('queries/events.kql')

var tabs = [
  {
    key: 'fleet'
    label: 'Fleet'
    items: [
      grid('Behind, and why', '${events}${loadTextContent('queries/fleet-behind.kql')}', stores.plentiful)
      grid('How the last runs ended', '${events}${loadTextContent('queries/fleet-outcomes.kql')}', stores.plentiful)
      chart('Rows stored an hour', '${events}${loadTextContent('queries/fleet-rows.kql')}', stores.plentiful)
      chart('What steps waited for', '${events}${loadTextContent('queries/fleet-waits.kql')}', stores.plentiful)
      grid('To look at', '${events}${loadTextContent('queries/fleet-problems.kql')}', stores.plentiful)
    ]
  }
  {
    key: 'tenant'
    label: 'Tenant'
    items: [
      text('Choose a tenant by its id above. Names are not kept here: `qics tenant show` has them.')
      grid('Runs', '${events}${loadTextContent('queries/tenant-runs.kql')}', stores.plentiful)
      grid('Streams', '${events}${loadTextContent('queries/tenant-streams.kql')}', stores.plentiful)
      grid('Everything, newest first', '${events}${loadTextContent('queries/tenant-events.kql')}', stores.plentiful)
    ]
  }
  {
    key: 'budget'
    label: 'API budget'
    items: [
      grid('Left today, least first', '${events}${loadTextContent('queries/budget-left.kql')}', stores.plentiful)
      chart('Calls an hour, ten largest', '${events}${loadTextContent('queries/budget-calls.kql')}', stores.plentiful)
      grid('Waits for Exact\'s limits', '${events}${loadTextContent('queries/budget-waits.kql')}', stores.plentiful)
    ]
  }
  {
    key: 'kept'
    label: 'Retention and promises'
    items: [
      grid('Promises', '${events}${loadTextContent('queries/kept-promises.kql')}', stores.kept)
      grid('What gets deleted next', '${events}${loadTextContent('queries/kept-deletions.kql')}', stores.kept)
      grid('What was deleted', '${events}${loadTextContent('queries/kept-purges.kql')}', stores.kept)
      grid('Proof per division', '${events}${loadTextContent('queries/kept-proofs.kql')}', stores.kept)
    ]
  }
]

var parameters = {
  type: 9
  name: 'parameters'
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    parameters: [
      {
        name: 'Span'
        label: 'Time range'
        type: 4
        isRequired: true
        value: { durationMs: 604800000 }
        typeSettings: { selectableValues: map([1, 7, 31], days => { durationMs: days * 86400000 }) }
      }
      { name: 'Tenant', label: 'Tenant id', type: 1, value: '' }
      { name: 'Tab', type: 1, isHiddenWhenLocked: true, value: 'fleet' }
    ]
  }
}

var links = {
  type: 11
  name: 'tabs'
  content: {
    version: 'LinkItem/1.0'
    style: 'tabs'
    links: map(tabs, each => {
      cellValue: 'Tab'
      linkTarget: 'parameter'
      linkLabel: each.label
      subTarget: each.key
      style: 'link'
    })
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'workbook')
  location: location
  kind: 'shared'
  properties: {
    displayName: 'QicsDashboards ${name}'
    category: 'workbook'
    sourceId: stores.plentiful
    serializedData: string({
      version: 'Notebook/1.0'
      items: [parameters, links, ...map(tabs, each => tab(each.key, each.items))]
      fallbackResourceIds: [stores.plentiful]
    })
  }
}
