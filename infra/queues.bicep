// The names the code gives to queues and functions; a test compares them with `shared/messages.py` and `function_app.py`.

@export()
@description('Each has a poison queue beside it.')
var queues = ['tenant-sync', 'division-sync', 'tenant-publish', 'tenant-provision', 'tenant-purge']

@export()
@description('Timer functions.')
var timers = ['plan_syncs_timer', 'keep_alive_timer', 'plan_purges_timer']

@export()
@description('Functions with an address.')
var routes = ['connect', 'callback', 'health']

@export()
@description('Functions behind the queues.')
var consumers = flatten(map(map(queues, queue => replace(queue, '-', '_')), name => ['${name}_queue', '${name}_poison']))
