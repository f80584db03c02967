"""The statements of one stream, made once: text depends on the catalogue and on the columns dropped, never on data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec

from shared.streams.model import Column, Kind, Stream, Word
from shared.warehouse.keys import SEPARATOR
from shared.warehouse.names import Dialect, quoted
from shared.warehouse.protocol import Checkpoint
from shared.warehouse.schema import DIVISION, EPOCH, FROM, ROW, RUN, SCOPE, TO, Table, divided, unique_key
from shared.warehouse.words import FORMS, Stored

#: every totals stream is replaced by reporting year: a reply says which year it is about
YEAR = "ReportingYear"


def sql(*parts: str) -> str:
    """A quoted name."""
    return quoted(Dialect.SQLITE, *parts)


def listed(values: Sequence[object]) -> str:
    """Values as the JSON list that `json_each` turns into rows: one parameter whatever their number."""
    return msgspec.json.encode(values).decode()


def joined(names: Sequence[str]) -> str:
    """Quoted names, separated by commas."""
    return ", ".join(map(sql, names))


def saving(table: Table) -> str:
    """The statement that writes a kept record, bound by the names of its columns."""
    names = [field.name for field in table.fields]
    changes = ", ".join(f"{sql(name)} = excluded.{sql(name)}" for name in names)
    return (
        f"INSERT INTO {sql(table.schema, table.name)} ({joined(names)}) VALUES ({', '.join(f':{n}' for n in names)}) "
        f"ON CONFLICT ({joined(table.key)}) DO UPDATE SET {changes}"
    )


class Plan:
    """How one stream is written and read, without the columns Exact no longer knows."""

    def __init__(self, stream: Stream, dropped: tuple[str, ...] = ()) -> None:
        self.stream = stream
        self.columns: tuple[Column, ...] = tuple(column for column in stream.columns if column.name not in dropped)
        self.names = tuple(column.name for column in self.columns)
        self.owner = stream.part_of or stream
        self.table = sql("exact", self.owner.name)
        self.mark = sql("mark", stream.name)
        self.history = sql("history", stream.name)
        self.stage = sql("stage", stream.name)
        self.version = sql(stream.version) if stream.version else "0"
        self.scope = sql(stream.scope_column) if stream.scope_column else "NULL"

    @cached_property
    def of_division(self) -> str:
        """The condition for one division's rows. Divisions themselves are known by their code; 0 means all of them."""
        if self.stream.by_division:
            return f"{sql(DIVISION)} = :division"
        return f"(:division = 0 OR {sql(self.stream.key[0])} = :division)"

    @cached_property
    def key_text(self) -> str:
        """The key as one text (`keys.key_text`)."""
        if len(self.stream.key) == 1 and self._word(self.stream.key[0]) in (Word.KEY, Word.CODE):
            return sql(self.stream.key[0])
        return f" || '{SEPARATOR}' || ".join(f"CAST({sql(name)} AS TEXT)" for name in self.stream.key)

    @cached_property
    def among_keys(self) -> str:
        """The condition for rows whose key is in the JSON list :keys, of values or of lists of values."""
        if len(self.stream.key) == 1:
            return f"{self._divided} {sql(self.stream.key[0])} IN (SELECT value FROM json_each(:keys))"
        parts = ", ".join(f"value ->> {number}" for number in range(len(self.stream.key)))
        return f"{self._divided} ({joined(self.stream.key)}) IN (SELECT {parts} FROM json_each(:keys))"

    @cached_property
    def among_texts(self) -> str:
        """The condition for rows whose key as text is in the JSON list :keys."""
        return f"{self._divided} {self.key_text} IN (SELECT value FROM json_each(:keys))"

    @cached_property
    def look_up(self) -> str:
        """What is stored under the keys: key columns, epoch, version, scope, and all content as one JSON text.

        The text, compared with the row's own, is a third cheaper than handing every value to Python.
        """
        return (
            f"SELECT {sql(EPOCH)}, {self.version}, {self.scope}, json_array({joined(self.names)}), "
            f"{joined(self.stream.key)} FROM {self.table} WHERE {self.among_keys}"
        )

    @cached_property
    def write(self) -> str:
        """Insert a row or replace the one under its key; dropped columns keep what they hold."""
        names = [*(field.name for field in divided(self.stream)), *self.names, EPOCH, RUN]
        # a key set to itself would still be taken out of its index and put back
        others = [name for name in (*self.names, EPOCH, RUN) if name not in self.stream.key]
        changed = ", ".join(f"{sql(name)} = excluded.{sql(name)}" for name in others)
        return (
            f"INSERT INTO {self.table} ({joined(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT ({joined(unique_key(self.stream))}) DO UPDATE SET {changed}"
        )

    @cached_property
    def put_beside(self) -> str:
        """Put a row of a totals reading on the stage."""
        names = (DIVISION, SCOPE, *self.names)
        return f"INSERT OR REPLACE INTO {self.stage} ({joined(names)}) VALUES ({', '.join('?' * len(names))})"

    @cached_property
    def take_over(self) -> str:
        """Move the staged rows of one scope into the table."""
        names = (DIVISION, *self.names)
        return (
            f"INSERT INTO {self.table} ({joined((*names, EPOCH, RUN))}) SELECT {joined(names)}, :epoch, :run "
            f"FROM {self.stage} WHERE {sql(DIVISION)} = :division AND {sql(SCOPE)} = :scope"
        )

    @cached_property
    def mark_seen(self) -> str:
        """Mark rows (a condition put in for {}) with the number of a reading; a mark only rises."""
        return (
            f"INSERT INTO {self.mark} SELECT {sql(ROW)}, :number FROM {self.table} WHERE {{}} "
            "ON CONFLICT DO UPDATE SET number = excluded.number WHERE number < excluded.number"
        )

    @cached_property
    def keep_superseded(self) -> str:
        """Copy rows (a condition put in for {}) to the history, as superseded or removed by :run."""
        division = tuple(field.name for field in divided(self.stream))
        names = (*division, *self.stream.names, EPOCH)
        return (
            f"INSERT INTO {self.history} ({joined((*names, FROM, TO))}) "
            f"SELECT {joined((*names, RUN))}, :run FROM {self.table} WHERE {{}}"
        )

    @cached_property
    def scope_column(self) -> Column | None:
        """The column that tells the scopes of a reading apart; of fixed scopes the first of the key."""
        if self.stream.kind in (Kind.CHANGES, Kind.PART):
            return None
        name = self.stream.scope_column or (self.stream.key[0] if self.stream.scopes != ("",) else None)
        return self.stream.columns[self.stream.index[name]] if name else None

    @cached_property
    def in_scope(self) -> str:
        """The condition for the rows of the reading's scope; of a part those that were there when it began."""
        if self.stream.part_of:
            parts = (f"{sql(name)} = :scope_{place}" for place, name in enumerate(self.stream.part_columns))
            there = f"({sql(EPOCH)} < :epoch OR {sql(str(self.owner.version))} <= :start)"
            return " AND ".join((self.of_division, *parts, there))
        scoped = f" AND {sql(self.scope_column.name)} = :scope" if self.scope_column else ""
        return self.of_division + scoped

    def bound(self, checkpoint: Checkpoint, **more: Stored) -> dict[str, Stored]:
        """The parameters of a statement about the checkpoint's scope."""
        scope: Stored = checkpoint.scope
        if self.scope_column and FORMS[self.scope_column.word].sqlite == "INTEGER":
            scope = int(checkpoint.scope) if checkpoint.scope else None
        values: dict[str, Stored] = {"division": checkpoint.division, "scope": scope, "epoch": checkpoint.epoch, **more}
        if self.stream.part_of:
            values |= {f"scope_{place}": int(part) for place, part in enumerate(checkpoint.scope.split("/"))}
            values |= {"start": checkpoint.start}
        return values

    @property
    def _divided(self) -> str:
        return f"{sql(DIVISION)} = :division AND" if self.stream.by_division else ""

    def _word(self, name: str) -> Word:
        return self.stream.columns[self.stream.index[name]].word
