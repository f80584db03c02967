// The building blocks of a workbook, in the form the portal stores them.

@export()
@description('A question and its answer as a table.')
func grid(title string, query string, store string) object => question(title, query, store, 'table')

@export()
@description('A question and its answer over time.')
func chart(title string, query string, store string) object => question(title, query, store, 'timechart')

func question(title string, query string, store string, shown string) object => {
  type: 3
  name: title
  content: {
    version: 'KqlItem/1.0'
    title: title
    query: query
    size: 0
    queryType: 0
    resourceType: 'microsoft.insights/components'
    crossComponentResources: [store]
    timeContextFromParameter: 'Span'
    visualization: shown
    noDataMessage: 'Nothing in this time range.'
  }
}

@export()
func text(markdown string) object => { type: 1, name: 'text', content: { json: markdown } }

@export()
@description('What is shown while its tab is chosen.')
func tab(key string, items object[]) object => {
  type: 12
  name: key
  content: { version: 'NotebookGroup/1.0', groupType: 'editable', items: items }
  conditionalVisibility: { parameterName: 'Tab', comparison: 'isEqualTo', value: key }
}
