"""Kept deletions: per division, type and key the highest version at which it was deleted, within its epoch (rule 5)."""

from __future__ import annotations

from collections.abc import Sequence

from shared.streams.model import Word
from shared.warehouse.azure_sql.fragments import LOCKED, remove
from shared.warehouse.azure_sql.guids import guid
from shared.warehouse.azure_sql.plan import EXACT, Plan, listed, sql, table_name
from shared.warehouse.protocol import Deletion
from shared.warehouse.schema import DELETIONS, EPOCH, ROW, SET_ASIDE
from shared.warehouse.words import FORMS

TABLE = table_name(DELETIONS)

_ENTRIES = f"""
DECLARE @entries TABLE ([type] int NOT NULL, [key] nvarchar(100) {EXACT} NOT NULL, [guid] uniqueidentifier NULL,
    [version] bigint NOT NULL, [day] datetime2(3) NULL, PRIMARY KEY ([type], [key]));
INSERT INTO @entries ([type], [key], [guid], [version], [day]) SELECT [type], [key], [guid], [version], [day]
    FROM OPENJSON(@page) WITH ([type] int 'strict $[0]', [key] nvarchar(4000) 'strict $[1]',
        [guid] uniqueidentifier 'strict $[2]', [version] bigint 'strict $[3]', [day] datetime2(3) 'strict $[4]');"""

#: keep entries of the delete log, of known types and of others; a lower version of the epoch changes nothing
KEEP = f"""DECLARE @page nvarchar(max) = ?, @division bigint = ?, @epoch bigint = ?;{_ENTRIES}
UPDATE kept SET [Timestamp] = new.[version], [_epoch] = @epoch, [DeletedDate] = new.[day]
    FROM {TABLE} AS kept {LOCKED} JOIN @entries AS new
        ON kept.[EntityType] = new.[type] AND kept.[EntityKey] = new.[key]
    WHERE kept.[_division] = @division
        AND (kept.[_epoch] < @epoch OR (kept.[_epoch] = @epoch AND kept.[Timestamp] < new.[version]));
INSERT INTO {TABLE} ([_division], [EntityType], [EntityKey], [Timestamp], [_epoch], [DeletedDate])
    SELECT @division, new.[type], new.[key], new.[version], @epoch, new.[day] FROM @entries AS new
    WHERE NOT EXISTS (SELECT 1 FROM {TABLE} AS kept {LOCKED} WHERE kept.[_division] = @division
        AND kept.[EntityType] = new.[type] AND kept.[EntityKey] = new.[key]);"""


def apply(plan: Plan) -> str:
    """The batch that applies deletions of one type to its stream. Answers the number of rows removed."""
    return f"""DECLARE @page nvarchar(max) = ?, @division bigint = ?, @epoch bigint = ?, @run bigint = ?,
    @change bigint = ?;{_ENTRIES}
DELETE twin FROM {table_name(SET_ASIDE)} AS twin JOIN @entries AS new ON twin.[key] = new.[key]
    WHERE twin.[division] = @division AND twin.[stream] = N'{plan.stream.name}'
        AND (twin.[epoch] < @epoch OR (twin.[epoch] = @epoch AND twin.[version] <= new.[version]));
DECLARE @gone TABLE ({sql(ROW)} bigint NOT NULL PRIMARY KEY);
INSERT INTO @gone ({sql(ROW)}) SELECT kept.{sql(ROW)} FROM @entries AS new
    JOIN {plan.table} AS kept ON {plan.of_division("kept")} AND {plan.named("kept", "new.[guid]", "new.[key]")}
    WHERE kept.{sql(EPOCH)} < @epoch OR (kept.{sql(EPOCH)} = @epoch AND {plan.version("kept")} <= new.[version]);
{remove(plan)}"""


def page(entries: Sequence[Deletion]) -> str:
    """The entries as the JSON list @page; of several about one record the highest version."""
    highest: dict[tuple[int, str], Deletion] = {}
    for entry in sorted(entries, key=lambda each: each.version, reverse=True):
        highest.setdefault((entry.entity_type, entry.key), entry)
    days = FORMS[Word.LOCAL_TIME].encode([entry.deleted_at for entry in highest.values()])
    return listed(
        [(e.entity_type, e.key, guid(e.key), e.version, day) for e, day in zip(highest.values(), days, strict=True)]
    )
