"""A page of rows becomes stored rows: one batch of statements per stream, one JSON parameter per page.

The rows go into a table variable once; each gets its fate by what is stored under its key, then one statement writes
each fate. No MERGE: its bugs do not touch update and insert, and both say plainly what they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from shared.warehouse.azure_sql.fragments import LOCKED, keep_superseded, mark_seen, note_scopes, scopes_are_noted
from shared.warehouse.azure_sql.plan import (
    Plan,
    comparable,
    declared,
    joined,
    of,
    received,
    sent,
    sql,
    table_name,
)
from shared.warehouse.keys import newest as one_a_key
from shared.warehouse.protocol import Written
from shared.warehouse.schema import ANONYMISED, DELETIONS, EPOCH, ROW, RUN, SET_ASIDE, divided, marked
from shared.warehouse.withheld import WITHHELD
from shared.warehouse.words import Stored

#: what becomes of a row
INSERTED, UPDATED, UNCHANGED, OLDER, REGRESSED, DELETED = "iusord"

_DECLARE = (
    "DECLARE @page nvarchar(max) = ?, @division bigint = ?, @epoch bigint = ?, @run bigint = ?, "
    "@number bigint = ?, @change bigint = ?;"
)
_ANSWER = "\nSELECT [_fate], COUNT(*) FROM @rows GROUP BY [_fate];"


def loaded(plan: Plan, *own: str) -> str:
    """Statements that put the JSON list @page into the table variable @rows, which has columns of our `own` besides."""
    columns = [declared(column, required=column.name in plan.stream.key) for column in plan.columns]
    parts = [*columns, *own, f"PRIMARY KEY ({joined(plan.stream.key)})"]
    types = [sent(column, position) for position, column in enumerate(plan.columns)]
    return f"""
DECLARE @rows TABLE ({", ".join(parts)});
INSERT INTO @rows ({joined(plan.names)}) SELECT {", ".join(map(received, plan.columns))}
    FROM OPENJSON(@page) WITH ({", ".join(types)});"""


def upsert(plan: Plan) -> str:
    """The batch that stores a page. Answers how many rows met each fate."""
    noted = scopes_are_noted(plan.stream)
    own = [f"{sql(ROW)} bigint NULL", "[_fate] char(1) NULL", *(["[_before] nvarchar(100) NULL"] if noted else [])]
    steps = [_DECLARE, loaded(plan, *own), _withheld(plan), _judged(plan)]
    if plan.stream.history:
        superseded = f"JOIN @rows AS new ON new.{sql(ROW)} = kept.{sql(ROW)} WHERE new.[_fate] = '{UPDATED}'"
        steps.append(keep_superseded(plan, superseded))
    steps += [_update(plan), _insert(plan)]
    if noted:
        steps.append(note_scopes(plan.stream, _changed(plan)))
    if marked(plan.stream):
        steps.append(f"\nIF @number > 0 BEGIN{mark_seen(plan, _seen(plan))}\nEND;")
    return "".join([*steps, _clear_twins(plan), _ANSWER])


def newest(plan: Plan, rows: Sequence[tuple[Stored, ...]]) -> list[tuple[Stored, ...]]:
    """One row a key; the keys of a table variable are unique."""
    keys = list(map(itemgetter(*(plan.names.index(name) for name in plan.stream.key)), rows))
    version = plan.names.index(plan.stream.version) if plan.stream.version else None
    return list(one_a_key(rows, keys, version).values())


def written(answer: Sequence[tuple[str, int]]) -> Written:
    """What the batch answered."""
    fates = dict(answer)
    return Written(
        inserted=fates.get(INSERTED, 0),
        updated=fates.get(UPDATED, 0),
        unchanged=fates.get(UNCHANGED, 0),
        older=fates.get(OLDER, 0) + fates.get(REGRESSED, 0),
        deleted=fates.get(DELETED, 0),
        regressed=fates.get(REGRESSED, 0),
    )


def _withheld(plan: Plan) -> str:
    """What names an anonymised relation is never written; a value that is missing names nobody."""
    soft = [column for column in plan.columns if column.soft]
    if not plan.stream.person or not soft:
        return ""
    changes = ", ".join(f"{sql(c.name)} = IIF({sql(c.name)} IS NULL, NULL, N'{WITHHELD}')" for c in soft)
    return f"""
