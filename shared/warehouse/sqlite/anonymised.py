"""Relations Exact has anonymised: what can name them is overwritten wherever it is stored, and kept so.

Any sighting counts, of whatever version: what was said to be forgotten is never written again, in whatever order pages
arrive. A value that is missing stays missing; it names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from shared.streams.model import Stream
from shared.warehouse.protocol import Refusal
from shared.warehouse.sqlite.judge import PageRow
from shared.warehouse.sqlite.plan import Plan, listed, sql
from shared.warehouse.sqlite.work import Work

WITHHELD = "[anonymised]"
#: the column by which a relation says that it was anonymised
FLAG = "IsAnonymised"

_TABLE = sql("sync", "anonymised")
_ASIDES = sql("sync", "set_aside")
_ADD = f"INSERT INTO {_TABLE} (division, person) VALUES (?, ?)"
_ASIDE = f"SELECT stream, key, record FROM {_ASIDES} WHERE division = ?"
_REWRITE = f"UPDATE {_ASIDES} SET record = ? WHERE division = ? AND stream = ? AND key = ?"

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(dict[str, object], float_hook=Decimal)


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
    records = [_decoder.decode(refusal.record) for refusal in refusals]
    _forget(work, {_person(stream, record) for record in records if record.get(FLAG)} - {""})
    return [
        Refusal(refusal.key, refusal.version, refusal.reason, _closed(work, stream, record) or refusal.record)
        for refusal, record in zip(refusals, records, strict=True)
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
        record = _closed(work, streams[str(name)], _decoder.decode(str(text))) if name in streams else None
        if record:
            work.connection.run(_REWRITE, (record, work.claim.division, name, key))


def _closed(work: Work, stream: Stream, record: dict[str, object]) -> str | None:
    """The record as text without what names its relation; None when that is not anonymised."""
    if _person(stream, record) not in work.anonymised:
        return None
    soft = {column.name: WITHHELD for column in stream.columns if column.soft and record.get(column.name) is not None}
    return _encoder.encode(record | soft).decode()


def _person(stream: Stream, record: dict[str, object]) -> str:
    """The relation of a record as Exact wrote it: GUIDs in either case."""
    return str(record.get(stream.person or "") or "").lower()
