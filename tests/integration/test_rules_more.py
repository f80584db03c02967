"""The division list, the net and the other corners of the rules that the model found untested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from local.exact_simulator.reply import Reply, Request
from shared.errors import Cause, RetryLater
from shared.streams.model import Stream
from shared.sync.plan import plan_syncs
from shared.warehouse.protocol import Checkpoint, Row, Written
from shared.warehouse.sqlite.transaction import SqliteTransaction
from tests.support.pipeline import Pipeline

LIST = "system/Divisions"


@pytest.fixture
def copied(pipeline: Pipeline) -> Pipeline:
    """A division copied once, an hour ago."""
    pipeline.connect()
    pipeline.run()
    pipeline.clock.pass_time(hours=1)
    return pipeline


def unknown(column: str) -> Reply:
    text = f'{{"error": {{"code": "", "message": {{"lang": "", "value": "No property \'{column}\' exists."}}}}}}'
    return Reply(400, (), text.encode())


def withdraw(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, column: str) -> list[Request]:
    """Exact no longer knows a property of the division list; the requests it refused for that."""
    whole, refused = pipeline.exact.simulator.answer, []

    def answer(request: Request) -> Reply:
        if LIST in request.path and column in request.query:
            refused.append(request)
            return unknown(column)
        return whole(request)

    monkeypatch.setattr(pipeline.exact.simulator, "answer", answer)
    return refused


# --- rule 8


def test_a_withdrawn_column_of_the_division_list_is_dropped_once_and_keeps_its_values(
    copied: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = withdraw(copied, monkeypatch, "Description")
    assert (copied.run(), copied.run()) == ("", "")
    assert len(refused) == 1
    assert copied.differences(but=("ReportingBalance", "OpeningBalances")) == []


def test_a_run_ends_with_its_cause_when_the_list_no_longer_tells_of_moves(
    copied: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = withdraw(copied, monkeypatch, "DivisionMoveDate")
    assert copied.run() == "bad-query"
    assert len(refused) == 1


# --- the net


def test_the_net_adds_no_message_while_a_run_waits_for_the_licences_pool(copied: Pipeline) -> None:
    licence = copied.context.licence(copied.register.tenants.get("tenant-1"), copied.code)
    copied.register.calls.block_licence("nl", licence, copied.clock() + timedelta(hours=10))
    copied.plan()
    copied.work("tenant-sync")
    for _ in range(8):
        copied.clock.pass_time(hours=1)
        plan_syncs(copied.context)
    assert copied.queues.count("tenant-sync") == 1


# --- rule 1


def test_a_page_that_could_not_be_written_is_read_again(
    pipeline_over: Callable[..., Pipeline], monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = pipeline_over(exact={"page_size_sync": 100})
    pipeline.connect()
    store, pages = SqliteTransaction.upsert, []

    def failing(transaction: SqliteTransaction, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> Written:
        pages.append(stream.name)
        if pages.count("TransactionLines") == 3 and pages[-1] == "TransactionLines":
            raise RetryLater(Cause.DATABASE_BUSY)
        return store(transaction, stream, rows, checkpoint)

    monkeypatch.setattr(SqliteTransaction, "upsert", failing)
    pipeline.run()
    assert pages.count("TransactionLines") > 3
    assert pipeline.differences() == []


# --- rule 14


def test_a_wait_for_the_next_minute_is_a_message_and_no_sleep(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over(exact={"page_size_sync": 40})
    slept: list[float] = []
    pipeline.context = replace(pipeline.context, wait=slept.append)
    pipeline.connect()
    begun = pipeline.clock()
    pipeline.run()
    assert pipeline.clock() - begun > timedelta(minutes=1)
    assert slept == []
