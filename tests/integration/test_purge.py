"""A trial runs out: the whole pipeline copies books, then deletes them, and the certificate says what was there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.lifecycle import local_day
from shared.messages import QUEUES, SyncDivision, SyncTenant
from shared.retention.certificate import check, issued
from shared.streams import CATALOGUE, stream
from shared.sync.step import sync_division
from shared.sync.tenant import sync_tenant
from tests.support.pipeline import Pipeline
from tests.support.retention import Yard, build_yard

TENANT = "tenant-1"


@pytest.fixture
def copied(pipeline_over: Callable[..., Pipeline]) -> tuple[Pipeline, Yard]:
    """A tenant whose books are copied, and what deletes it."""
    pipeline = pipeline_over(lines=600)
    pipeline.connect()
    pipeline.run()
    return pipeline, build_yard(pipeline.folder, pipeline.clock, pipeline.register, pipeline.queues, pipeline.vault)


def personal(pipeline: Pipeline) -> set[bytes]:
    """What somebody would look for: names, places and texts of the copied relations."""
    rows = pipeline.booked(stream("Accounts"), pipeline.code)
    return {str(row[name]).encode() for row in rows for name in ("Name", "City", "VATNumber") if row[name]}


def bytes_on_disk(pipeline: Pipeline) -> bytes:
    return b"".join(path.read_bytes() for path in pipeline.folder.rglob("*") if path.is_file())


def test_after_the_trial_nothing_of_the_books_is_left_anywhere(copied: tuple[Pipeline, Yard]) -> None:
    pipeline, yard = copied
    searched = personal(pipeline)
    counts = {name: pipeline.count(name) for name in CATALOGUE if pipeline.count(name)}
    assert any(text in bytes_on_disk(pipeline) for text in searched)
    yard.purge(TENANT)
    left = bytes_on_disk(pipeline)
    assert [text for text in searched if text in left] == []
    told = check(issued(yard.retention, TENANT)[0].content, yard.retention.signer.public_keys())
    database = next(place for place in told["places"] if place["place"] == "database")
    assert database["found"] == {"databases": 1, **counts}


def test_no_run_is_planned_or_done_after_the_end(copied: tuple[Pipeline, Yard]) -> None:
    pipeline, _yard = copied
    pipeline.clock.pass_time(days=30)
    pipeline.calls()
    pipeline.plan(TENANT)
    for run in (1, 2, 3):
        sync_tenant(pipeline.context, SyncTenant(tenant=TENANT, run=run))
        sync_division(pipeline.context, SyncDivision(tenant=TENANT, division=pipeline.code, run=run, step=1))
    pipeline.work(SyncTenant.queue, SyncDivision.queue)
    assert not pipeline.calls()


def test_an_erasure_in_the_middle_of_a_run_waits_for_its_step_and_loses_nothing_to_it(
    pipeline_over: Callable[..., Pipeline],
) -> None:
    pipeline = pipeline_over(lines=600, QICS_STEP_SECONDS="1")
    pipeline.connect()
    yard = build_yard(pipeline.folder, pipeline.clock, pipeline.register, pipeline.queues, pipeline.vault)
    pipeline.plan(TENANT)
    pipeline.work(SyncTenant.queue)
    held = pipeline.register.runs.claim(TENANT, pipeline.register.tenants.get(TENANT).run, pipeline.code, 1, "w", 600)
    pipeline.register.tenants.erase(TENANT, local_day(pipeline.clock()), "operator")
    yard.plan()
    for _ in range(5):
        yard.work()
    assert yard.provisioner.exists(yard.register.tenants.buried(TENANT))
    assert yard.register.purges.of()[-1].waits_for == "lease-held"
    pipeline.register.runs.release(held)
    yard.settle()
    pipeline.clock.pass_time(hours=2)
    for queue in QUEUES:
        if queue.endswith("sync"):
            pipeline.work(queue)
    assert not yard.provisioner.exists(yard.register.tenants.buried(TENANT))
    assert pipeline.vault.names() == ["grant-key", "user-key"]


def test_a_division_taken_out_leaves_and_the_other_goes_on(pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline = pipeline_over(companies=2, lines=800)
    pipeline.connect()
    pipeline.run()
    yard = build_yard(pipeline.folder, pipeline.clock, pipeline.register, pipeline.queues, pipeline.vault)
    out, kept = sorted(pipeline.world.divisions)
    before = pipeline.count("TransactionLines")
    pipeline.register.divisions.choose(TENANT, [kept])
    pipeline.register.divisions.erase(TENANT, out, pipeline.clock() - timedelta(minutes=1))
    yard.plan()
    yard.settle()
    assert pipeline.count("TransactionLines") == 0
    (told,) = [each.told for each in issued(yard.retention, TENANT)]
    rows = next(place for place in told["places"] if place["place"] == "division-rows")
    assert rows["found"]["TransactionLines"] == before
    pipeline.clock.pass_time(hours=1)
    pipeline.run()
    assert pipeline.differences() == []
    assert pipeline.count("Divisions") == 0
