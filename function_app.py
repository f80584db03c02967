"""The triggers: parse, call, return. The one file that imports azure.functions."""

from __future__ import annotations

import azure.functions as func
from shared.bootstrap import app as engine
from shared.connect import Answer, Request

from shared.messages import QUEUES, SyncDivision, SyncTenant, decode
from shared.sync.keep_alive import keep_alive
from shared.sync.plan import plan_syncs
from shared.sync.poison import poison
from shared.sync.step import sync_division
from shared.sync.tenant import sync_tenant

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

#: what each queue's messages are handed to
HANDLERS = {SyncTenant: sync_tenant, SyncDivision: sync_division}


@app.timer_trigger(arg_name="timer", schedule="%QICS_PLAN_SCHEDULE%")
def plan_syncs_timer(timer: func.TimerRequest) -> None:
    """Send what is due."""
    plan_syncs(engine().sync)


@app.timer_trigger(arg_name="timer", schedule="%QICS_KEEP_ALIVE_SCHEDULE%")
def keep_alive_timer(timer: func.TimerRequest) -> None:
    """Refresh grants that would die unused."""
    keep_alive(engine().sync)


def _register(queue: str) -> None:
    """A queue's function and the twin for its poison queue."""
    kind = QUEUES[queue]
    name = queue.replace("-", "_")
    trigger = {"arg_name": "message", "connection": "AzureWebJobsStorage"}

    @app.function_name(f"{name}_queue")
    @app.queue_trigger(queue_name=f"%QICS_QUEUE_PREFIX%{queue}", **trigger)
    def work(message: func.QueueMessage) -> None:
        HANDLERS[kind](engine().sync, decode(kind, message.get_body()))

    @app.function_name(f"{name}_poison")
    @app.queue_trigger(queue_name=f"%QICS_QUEUE_PREFIX%{queue}-poison", **trigger)
    def poisoned(message: func.QueueMessage) -> None:
        poison(engine().sync, queue, message.get_body())


for _queue in QUEUES:
    _register(_queue)


def _request(request: func.HttpRequest) -> Request:
    return Request(query=dict(request.params), headers=dict(request.headers))


def _answer(answer: Answer) -> func.HttpResponse:
    return func.HttpResponse(answer.body, status_code=answer.status, headers=dict(answer.headers))


@app.route(route="connect", methods=["GET"])
def connect(req: func.HttpRequest) -> func.HttpResponse:
    """Send the invited customer to Exact's consent page."""
    return _answer(engine().connector.begin(_request(req)))


@app.route(route="callback", methods=["GET"])
def callback(req: func.HttpRequest) -> func.HttpResponse:
    """Take the consent Exact sends the customer back with."""
    return _answer(engine().connector.finish(_request(req)))


@app.route(route="health", methods=["GET"])
def health(req: func.HttpRequest) -> func.HttpResponse:
    """Versions and the time of the last planning; nothing of any tenant."""
    return _answer(engine().health(_request(req)))
