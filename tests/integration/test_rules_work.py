"""Rules 1, 2, 8, 11, 14 and 16: what a worker does when things are late, doubled, refused or withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from local.exact_simulator.reply import Reply, Request
from shared.messages import SyncDivision, SyncTenant
from shared.streams import CATALOGUE
from shared.sync.plan import plan_syncs
from shared.sync.poison import poison
from shared.sync.step import sync_division
from shared.sync.tenant import sync_tenant
from tests.support.pipeline import Pipeline

LINES = "sync/Financial/TransactionLines"
NOT_TOTALS = ("ReportingBalance", "OpeningBalances")


@pytest.fixture
def copied(pipeline: Pipeline) -> Pipeline:
    """A division copied once, an hour ago."""
    pipeline.connect()
    pipeline.run()
    pipeline.clock.pass_time(hours=1)
    return pipeline


@pytest.fixture
def answering(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Request]]:
    """`answering(path, reply, times=3)`: Exact answers so instead, that many times; the requests it answered."""
    whole = pipeline.exact.simulator.answer
    plans: list[tuple[str, Callable[[Request], Reply | None], list[Request], int]] = []

    def answer(request: Request) -> Reply:
        for path, reply, seen, times in plans:
            if path in request.path and len(seen) < times and (given := reply(request)):
                seen.append(request)
                return given
        return whole(request)

    def plan(path: str, reply: Callable[[Request], Reply | None], times: int = 1000) -> list[Request]:
        plans.append((path, reply, seen := [], times))
        return seen

    monkeypatch.setattr(pipeline.exact.simulator, "answer", answer)
    return plan


def failing(status: int, body: bytes = b"", **headers: str) -> Callable[[Request], Reply]:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda request: Reply(status, named, body)


# --- rule 1


def test_a_message_delivered_twice_changes_nothing(copied: Pipeline) -> None:
    run = copied.register.tenants.get("tenant-1").run
    copied.calls()
    sync_division(copied.context, SyncDivision(tenant="tenant-1", division=copied.code, run=run, step=1))
    sync_tenant(copied.context, SyncTenant(tenant="tenant-1", run=run))
    assert copied.calls() == {}


def test_a_step_whose_time_is_up_goes_on_with_the_next_page(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over(exact={"page_size_sync": 100}, QICS_STEP_SECONDS="1")
    pipeline.connect()
    tick = pipeline.exact.simulator.answer

    def slow(request: Request) -> Reply:
        pipeline.clock.pass_time(seconds=1)
        return tick(request)

    pipeline.exact.simulator.answer = slow  # type: ignore[method-assign]
    pipeline.run()
    lines = pipeline.world.divisions[pipeline.code].count("TransactionLines")
    assert pipeline.calls()[LINES] == -(-lines // 100)
    assert pipeline.divisions_of_run()[0].expected_step > 10
    assert pipeline.differences() == []


def test_a_lease_held_by_another_sends_the_same_message_back(copied: Pipeline) -> None:
    held = copied.register.leases.take(f"division:nl:{copied.code}", "another", 60)
    assert held is not None
    copied.plan()
    copied.work("tenant-sync")
    copied.calls()
    copied.work()
    assert copied.calls() == {}
    copied.settle()
    assert copied.divisions_of_run()[0].state == "done"


def test_a_lost_message_is_sent_again_by_the_net(copied: Pipeline) -> None:
    copied.plan()
    copied.queues.delete(copied.queues.receive("tenant-sync", 600)[0])
    copied.clock.pass_time(minutes=15)
    plan_syncs(copied.context)
    copied.settle()
    assert copied.divisions_of_run()[0].state == "done"


def test_a_lost_step_is_sent_again_by_the_net_without_a_call(copied: Pipeline) -> None:
    copied.plan()
    copied.work("tenant-sync")
    copied.queues.delete(copied.queues.receive("division-sync", 600)[0])
    copied.clock.pass_time(minutes=15)
    copied.calls()
    plan_syncs(copied.context)
    assert copied.calls() == {}
    copied.settle()
    assert copied.divisions_of_run()[0].state == "done"


# --- rule 2


def test_a_message_queued_before_the_end_does_nothing_after_it(copied: Pipeline) -> None:
    copied.plan()
    copied.work("tenant-sync")
    copied.clock.pass_time(days=30)
    copied.calls()
    copied.settle()
    assert copied.calls() == {}
    assert copied.divisions_of_run()[0].cause == "ended"


def test_a_tombstoned_tenant_is_never_written_again(copied: Pipeline) -> None:
    run = copied.register.runs.open("tenant-1")
    copied.register.tenants.tombstone("tenant-1", copied.clock().date())
    copied.calls()
    sync_tenant(copied.context, SyncTenant(tenant="tenant-1", run=run))
    sync_division(copied.context, SyncDivision(tenant="tenant-1", division=copied.code, run=run, step=1))
    assert copied.calls() == {}


# --- rule 8


def test_a_column_exact_withdrew_is_dropped_and_the_stream_goes_on(
    copied: Pipeline, answering: Callable[..., list[Request]]
) -> None:
    text = b'{"error": {"code": "", "message": {"lang": "", "value": "No property \'TrackingNumber\' exists."}}}'
    refused = answering(LINES, lambda asked: failing(400, text)(asked) if "TrackingNumber" in asked.query else None)
    copied.change("post_sale")
    copied.run()
    assert len(refused) == 1
    assert copied.checkpoint("TransactionLines").dropped == ("TrackingNumber",)
    assert copied.divisions_of_run()[0].state == "done"
    copied.run()
    assert len(refused) == 1


def test_the_next_release_asks_again_for_a_dropped_column(
    copied: Pipeline, answering: Callable[..., list[Request]]
) -> None:
    text = b'{"error": {"code": "", "message": {"lang": "", "value": "No property \'TrackingNumber\' exists."}}}'
    answering(LINES, lambda asked: failing(400, text)(asked) if "TrackingNumber" in asked.query else None, times=1)
    copied.run()
    copied.context = replace(copied.context, release="next")
    copied.run()
    assert copied.checkpoint("TransactionLines").dropped == ()


def test_a_withdrawn_amount_stops_the_stream(copied: Pipeline, answering: Callable[..., list[Request]]) -> None:
    text = b'{"error": {"code": "", "message": {"lang": "", "value": "No property \'AmountDC\' exists."}}}'
    answering(LINES, failing(400, text))
    copied.run()
    assert "TransactionLines" in copied.register.calls.parked("nl", copied.code)
    assert copied.divisions_of_run()[0].state == "parked"


def test_a_new_consenting_user_reads_everything_in_full(copied: Pipeline) -> None:
    before = copied.checkpoint("TransactionLines").number
    copied.exact.person = list(copied.world.users.values())[1]
    copied.exact.session.cookies.clear()
    copied.consent("tenant-1")
    copied.run()
    assert copied.checkpoint("TransactionLines").number == before + 1


# --- rule 11


@pytest.mark.parametrize("status", [400, 404])
def test_a_refused_stream_is_tried_three_times_then_parked_for_a_day(
    copied: Pipeline, answering: Callable[..., list[Request]], status: int
) -> None:
    refused = answering(LINES, failing(status))
    copied.run()
    copied.clock.pass_time(hours=1)
    copied.run()
    assert len(refused) == 3
    copied.clock.pass_time(hours=24)
    copied.run()
    assert len(refused) == 6


def test_a_parked_stream_that_can_be_read_again_is_reopened(
    copied: Pipeline, answering: Callable[..., list[Request]]
) -> None:
    answering(LINES, failing(404), times=3)
    copied.run()
    copied.clock.pass_time(hours=25)
    copied.run()
    assert copied.register.calls.parked("nl", copied.code) == {}
    assert copied.differences() == []


def test_a_stream_whose_server_fails_holds_up_no_other(
    copied: Pipeline, answering: Callable[..., list[Request]]
) -> None:
    answering(LINES, failing(500))
    copied.change("rename_account")
    copied.run()
    assert [row.state for row in copied.divisions_of_run()] == ["parked"]
    assert copied.differences(but=NOT_TOTALS) == []


def test_the_minute_limit_waits_on_the_queue_and_is_never_met(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over(exact={"page_size_sync": 40})
    pipeline.connect()
    pipeline.run()
    assert 429 not in {seen.status for seen in pipeline.exact.simulator.requests}
    assert pipeline.differences() == []


def test_an_empty_contract_pool_waits_until_midnight_utc(
    copied: Pipeline, answering: Callable[..., list[Request]]
) -> None:
    calls_left = {"X-RateLimit-Remaining": "900", "X-RateLimit-Minutely-Remaining": "40"}
    refused = answering(LINES, failing(429, **calls_left), times=1)
    begun = copied.clock()
    copied.run()
    midnight = begun.replace(hour=0, minute=0) + timedelta(days=1)
    assert copied.clock() >= midnight
    assert len(refused) == 1
    assert copied.differences(but=NOT_TOTALS) == []


# --- rule 16


def test_a_record_that_cannot_be_taken_is_kept_and_retried_by_the_next_release(
    copied: Pipeline, spoiling: dict[bytes, bytes]
) -> None:
    copied.change("post_sale")
    spoiling[b'"AmountDC": '] = b'"nothing"'
    copied.run()
    assert [name for name, _ in copied.set_aside()] == ["TransactionLines"]
    spoiling.clear()
    copied.context = replace(copied.context, release="next")
    copied.run()
    assert len(copied.set_aside()) == 0
    assert copied.differences(but=NOT_TOTALS) == []


def test_a_record_only_the_destination_cannot_hold_is_set_aside_alone(
    copied: Pipeline, spoiling: dict[bytes, bytes]
) -> None:
    copied.change("post_sale")
    before = copied.count("TransactionLines")
    spoiling[b'"JournalCode": '] = b'"' + b"x" * 101 + b'"'
    copied.run()
    assert len(copied.set_aside()) == 1
    assert copied.count("TransactionLines") > before


def test_a_release_that_cannot_take_it_either_keeps_it(copied: Pipeline, spoiling: dict[bytes, bytes]) -> None:
    copied.change("post_sale")
    spoiling[b'"AmountDC": '] = b'"nothing"'
    copied.run()
    copied.context = replace(copied.context, release="next")
    copied.run()
    assert [name for name, _ in copied.set_aside()] == ["TransactionLines"]


@pytest.fixture
def spoiling(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> dict[bytes, bytes]:
    """Properties of one line, the last of the first page served from now on, with another value in every list."""
    whole = pipeline.exact.simulator.answer
    values: dict[bytes, bytes] = {}
    chosen: list[bytes] = []

    def answer(request: Request) -> Reply:
        reply = whole(request)
        if not values or "TransactionLines" not in request.path:
            return reply
        if not chosen:
            chosen.append(re.findall(rb'"ID": "[^"]+"', reply.body)[-1])
        rows = reply.body.split(b'"__metadata"')
        for at, row in enumerate(rows):
            for name, value in values.items() if chosen[0] in row else ():
                before, _, after = row.partition(name)
                rows[at] = before + name + value + b"," + after.partition(b",")[2]
        return replace(reply, body=b'"__metadata"'.join(rows))

    monkeypatch.setattr(pipeline.exact.simulator, "answer", answer)
    return values


# --- bad input


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"tenant":"x","run":1,"v":2}', b'{"tenant":1,"run":1}'])
def test_a_wrong_message_is_an_alert_and_nothing_else(
    copied: Pipeline, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    poison(copied.context, "tenant-sync", body)
    assert [record.levelname for record in caplog.records if "message.poisoned" in record.message] == ["ERROR"]


def test_a_poisoned_step_ends_its_run_as_failed(copied: Pipeline) -> None:
    copied.plan()
    copied.work("tenant-sync")
    received = copied.queues.receive("division-sync", 600)[0]
    poison(copied.context, "division-sync", received.body)
    assert not copied.register.tenants.get("tenant-1").run_open
    assert copied.divisions_of_run()[0].cause == "poisoned"


# --- a small minute


def test_rights_are_asked_to_the_end_however_small_the_minute_is(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over(lines=600, exact={"minute_limit": 10})
    pipeline.connect()
    pipeline.run()
    asked = sum(count for path, count in pipeline.calls().items() if "UserHasRights" in path)
    assert asked == len(CATALOGUE)  # every list but Divisions, and the delete log
    assert pipeline.differences() == []
