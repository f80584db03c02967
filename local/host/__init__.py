"""A stand-in for the Azure Functions host: runs any Python v2 function app folder on this machine.

It knows nothing of the app: functions come from Microsoft's own engine, triggers from their
bindings, limits from host.json.
"""
