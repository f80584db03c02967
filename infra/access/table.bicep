// Who may do what, where and why: the one table. The test has the same one with its own words, so that a line added here
// alone, or there alone, is seen.

@export()
type Grant = {
  who: 'front' | 'worker' | 'operators'
  role: string

  @description('container: one blob container of the host account; queue: one queue of it; the others are whole services.')
  on: 'container' | 'queue' | 'hostQueues' | 'extracts' | 'application' | 'tenants' | 'servers' | 'telemetry' | 'group'

  @description('Name of the container or queue.')
  part: string?
  why: string
}

@export()
var table = [
  // the Functions host
  { who: 'front', role: 'blobOwner', on: 'container', part: 'azure-webjobs-hosts', why: 'the host\'s locks and leases' }
  {
    who: 'worker'
    role: 'blobOwner'
    on: 'container'
    part: 'azure-webjobs-hosts'
    why: 'the host\'s locks, one timer at a time'
  }
  {
    who: 'front'
    role: 'blobOwner'
    on: 'container'
    part: 'azure-webjobs-secrets'
    why: 'the host keeps its own keys there'
  }
  {
    who: 'worker'
    role: 'blobOwner'
    on: 'container'
    part: 'azure-webjobs-secrets'
    why: 'the host keeps its own keys there'
  }
  {
    who: 'front'
    role: 'blobContributor'
    on: 'container'
    part: 'package-front'
    why: 'its package is put and read as itself'
  }
  {
    who: 'worker'
    role: 'blobContributor'
    on: 'container'
    part: 'package-worker'
    why: 'its package is put and read as itself'
  }
  { who: 'front', role: 'metricsPublisher', on: 'telemetry', why: 'telemetry without a key' }
  { who: 'worker', role: 'metricsPublisher', on: 'telemetry', why: 'telemetry without a key' }
  // work
  {
    who: 'front'
    role: 'queueSender'
    on: 'queue'
    part: 'tenant-provision'
    why: 'a first consent asks for the database'
  }
  { who: 'front', role: 'queueSender', on: 'queue', part: 'tenant-sync', why: 'a renewed consent starts a run' }
  {
    who: 'worker'
    role: 'queueContributor'
    on: 'hostQueues'
    why: 'takes, delays, sends and (purge) removes messages'
  }
  // secrets and keys
  {
    who: 'front'
    role: 'secretsUser'
    on: 'application'
    why: 'the Exact client and the keys of grants and invitations'
  }
  { who: 'worker', role: 'secretsUser', on: 'application', why: 'the Exact client and the keys of grants' }
  { who: 'worker', role: 'certificateSigner', on: 'application', why: 'signs certificates of deletion' }
  { who: 'front', role: 'grantKeeper', on: 'tenants', why: 'stores a new grant, shows a reader\'s password once' }
  {
    who: 'worker'
    role: 'secretsOfficer'
    on: 'tenants'
    why: 'renews grants, makes passwords, deletes and purges both'
  }
  // books
  {
    who: 'worker'
    role: 'databaseKeeper'
    on: 'servers'
    why: 'makes and drops tenants\' databases and reads them back'
  }
  { who: 'worker', role: 'blobContributor', on: 'extracts', why: 'writes extracts and take-outs, removes containers' }
  { who: 'front', role: 'blobDelegator', on: 'extracts', why: 'signs a link for a day to a finished take-out' }
  { who: 'front', role: 'blobReader', on: 'extracts', why: 'a link opens no more than its signer may read' }
  // evidence and promises
  {
    who: 'worker'
    role: 'blobContributor'
    on: 'container'
    part: 'evidence'
    why: 'adds tombstones, certificates, heads of the audit chain'
  }
  {
    who: 'worker'
    role: 'placeWitness'
    on: 'group'
    why: 'promises REGION, HTTPS, SEPARATE: reads back where things are'
  }
  // people
  {
    who: 'operators'
    role: 'secretsOfficer'
    on: 'application'
    why: '`qics setup` stores the Exact client and makes keys'
  }
  {
    who: 'operators'
    role: 'secretsOfficer'
    on: 'tenants'
    why: '`qics tenant`: contact, reader\'s password, what a purge left'
  }
  { who: 'operators', role: 'queueContributor', on: 'hostQueues', why: '`qics sync now`, and looking at poison' }
  {
    who: 'operators'
    role: 'blobReader'
    on: 'container'
    part: 'evidence'
    why: '`qics certificate` and `qics register reconcile`'
  }
  { who: 'operators', role: 'blobContributor', on: 'extracts', why: '`qics tenant export`, `qics disclose`' }
]
