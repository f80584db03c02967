// When somebody is called, and by which question. docs/operations.md has a page for each: seen, meaning, do.

param location string
param name string

@description('The two stores of telemetry, by the words the table uses.')
param stores { plentiful: string, kept: string }

@description('Elastic pools and vaults, watched for being 80 % full.')
param pools string[]
param vaults string[]
param actionGroupId string

var events = loadTextContent('queries/events.kql')

@description('One question that is asked again and again.')
type Rule = {
  @description('The heading in docs/operations.md.')
  name: string

  @description('0 wakes somebody, 1 is for today, 2 for this week.')
  @minValue(0)
  @maxValue(2)
  severity: int
  store: 'plentiful' | 'kept'

  @description('How often, and over which span (ISO 8601). The span is longer, so that late telemetry counts.')
  every: string
  over: string
  query: string

  @description('Which figure of the answer is compared with what; absent: any row at all is too many.')
  figure: { column: string, operator: 'GreaterThan' | 'LessThan', threshold: int }?
  says: string
}

var rules Rule[] = [
  {
    name: 'message-poisoned'
    severity: 1
    store: 'plentiful'
    every: 'PT5M'
    over: 'PT15M'
    query: loadTextContent('queries/alert-message-poisoned.kql')
    says: 'A queue message failed five times and was put aside'
  }
  {
    name: 'planner-silent'
    severity: 0
    store: 'plentiful'
    every: 'PT10M'
    over: 'PT30M'
    query: loadTextContent('queries/alert-planner-silent.kql')
    figure: { column: 'plannings', operator: 'LessThan', threshold: 1 }
    says: 'Nobody has looked for due tenants for 30 minutes: no customer is kept current'
  }
  {
    name: 'grant-old'
    severity: 2
    store: 'plentiful'
    every: 'PT6H'
    over: 'P2D'
    query: loadTextContent('queries/alert-grant-old.kql')
    says: 'A token was not renewed for 20 days; at 30 the customer must consent again'
  }
  {
    name: 'run-late'
    severity: 2
    store: 'plentiful'
    every: 'PT1H'
    over: 'P2D'
    query: loadTextContent('queries/alert-run-late.kql')
    says: 'A run that began a day ago has not ended'
  }
  {
    name: 'look-now'
    severity: 2
    store: 'plentiful'
    every: 'PT15M'
    over: 'PT30M'
    query: loadTextContent('queries/alert-look-now.kql')
    says: 'The engine met what a person must look at'
  }
  {
    name: 'front-failing'
    severity: 1
    store: 'plentiful'
    every: 'PT5M'
    over: 'PT15M'
    query: loadTextContent('queries/alert-front-failing.kql')
    figure: { column: 'failures', operator: 'GreaterThan', threshold: 3 }
    says: 'Customers who consent or look get errors of ours'
  }
  {
    name: 'placement-filling'
    severity: 2
    store: 'plentiful'
    every: 'PT6H'
    over: 'P2D'
    query: loadTextContent('queries/alert-placement-filling.kql')
    says: 'A server, pool or vault holds 80 % of the tenants it can'
  }
  {
    name: 'proof-failed'
    severity: 1
    store: 'kept'
    every: 'PT15M'
    over: 'PT30M'
    query: loadTextContent('queries/alert-proof-failed.kql')
    says: 'A copy differs from the books'
  }
  {
    name: 'purge-overdue'
    severity: 0
    store: 'kept'
    every: 'PT1H'
    over: 'PT2H'
    query: loadTextContent('queries/alert-purge-overdue.kql')
    says: 'Data that had to be gone is still there'
  }
  {
    name: 'promise-broken'
    severity: 0
    store: 'kept'
    every: 'PT15M'
    over: 'PT30M'
    query: loadTextContent('queries/alert-promise-broken.kql')
    says: 'A promise to customers does not hold'
  }
]

resource rule 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for each in rules: {
    name: '${name}-${each.name}'
    location: location
    kind: 'LogAlert'
    properties: {
      displayName: each.name
      description: '${each.says}. What to do: docs/operations.md, ${each.name}.'
      severity: each.severity
      enabled: true
      autoMitigate: true
      evaluationFrequency: each.every
      windowSize: each.over
      scopes: [stores[each.store]]
      criteria: {
        allOf: [
          {
            query: '${events}${each.query}'
            timeAggregation: each.?figure == null ? 'Count' : 'Total'
            metricMeasureColumn: each.?figure.?column
            operator: each.?figure.?operator ?? 'GreaterThan'
            threshold: each.?figure.?threshold ?? 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroupId] }
    }
  }
]

var gauges = [
  ...map(pools, id => { id: id, namespace: 'Microsoft.Sql/servers/elasticPools', metric: 'storage_percent' })
  ...map(vaults, id => { id: id, namespace: 'Microsoft.KeyVault/vaults', metric: 'SaturationShoebox' })
]

resource full 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for each in gauges: {
    name: '${name}-full-${last(split(each.id, '/'))}'
    location: 'global' // the type has no other; it holds a metric's name and a limit
    properties: {
      description: '${last(split(each.id, '/'))} is 80 % full. What to do: docs/operations.md, full.'
      severity: 2
      enabled: true
      autoMitigate: true
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      scopes: [each.id]
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: 'full'
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: each.namespace
            metricName: each.metric
            operator: 'GreaterThan'
            threshold: 80
            timeAggregation: 'Average'
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]
