"""Relations Exact has anonymised: what can name them is overwritten wherever it is stored, and kept so (`withheld`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.streams.model import Stream
from shared.warehouse import withheld
from shared.warehouse.protocol import Refusal
from shared.warehouse.sqlite.judge import PageRow
from shared.warehouse.sqlite.plan import Plan, listed, sql
from shared.warehouse.sqlite.work import Work
from shared.warehouse.withheld import FLAG, WITHHELD

_TABLE = sql("sync", "anonymised")
_ASIDES = sql("sync", "set_aside")
_ADD = f"INSERT INTO {_TABLE} (division, person) VALUES (?, ?)"
_ASIDE = f"SELECT stream, key, record FROM {_ASIDES} WHERE division = ?"
_REWRITE = f"UPDATE {_ASIDES} SET record = ? WHERE division = ? AND stream = ? AND key = ?"


def notice(work: Work, plan: Plan, rows: Iterable[PageRow]) -> None:
    """Remember the relations a page says are anonymised, and overwrite what is stored of them."""
    if FLAG in plan.names and plan.stream.person:
        flag, person = plan.names.index(FLAG), plan.names.index(plan.stream.person)
        _forget(work, {str(row[person]) for row in rows if row[flag]})


def overwritten(work: Work, plan: Plan, row: PageRow) -> PageRow:
    """The row without what names an anonymised relation."""
    person = plan.stream.person
    if person is None or row[plan.names.index(person)] not in work.anonymised:
        return row
    return tuple(
        WITHHELD if column.soft and value is not None else value
        for column, value in zip(plan.columns, row, strict=True)
    )


def cleared(work: Work, stream: Stream, refusals: Sequence[Refusal]) -> list[Refusal]:
    """Refused records without what names an anonymised relation; they can say so themselves, too."""
    if stream.person is None:
        return list(refusals)
    _forget(work, {withheld.anonymised(stream, refusal.record) for refusal in refusals} - {""})
    return [
        Refusal(refusal.key, refusal.version, refusal.reason, withheld.closed(stream, refusal.record, work.anonymised))
        for refusal in refusals
    ]


def _forget(work: Work, people: set[str]) -> None:
    new = sorted(people - work.anonymised)
    if not new:
        return
    work.anonymised.update(new)
    work.connection.run_many(_ADD, [(work.claim.division, person) for person in new])
    for stream in work.plans.streams:
        if stream.person and any(column.soft for column in stream.columns):
            _overwrite(work, work.plans.of(stream), new)
    _overwrite_set_aside(work)


def _overwrite(work: Work, plan: Plan, people: Sequence[str]) -> None:
    soft = [sql(column.name) for column in plan.columns if column.soft]
    changes = ", ".join(f"{name} = CASE WHEN {name} IS NULL THEN NULL ELSE :withheld END" for name in soft)
    condition = f"{plan.of_division} AND {sql(plan.stream.person or '')} IN (SELECT value FROM json_each(:people))"
    values = {"withheld": WITHHELD, "division": work.claim.division, "people": listed(people)}
    for table in (plan.table, plan.history) if plan.stream.history else (plan.table,):
        work.connection.run(f"UPDATE {table} SET {changes} WHERE {condition}", values)


def _overwrite_set_aside(work: Work) -> None:
    streams = {stream.name: stream for stream in work.plans.streams}
    for name, key, text in work.connection.all(_ASIDE, (work.claim.division,)):
        record = withheld.closed(streams[str(name)], str(text), work.anonymised) if name in streams else text
        if record != text:
            work.connection.run(_REWRITE, (record, work.claim.division, name, key))
