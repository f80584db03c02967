// What may pass between the subnets and out. Azure's own name service and identity endpoint pass in any case.
// A rule has: port, who may be reached, and why. What is not named here is refused.

@export()
type Rule = {
  name: string
  ports: string[]
  from: string
  to: string
  why: string
}

var https = { ports: ['443'], to: 'Internet' }

@export()
@description('Front: Exact (consent), vault, queues, register.')
var front = [
  { name: 'https', ...https, from: '*', why: 'Exact Online, Entra ID, Key Vault, Storage and telemetry speak HTTPS' }
  {
    name: 'sql'
    ports: ['1433', '11000-11999']
    from: '*'
    to: 'Sql'
    why: 'the register; the higher ports are redirected connections'
  }
  { name: 'endpoints', ports: ['443', '1433'], from: '*', to: 'VirtualNetwork', why: 'private endpoints' }
]

@export()
@description('Worker: as the front, and the notices it mails.')
var worker = [
  ...front
  { name: 'mail', ports: ['587'], from: '*', to: 'Internet', why: 'notices to customers, by SMTP over TLS' }
]

@export()
@description('Rules of a security group that lets out what is named and nothing else, and nothing in.')
func outbound(rules Rule[]) object[] => [
  ...map(range(0, length(rules)), i => rule(rules[i], 'Outbound', 100 + i * 10))
  refuse('Outbound')
  refuse('Inbound')
]

@export()
@description('Rules of a security group that lets in what is named and nothing else.')
func inbound(rules Rule[]) object[] => [
  ...map(range(0, length(rules)), i => rule(rules[i], 'Inbound', 100 + i * 10))
  refuse('Inbound')
]

func rule(rule Rule, direction string, priority int) object => {
  name: rule.name
  properties: {
    access: 'Allow'
    description: rule.why
    direction: direction
    priority: priority
    protocol: 'Tcp'
    sourceAddressPrefix: rule.from
    sourcePortRange: '*'
    destinationAddressPrefix: rule.to
    destinationPortRanges: rule.ports
  }
}

func refuse(direction string) object => {
  name: 'refuse-${toLower(direction)}'
  properties: {
    access: 'Deny'
    description: 'What is not named above does not pass'
    direction: direction
    priority: 4000
    protocol: '*'
    sourceAddressPrefix: '*'
    sourcePortRange: '*'
    destinationAddressPrefix: '*'
    destinationPortRange: '*'
  }
}
