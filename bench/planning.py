"""Planning many due tenants, and sending beside a bare loop of the SDK's own send_message."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from azure.storage.queue import BinaryBase64EncodePolicy, QueueServiceClient

from local.azurite import Azurite
from shared.lifecycle import local_day
from shared.messages import SyncTenant, encode
from shared.queues import AzureQueues
from shared.register import Register
from tests.support.clock import FakeClock


def main(tenants: int) -> list[list[str]]:
    """One look at the register, then messages to Azurite."""
    clock = FakeClock()
    with tempfile.TemporaryDirectory() as folder:
        register = Register.sqlite(Path(folder) / "register.sqlite3", clock)
        register.migrate()
        for number in range(tenants):
            register.tenants.add(f"tenant-{number}", "nl", f"books-{number}")
            register.tenants.start_trial(f"tenant-{number}", local_day(clock()))
        clock.pass_time(hours=2)
        begun = time.perf_counter()
        due = register.tenants.due(clock(), limit=tenants)
        looking = time.perf_counter() - begun
        register.tenants.postpone([each.tenant for each in due], clock() + timedelta(minutes=15))
        moving = time.perf_counter() - begun - looking
        register.close()
    ours, bare = sending(min(tenants, 2_000))
    return [
        [f"planning {len(due):,} due tenants: one query", f"{looking:.3f} s", "0.3 s"],
        ["moving their due times", f"{moving:.3f} s", ""],
        ["sending", f"{ours:,.0f} messages/s", ""],
        ["a bare loop of send_message", f"{bare:,.0f} messages/s", ""],
        ["sending against the bare loop", f"{ours / bare:.2f}", "0.8"],
    ]


def sending(messages: int) -> tuple[float, float]:
    """Messages a second: ours, and the SDK's in a bare loop, in turns of a hundred on one Azurite."""
    with Azurite() as azurite:
        service = QueueServiceClient.from_connection_string(azurite.connection_string)
        queues = AzureQueues(service)
        queues.make()
        bare = service.get_queue_client("bare", message_encode_policy=BinaryBase64EncodePolicy())
        bare.create_queue()
        spent = {"ours": 0.0, "bare": 0.0}
        for batch in range(messages // 100):
            message = SyncTenant(tenant=f"tenant-{batch}", run=batch)
            begun = time.perf_counter()
            for _ in range(100):
                queues.send(message)
            spent["ours"] += time.perf_counter() - begun
            begun = time.perf_counter()
            for _ in range(100):
                bare.send_message(encode(message).encode(), time_to_live=-1)
            spent["bare"] += time.perf_counter() - begun
        service.close()
    return messages / spent["ours"], messages / spent["bare"]


if __name__ == "__main__":
    print(json.dumps(main(1_000 if "--small" in sys.argv else 10_000)))
