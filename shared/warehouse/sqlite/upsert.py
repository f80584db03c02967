"""A page of rows becomes stored rows: look up what is there, judge, write what differs.

An `INSERT … ON CONFLICT DO UPDATE … WHERE it differs` of every row was measured a little faster by itself, and slower
together with the look-up it needs all the same: only that tells which rows were new, changed, older or regressed, and
what they were before.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from operator import itemgetter

from shared.streams.model import Stream
from shared.warehouse.keys import newest
from shared.warehouse.protocol import Checkpoint, Row, Written
from shared.warehouse.schema import marked
from shared.warehouse.sqlite import anonymised, deletions, scopes, set_aside
from shared.warehouse.sqlite.judge import Kept, PageRow, Verdict, judged
from shared.warehouse.sqlite.plan import Plan, listed
from shared.warehouse.sqlite.work import Work
from shared.warehouse.words import encoded


def upsert(work: Work, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> Written:
    """Store the rows (see the Protocol). Raises RecordRefused before anything is written."""
    if not rows:
        return Written()
    plan = work.plan(stream, checkpoint)
    # divisions are kept without their own, so that epochs of different ones would meet in one table
    epoch = checkpoint.epoch if stream.by_division else 0
    at = plan.names.index(stream.version) if stream.version else None
    page = _page(work, plan, encoded(stream, plan.columns, rows), at)
    keys = listed(list(page))
    stored = _look_up(work, plan, keys)
    verdict = judged(page, stored, deletions.standing(work, stream, keys, epoch), epoch, at)
    _write(work, plan, verdict, epoch)
    _note_scopes(work, plan, verdict, stored)
    _mark(work, plan, keys, checkpoint)
    taken = {key: row for key, row in page.items() if key not in verdict.refused} if verdict.refused else page
    set_aside.clear_twins(work, stream, taken, epoch, at)
    return verdict.written


def _page(work: Work, plan: Plan, rows: list[PageRow], version: int | None) -> dict[Hashable, PageRow]:
    """The page by key, with nothing in it that must not be written."""
    anonymised.notice(work, plan, rows)
    page = newest(rows, _keys(plan, rows), version)
    if plan.stream.person and work.anonymised:
        return {key: anonymised.overwritten(work, plan, row) for key, row in page.items()}
    return page


def _key_of(plan: Plan) -> itemgetter[tuple[Hashable, ...]]:
    return itemgetter(*(plan.names.index(name) for name in plan.stream.key))


def _keys(plan: Plan, rows: Sequence[PageRow]) -> list[Hashable]:
    """The key of each row: its value, or a tuple of them."""
    return list(map(_key_of(plan), rows))


def _look_up(work: Work, plan: Plan, keys: str) -> dict[Hashable, Kept]:
    found = work.connection.all(plan.look_up, {"division": work.claim.division, "keys": keys})
    single = len(plan.stream.key) == 1
    return {row[4] if single else row[4:]: Kept._make(row[:4]) for row in found}


def _write(work: Work, plan: Plan, verdict: Verdict, epoch: int) -> None:
    if verdict.updated and plan.stream.history:
        keys = listed(_keys(plan, verdict.updated))
        values = {"division": work.claim.division, "keys": keys, "run": work.claim.run}
        work.connection.run(plan.keep_superseded.format(plan.among_keys), values)
    before = (work.claim.division,) if plan.stream.by_division else ()
    after = (epoch, work.claim.run)
    for rows in (verdict.inserted, verdict.updated):
        work.connection.run_many(plan.write, [before + row + after for row in rows])


def _note_scopes(work: Work, plan: Plan, verdict: Verdict, stored: dict[Hashable, Kept]) -> None:
    if not scopes.noted(plan.stream):
        return
    at = plan.names.index(plan.stream.scope_column or "")
    now = {row[at] for rows in (verdict.inserted, verdict.updated) for row in rows}
    before = {stored[key].scope for key in _keys(plan, verdict.updated)}
    scopes.note(work, plan.stream, now | before)


def _mark(work: Work, plan: Plan, keys: str, checkpoint: Checkpoint) -> None:
    """Rows of the page that are stored were seen by the reading, whether they were written or not."""
    if marked(plan.stream) and checkpoint.number:
        values = plan.bound(checkpoint, number=checkpoint.number, keys=keys)
        work.connection.run(plan.mark_seen.format(plan.among_keys), values)