UPDATE new SET {changes} FROM @rows AS new JOIN {table_name(ANONYMISED)} AS gone
    ON gone.[division] = @division AND gone.[person] = new.{sql(plan.stream.person)};"""


def _judged(plan: Plan) -> str:
    """Say of each row what is stored under its key, and what becomes of it (the Protocol's `upsert`)."""
    content = [column for column in plan.columns if column not in plan.key]
    new, old = (", ".join(comparable(alias, column) for column in content) for alias in ("new", "old"))
    epoch, version = f"old.{sql(EPOCH)}", plan.version
    before = f", [_before] = {plan.changed_scope('old')}" if scopes_are_noted(plan.stream) else ""
    deletion = f"WHEN gone.[Timestamp] >= {version('new')} THEN '{DELETED}'" if _deletable(plan) else ""
    return f"""
UPDATE new SET {sql(ROW)} = old.{sql(ROW)}{before}, [_fate] = CASE
        WHEN {epoch} > @epoch THEN '{OLDER}'
        WHEN {epoch} = @epoch AND {version("old")} > {version("new")} THEN '{REGRESSED}'
        {deletion}
        WHEN old.{sql(ROW)} IS NULL THEN '{INSERTED}'
        WHEN {epoch} = @epoch AND {version("old")} = {version("new")}
            AND NOT EXISTS (SELECT {new} EXCEPT SELECT {old}) THEN '{UNCHANGED}'
        ELSE '{UPDATED}' END
    FROM @rows AS new LEFT JOIN {plan.table} AS old {LOCKED} ON {plan.same_key("old", "new")}{_deletions(plan)};"""


def _deletable(plan: Plan) -> bool:
    return plan.stream.deleted_type is not None


def _deletions(plan: Plan) -> str:
    """Join the deletion that stands in this epoch."""
    if not _deletable(plan):
        return ""
    return f"""
    LEFT JOIN {table_name(DELETIONS)} AS gone ON gone.[_division] = @division
        AND gone.[EntityType] = {plan.stream.deleted_type} AND gone.[EntityKey] = {plan.key_text("new")}
        AND gone.{sql(EPOCH)} = @epoch"""


def _update(plan: Plan) -> str:
    names = [name for name in plan.names if name not in plan.stream.key]
    changes = ", ".join(f"{sql(name)} = new.{sql(name)}" for name in names)
    return f"""
UPDATE kept SET {changes}, {sql(EPOCH)} = @epoch, {sql(RUN)} = @run
    FROM {plan.table} AS kept JOIN @rows AS new ON new.{sql(ROW)} = kept.{sql(ROW)} WHERE new.[_fate] = '{UPDATED}';"""


def _insert(plan: Plan) -> str:
    division = [field.name for field in divided(plan.stream)]
    values = [*("@division" for _ in division), of("new", plan.names), "@epoch", "@run"]
    return f"""
INSERT INTO {plan.table} ({joined([*division, *plan.names, EPOCH, RUN])})
    SELECT {", ".join(values)} FROM @rows AS new WHERE new.[_fate] = '{INSERTED}';"""


def _changed(plan: Plan) -> str:
    """Where changed rows belonged, and where they belong."""
    now = (
        f"SELECT {plan.changed_scope('new')} AS [scope] FROM @rows AS new WHERE [_fate] IN ('{INSERTED}', '{UPDATED}')"
    )
    return f"{now} UNION SELECT [_before] FROM @rows WHERE [_fate] = '{UPDATED}'"


def _seen(plan: Plan) -> str:
    """Rows of the page that are stored now, whether they were written or not."""
    return f"SELECT kept.{sql(ROW)} FROM @rows AS new JOIN {plan.table} AS kept ON {plan.same_key('kept', 'new')}"


def _clear_twins(plan: Plan) -> str:
    """Rows that were taken clear what was set aside under the same key at the same or an older version or epoch."""
    return f"""
DELETE twin FROM {table_name(SET_ASIDE)} AS twin JOIN @rows AS new ON twin.[key] = {plan.key_text("new")}
    WHERE twin.[division] = @division AND twin.[stream] = N'{plan.stream.name}' AND new.[_fate] <> '{DELETED}'
        AND (twin.[epoch] < @epoch OR (twin.[epoch] = @epoch AND twin.[version] <= {plan.version("new")}));"""
