"""What is taken along: the rows, their superseded versions, what the loop knows of them, the views over all that."""

from __future__ import annotations

from dataclasses import dataclass

from shared.reporting import VIEWS
from shared.streams import CATALOGUE
from shared.streams.model import Word
from shared.warehouse import schema
from shared.warehouse.schema import Field, Table

REPORTING = "reporting"
_STREAM_SCHEMAS = {"exact", "history"}
#: of the loop's own tables: what could not be taken, what was deleted, how fresh and how proven everything is
_KEPT = (
    *(schema.SET_ASIDE, schema.DELETIONS, schema.CHECKPOINTS, schema.RUNS),
    *(schema.PROOFS, schema.PROOF_DIFFERENCES, schema.STANDINGS),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One table or view."""

    schema: str
    name: str
    columns: tuple[tuple[str, Word], ...]

    @property
    def path(self) -> str:
        """Where its files lie, without their kind."""
        return f"{self.schema}/{self.name}"

    @property
    def title(self) -> str:
        """What it is called in a list."""
        return f"{self.schema}.{self.name}"


def taken_tables() -> list[Table]:
    """The tables that are taken along, as the database has them."""
    of_streams = [each for each in schema.tables(CATALOGUE.values()) if each.schema in _STREAM_SCHEMAS]
    return [*of_streams, *_KEPT]


def table_parts() -> list[Part]:
    """The tables, without our own numbers of rows."""
    return [Part(each.schema, each.name, tuple(map(_column, each.fields))) for each in taken_tables()]


def view_parts() -> list[Part]:
    """The views of `reporting`."""
    return [
        Part(REPORTING, view.name, tuple((column.name, column.word) for column in view.columns))
        for view in VIEWS.values()
    ]


def _column(field: Field) -> tuple[str, Word]:
    return field.name, field.word
