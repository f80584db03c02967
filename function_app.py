"""The triggers: parse, call, return. The one file that imports azure.functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import azure.functions as func

from shared.bootstrap import App
from shared.bootstrap import app as engine
from shared.connect import Answer, Visit
from shared.messages import QUEUES, Message, ProvisionTenant, PurgeTenant, SyncDivision, SyncTenant, decode
from shared.provisioning.onboarding import provision_tenant
from shared.retention.plan import plan_purges
from shared.retention.steps import purge_tenant
from shared.sync.keep_alive import keep_alive
from shared.sync.plan import plan_syncs
from shared.sync.poison import poison
from shared.sync.step import sync_division
from shared.sync.tenant import sync_tenant

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

#: the setting that says where the queues are
STORAGE = "AzureWebJobsStorage"
#: what each queue's messages are handed to
HANDLERS: dict[type[Message], Callable[[App, Any], None]] = {
    SyncTenant: lambda app, message: sync_tenant(app.sync, message),
    SyncDivision: lambda app, message: sync_division(app.sync, message),
    PurgeTenant: lambda app, message: purge_tenant(app.retention, message),
    ProvisionTenant: lambda app, message: provision_tenant(app.onboarding, message),
}


@app.timer_trigger(arg_name="timer", schedule="%QICS_PLAN_SCHEDULE%")
def plan_syncs_timer(timer: func.TimerRequest) -> None:
    """Send what is due, unless the register is an old one from a backup."""
    engine().guard.check()
    plan_syncs(engine().sync)


@app.timer_trigger(arg_name="timer", schedule="%QICS_KEEP_ALIVE_SCHEDULE%")
def keep_alive_timer(timer: func.TimerRequest) -> None:
    """Refresh grants that would die unused."""
    keep_alive(engine().sync)


@app.timer_trigger(arg_name="timer", schedule="%QICS_PURGE_SCHEDULE%")
def plan_purges_timer(timer: func.TimerRequest) -> None:
    """Send what is to be deleted for good."""
    plan_purges(engine().retention)


def _register(queue: str) -> None:
    """A queue's function and the twin for its poison queue."""
    kind = QUEUES[queue]
    name = queue.replace("-", "_")
    waiting = f"%QICS_QUEUE_PREFIX%{queue}"

    @app.function_name(f"{name}_queue")
    @app.queue_trigger(arg_name="message", queue_name=waiting, connection=STORAGE)
    def work(message: func.QueueMessage) -> None:
        HANDLERS[kind](engine(), decode(kind, message.get_body()))

    @app.function_name(f"{name}_poison")
    @app.queue_trigger(arg_name="message", queue_name=f"{waiting}-poison", connection=STORAGE)
    def poisoned(message: func.QueueMessage) -> None:
        poison(engine().sync, queue, message.get_body())


for _queue in QUEUES:
    _register(_queue)


def _visit(request: func.HttpRequest) -> Visit:
    return Visit.of(request.params, request.headers)


def _answer(answer: Answer) -> func.HttpResponse:
    return func.HttpResponse(answer.body, status_code=answer.status, headers=dict(answer.headers))


@app.route(route="connect", methods=["GET"])
def connect(req: func.HttpRequest) -> func.HttpResponse:
    """Send the invited customer to Exact's consent page."""
    return _answer(engine().connector.begin(_visit(req)))


@app.route(route="callback", methods=["GET"])
def callback(req: func.HttpRequest) -> func.HttpResponse:
    """Take the consent Exact sends the customer back with."""
    return _answer(engine().connector.finish(_visit(req)))


@app.route(route="health", methods=["GET"])
def health(req: func.HttpRequest) -> func.HttpResponse:
    """Versions and the time of the last planning; nothing of any tenant."""
    return _answer(engine().health(_visit(req)))
