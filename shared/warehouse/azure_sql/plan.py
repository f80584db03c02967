"""What the statements of one stream are made of: names, types, conditions; all from the catalogue, never from data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec

from shared.streams.model import SCALE, Column, Kind, Stream, Word
from shared.warehouse.keys import SEPARATOR
from shared.warehouse.names import Dialect, quoted
from shared.warehouse.protocol import Checkpoint
from shared.warehouse.schema import DIVISION, EPOCH, Table
from shared.warehouse.words import FORMS, sql_type

#: compares by code unit: neither case nor accents are lost, as on SQLite
EXACT = "COLLATE Latin1_General_100_BIN2"
#: a key as text: a GUID is shown in capitals by the server, and kept in small letters by us
_AS_TEXT = {
    Word.KEY: "LOWER(CONVERT(nvarchar(36), {0}))",
    Word.NUMBER: "CONVERT(nvarchar(11), {0})",
    Word.VERSION: "CONVERT(nvarchar(20), {0})",
}
#: types inside the JSON parameter where they are not the column's: a code too long must fail, not be cut
_SENT = {Word.CODE: "nvarchar(4000)"} | dict.fromkeys(SCALE, "bigint")


def plain(word: Word) -> str:
    """The type of a variable, which has no collation of its own."""
    return FORMS[word].tsql.partition(" COLLATE")[0]


def sql(*parts: str) -> str:
    """A quoted name."""
    return quoted(Dialect.TSQL, *parts)


def of(alias: str, names: Iterable[str]) -> str:
    """Quoted columns of one table, separated by commas."""
    return ", ".join(f"{alias}.{sql(name)}" for name in names)


def joined(names: Iterable[str]) -> str:
    """Quoted names, separated by commas."""
    return ", ".join(map(sql, names))


def table_name(table: Table) -> str:
    """The quoted name of a table."""
    return sql(table.schema, table.name)


def listed(values: Sequence[object]) -> str:
    """Values as the JSON list that OPENJSON turns into rows: one parameter whatever their number."""
    return msgspec.json.encode(values).decode()


def declared(column: Column, *, required: bool) -> str:
    """A column of a table variable."""
    return f"{sql(column.name)} {sql_type(column.word, Dialect.TSQL)} {'NOT NULL' if required else 'NULL'}"


def sent(column: Column, position: int) -> str:
    """A column of the JSON parameter, whose rows are lists; `strict`: a row that is too short fails."""
    kind = _SENT.get(column.word) or sql_type(column.word, Dialect.TSQL)
    return f"{sql(column.name)} {kind} 'strict $[{position}]'"


def received(column: Column) -> str:
    """A column of the JSON parameter as it is stored: amounts arrive as whole numbers of their last digit."""
    if column.word in SCALE:
        return f"{sql(column.name)} * {unit(column.word)}"
    return sql(column.name)


def unit(word: Word) -> str:
    """One of an amount's last digit: 0.0001."""
    return f"{10 ** -SCALE[word]:.{SCALE[word]}f}"


def comparable(alias: str, column: Column) -> str:
    """A column as EXCEPT compares it: for text the bytes, because `=` ignores case and trailing spaces."""
    name = f"{alias}.{sql(column.name)}"
    return f"CONVERT(varbinary(max), {name})" if column.word in (Word.TEXT, Word.CODE) else name


def as_text(alias: str, column: Column) -> str:
    """A column of a key as text."""
    return _AS_TEXT.get(column.word, "{0}").format(f"{alias}.{sql(column.name)}")


