"""A worker process as it is killed: the app's own objects, the host's own queue listeners, a planner that never rests.

Hiding and lease times are seconds, so that what a killed worker held comes back soon.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from azure.storage.queue import QueueClient, QueueServiceClient

from local.host.delivery import Delivery
from local.host.host_json import QueueOptions, TimeSpan
from local.host.queue_listener import QueueListener
from shared import settings
from shared.bootstrap import App
from shared.errors import PipelineError
from shared.messages import Message, SyncDivision, SyncTenant, decode
from shared.queues import POISON
from shared.sync.context import Context
from shared.sync.plan import plan_syncs
from shared.sync.poison import poison
from shared.sync.step import sync_division
from shared.sync.tenant import sync_tenant

HANDLERS: dict[type[Message], Callable[[Context, Any], None]] = {SyncTenant: sync_tenant, SyncDivision: sync_division}
HIDDEN = timedelta(seconds=2)
#: being killed counts as a try, and the test kills more often than any machine fails
MOST_TRIES = 1000
OPTIONS = QueueOptions(
    batch_size=4, max_dequeue_count=MOST_TRIES, visibility_timeout=TimeSpan(0), max_polling_interval=TimeSpan(0.1)
)
PLANNED_EVERY = 0.2


def work(environment: Mapping[str, str]) -> None:
    """Work until killed."""
    os.environ.update(environment)
    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL)
    app = App(settings.read(os.environ), os.environ)
    context = app.sync
    service = QueueServiceClient.from_connection_string(environment["AzureWebJobsStorage"])
    for kind in HANDLERS:
        _listen(service, app.settings.queue_prefix, context, kind)
    while True:
        _planned(context)
        time.sleep(PLANNED_EVERY)


def _listen(service: QueueServiceClient, prefix: str, context: Context, kind: type[Message]) -> None:
    def queue(name: str) -> QueueClient:
        return service.get_queue_client(prefix + name)

    def handle(delivery: Delivery) -> bool:
        return _handled(context, kind, delivery)

    def poisoned(delivery: Delivery) -> bool:
        poison(context, kind.queue, _body(delivery))
        return True

    QueueListener(queue(kind.queue), queue(kind.queue + POISON), OPTIONS, handle, HIDDEN).start()
    QueueListener(queue(kind.queue + POISON), None, OPTIONS, poisoned, HIDDEN).start()


def _handled(context: Context, kind: type[Message], delivery: Delivery) -> bool:
    try:
        HANDLERS[kind](context, decode(kind, _body(delivery)))
    except PipelineError:
        logging.getLogger("tests.kill").exception("%s", kind.queue)
        return False
    return True


def _planned(context: Context) -> None:
    try:
        plan_syncs(context)
    except PipelineError:
        logging.getLogger("tests.kill").exception("planning")


def _body(delivery: Delivery) -> bytes:
    return delivery.body if isinstance(delivery.body, bytes) else delivery.body.encode()
