"""Open items as known then: what a later copy says of a past day equals a copy that was frozen on that day."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

import pytest

from local.exact_simulator.books.values import BooksError
from shared.lifecycle import local_day
from shared.provisioning import SqliteProvisioner
from shared.reporting import VIEWS
from shared.reporting.questions import ageing_on, open_items_on
from shared.warehouse.names import Dialect
from tests.support.pipeline import Pipeline
from tests.support.reported import answer, disagreements, shown, with_views

#: what changes items that are open, or were
WORK = ("post_sale", "post_purchase", "post_bank", "match", "unmatch", "unmatch", "select_term", "delete_entry", "move")


def work(pipeline: Pipeline, rng: Random, changes: int) -> None:
    for _ in range(changes):
        try:
            pipeline.change(rng.choice(WORK))
        except BooksError:  # nothing left of that kind: no change is a change too
            continue


def frozen_days(pipeline: Pipeline, seed: int) -> Iterator[tuple[date, Path]]:
    """Five days of work with a run or two each; a copy of the database at the end of every day."""
    rng, path = (
        Random(seed),
        SqliteProvisioner(pipeline.folder / "tenants").path(pipeline.register.tenants.get("tenant-1")),
    )
    for _ in range(5):
        for _ in range(rng.choice((1, 2))):
            work(pipeline, rng, 6)
            assert pipeline.run() == ""
            pipeline.clock.pass_time(hours=3)
        day = local_day(pipeline.clock())
        kept = pipeline.folder / f"{day}.db"
        with_views(path)
        shutil.copy(path, kept)  # closed by its last connection, so that no log stands beside it
        yield day, kept
        pipeline.clock.pass_time(hours=20)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_as_known_then_equals_a_copy_frozen_that_day(seed: int, pipeline_over: Callable[..., Pipeline]) -> None:
    pipeline: Pipeline = pipeline_over(seed=seed, lines=1500)
    pipeline.connect()
    copies = list(frozen_days(pipeline, seed))
    last, columns, ages = copies[-1][1], VIEWS["open_items_by_date"].columns, VIEWS["ageing"].columns
    changed = 0
    for day, copy in copies:
        was = answer(copy, open_items_on(day, Dialect.SQLITE), columns)
        assert disagreements(was, answer(last, open_items_on(day, Dialect.SQLITE, known=True), columns)) == {}
        known = answer(last, ageing_on(day, Dialect.SQLITE, known=True), ages)
        assert disagreements(answer(copy, ageing_on(day, Dialect.SQLITE), ages), known) == {}
        changed += was != answer(last, open_items_on(day, Dialect.SQLITE), columns)
    assert changed, "the books say today what they said then: nothing was tried"


def test_before_the_first_run_nothing_was_known(pipeline: Pipeline) -> None:
    pipeline.connect()
    pipeline.run()
    path = SqliteProvisioner(pipeline.folder / "tenants").path(pipeline.register.tenants.get("tenant-1"))
    with_views(path)
    columns, before = VIEWS["open_items_by_date"].columns, date(2026, 11, 24)
    assert answer(path, open_items_on(before, Dialect.SQLITE, known=True), columns) == []
    assert answer(path, open_items_on(before, Dialect.SQLITE), columns) != []
    assert {row["as_at"] for row in shown(path, "open_items_as_known")} == {date(2026, 11, 25)}


def test_freshness_tells_until_when_the_lists_are_complete(pipeline: Pipeline) -> None:
    pipeline.connect()
    pipeline.run()
    path = SqliteProvisioner(pipeline.folder / "tenants").path(pipeline.register.tenants.get("tenant-1"))
    with_views(path)
    (row,) = shown(path, "freshness")
    with closing(pipeline.warehouse()) as warehouse:
        read = {each.stream: each.completed_at for each in warehouse.checkpoints(pipeline.code)}
    moments = [read[name].replace(tzinfo=None) for name in ("TransactionLines", "PaymentTerms")]  # type: ignore[union-attr]
    assert [row["ledger_read_at_utc"], row["open_items_read_at_utc"]] == moments
    assert (row["division"], row["records_set_aside"]) == (pipeline.code, 0)
    assert {each["run_date"] for each in shown(path, "run_days")} == {date(2026, 11, 25)}
