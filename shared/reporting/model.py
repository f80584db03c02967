"""What a view is: columns with the expression each is made of, the tables they come from, and common tables before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from shared.reporting.dialects import Sql, Sqlite
from shared.streams.model import Word
from shared.warehouse.names import quoted


class Role(StrEnum):
    """What a view is for."""

    FACT = "fact"  # amounts at their finest grain; joined to dimensions by their keys
    DIMENSION = "dimension"
    QUESTION = "question"  # ready to read, names and all
    AID = "aid"  # what others are made of, or a look into them


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `of` says where it comes from when its expression does not."""

    name: str
    word: Word
    expression: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What a view selects: `tail` is everything from FROM on; `common` are the tables written before it, by name."""

    columns: tuple[Column, ...]
    tail: str
    common: dict[str, str] = field(default_factory=dict)

    def text(self, sql: Sql) -> str:
        """The statement for an engine."""
        head = ",\n".join(f"{name} AS (\n{body}\n)" for name, body in self.common.items())
        shown = ",\n".join(
            f"    {sql.typed(column.expression, column.word)} AS {quoted(sql.dialect, column.name)}"
            for column in self.columns
        )
        with_ = f"WITH {sql.recursive}{head}\n" if head else ""
        return f"{with_}SELECT\n{shown}\n{self.tail}"


@dataclass(frozen=True)
class View:
    """One view of the schema `reporting`, written once for all engines."""

    name: str
    role: Role
    query: Callable[[Sql], Query]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns: names and words are the same on every engine."""
        return self.query(Sqlite()).columns

    def select(self, sql: Sql) -> str:
        """What it selects on an engine."""
        return self.query(sql).text(sql)

    def sources(self) -> Iterator[tuple[Column, str]]:
        """Each column and the columns it is made of."""
        sql = Sqlite()
        for column in self.query(sql).columns:
            yield column, column.of or sql.sources(column.expression)


def c(name: str, word: Word, expression: str, of: str = "") -> Column:
    """A line of a view."""
    return Column(name, word, expression, of)
