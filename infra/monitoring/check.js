// Binds each query named on the command line with Microsoft's own KQL service, after the prelude given first, and prints
// what it finds as JSON: { file: ["CODE at OFFSET: MESSAGE"] }. Used by tests/unit/test_infra_queries.py.
const fs = require('node:fs')

require('@kusto/language-service-next/bridge.js')
require('@kusto/language-service-next/Kusto.Language.Bridge.js')

const { GlobalState, KustoCode, Symbols } = Kusto.Language

// the tables of Application Insights that the queries use, as seen from the resource itself
const TABLES = {
  traces:
    '(timestamp: datetime, message: string, severityLevel: int, customDimensions: dynamic, operation_Id: string, cloud_RoleName: string)',
  requests:
    '(timestamp: datetime, name: string, url: string, success: bool, resultCode: string, duration: real, customDimensions: dynamic, operation_Id: string, cloud_RoleName: string)',
}

const tables = Object.entries(TABLES).map(([name, columns]) => Symbols.TableSymbol.From(columns).WithName(name))
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('insights', tables))

function diagnose(query) {
  const found = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics()
  return Array.from({ length: found.Count }, (_, i) => found.getItem(i)).map(
    each => `${each.Code} at ${each.Start}: ${each.Message}`
  )
}

const [prelude, ...files] = process.argv.slice(2)
const before = fs.readFileSync(prelude, 'utf8')
console.log(JSON.stringify(Object.fromEntries(files.map(file => [file, diagnose(before + fs.readFileSync(file, 'utf8'))]))))