class Plan:
    """How one stream is written and read, without the columns Exact no longer knows."""

    def __init__(self, stream: Stream, dropped: tuple[str, ...] = (), marks: tuple[str, ...] = ()) -> None:
        self.stream = stream
        self.owner = stream.part_of or stream
        self.marks = marks  #: the tables that hold marks of its rows: its own, and those of its parts
        self.columns: tuple[Column, ...] = tuple(column for column in stream.columns if column.name not in dropped)
        self.names = tuple(column.name for column in self.columns)
        self.key = tuple(stream.columns[stream.index[name]] for name in stream.key)
        self.table = sql("exact", self.owner.name)
        self.mark = sql("mark", stream.name)
        self.history = sql("history", stream.name)
        self.stage = sql("stage", stream.name)

    def version(self, alias: str) -> str:
        """The row version; 0 where the stream has none."""
        return f"{alias}.{sql(self.stream.version)}" if self.stream.version else "0"

    def of_division(self, alias: str) -> str:
        """The condition for rows of @division. Divisions themselves are known by their code; 0 means all of them."""
        if self.stream.by_division:
            return f"{alias}.{sql(DIVISION)} = @division"
        return f"(@division = 0 OR {alias}.{sql(self.stream.key[0])} = @division)"

    def same_key(self, one: str, other: str) -> str:
        """The condition that row `one` of the table has the key of `other`, which need not be of the table."""
        divided = [f"{one}.{sql(DIVISION)} = @division"] if self.stream.by_division else []
        return " AND ".join(divided + [f"{one}.{sql(name)} = {other}.{sql(name)}" for name in self.stream.key])

    def key_text(self, alias: str) -> str:
        """The key as one text (`keys.key_text`)."""
        parts = [as_text(alias, column) for column in self.key]
        return parts[0] if len(parts) == 1 else f"CONCAT({f", N'{SEPARATOR}', ".join(parts)})"

    def named(self, alias: str, guid: str, text: str) -> str:
        """The condition for the row that a text names; `guid`: the same text as a GUID, which finds it in the index."""
        if self.by_guid:
            return f"{alias}.{sql(self.stream.key[0])} = {guid}"
        return f"{self.key_text(alias)} = {text}"

    @cached_property
    def by_guid(self) -> bool:
        """Whether the key is one GUID."""
        return len(self.key) == 1 and self.key[0].word is Word.KEY

    @cached_property
    def scope_column(self) -> Column | None:
        """The column that tells the scopes of a reading apart; of fixed scopes the first of the key."""
        if self.stream.kind in (Kind.CHANGES, Kind.PART):
            return None
        name = self.stream.scope_column or (self.stream.key[0] if self.stream.scopes != ("",) else None)
        return self.stream.columns[self.stream.index[name]] if name else None

    def in_scope(self, alias: str) -> str:
        """The condition for the rows of @division and @scope, which is a text.

        Of a part, whose scope is a JSON list, only those that were there when it began: @epoch and @start.
        """
        if self.stream.part_of:
            parts = (
                f"{alias}.{sql(name)} = CONVERT({self._type(name)}, JSON_VALUE(@scope, '$[{place}]'))"
                for place, name in enumerate(self.stream.part_columns)
            )
            version = f"{alias}.{sql(str(self.owner.version))}"
            there = f"({alias}.{sql(EPOCH)} < @epoch OR {version} <= @start)"
            return " AND ".join((self.of_division(alias), *parts, there))
        column = self.scope_column
        if column is None:
            return self.of_division(alias)
        return f"{self.of_division(alias)} AND {alias}.{sql(column.name)} = {self._scope_value(column)}"

    def bound(self, checkpoint: Checkpoint) -> tuple[int, str]:
        """Division and scope of the checkpoint, for a statement that declares @division and @scope."""
        if self.stream.part_of:
            return checkpoint.division, listed(checkpoint.scope.split("/"))
        return checkpoint.division, checkpoint.scope

    def changed_scope(self, alias: str) -> str:
        """The scope (year) a changed row belongs to, as text."""
        column = self.stream.columns[self.stream.index[self.stream.scope_column or ""]]
        return as_text(alias, column)

    def _type(self, name: str) -> str:
        return plain(self.stream.columns[self.stream.index[name]].word)

    def _scope_value(self, column: Column) -> str:
        return "@scope" if column.word is Word.CODE else f"CONVERT({plain(column.word)}, NULLIF(@scope, N''))"
