"""What tables a tenant's database has, from the catalogue and from the records the loop keeps.

Per stream `exact.X` (the rows) and what its kind needs besides: `mark.X` (which reading saw a row last, beside the rows
so that unchanged ones stay untouched), `stage.X` (a totals reading under way), `history.X` (superseded versions). All
else is in `sync`. Columns of our own begin with an underscore where they stand beside Exact's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from shared.streams.model import Column, Kind, Stream, Word
from shared.warehouse.proofs import Case, Difference, Proof, Standing
from shared.warehouse.protocol import Checkpoint, DivisionState


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table. Only those a table was made with are ever `required`; later ones are nullable."""

    name: str
    word: Word
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table. With an `identity` column the rows lie in the order of writing, else in the order of `key`."""

    schema: str
    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    identity: str = ""
    indexes: tuple[tuple[str, ...], ...] = ()


ROW = "_id"  #: our own number of a row; keys are random GUIDs, which make poor places to lie in order
DIVISION = "_division"  #: division of the request
EPOCH = "_epoch"
RUN = "_run"  #: run that wrote this version of the row
SCOPE = "_scope"
FROM, TO = "_from", "_to"  #: run that wrote a superseded version, and run that superseded or removed it
NUMBER = "number"  #: of a reading

type Kept = Checkpoint | DivisionState | Case | Difference | Proof | Standing

#: column type of a field of a kept record, by its annotation
_KEPT = {"int": Word.VERSION, "bool": Word.FLAG, "Decimal": Word.MONEY}


def _required(word: Word, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, word, required=True) for name in names)


def _columns(stream: Stream, columns: Iterable[Column]) -> tuple[Field, ...]:
    vital = {*stream.key, stream.version}
    return tuple(Field(column.name, column.word, column.name in vital) for column in columns)


def divided(stream: Stream) -> tuple[Field, ...]:
    """The leading column of a table that is kept by division."""
    return _required(Word.VERSION, DIVISION) if stream.by_division else ()


def unique_key(stream: Stream) -> tuple[str, ...]:
    """The columns that identify a row in its table."""
    return (*(field.name for field in divided(stream)), *stream.key)


def rows_table(stream: Stream) -> Table:
    """The table of a stream's rows."""
    indexes = ((DIVISION, EPOCH, stream.version),) if stream.version else ()
    own = (*divided(stream), *_columns(stream, stream.columns), *_required(Word.VERSION, EPOCH, RUN))
    return Table("exact", stream.name, own, unique_key(stream), ROW, indexes)


def marked(stream: Stream) -> bool:
    """Whether readings mark its rows: totals are replaced as a whole, divisions leave with their purge only."""
    return stream.kind is not Kind.TOTALS and stream.by_division


def mark_table(stream: Stream) -> Table:
    """Which reading saw a row last."""
    return Table("mark", stream.name, _required(Word.VERSION, ROW, NUMBER), (ROW,))


def _stream_tables(stream: Stream) -> Iterable[Table]:
    if stream.part_of is None:
        yield rows_table(stream)
    if marked(stream):
        yield mark_table(stream)
    if stream.kind is Kind.TOTALS:
        beside = (*divided(stream), *_required(Word.CODE, SCOPE), *_columns(stream, stream.columns))
        yield Table("stage", stream.name, beside, (DIVISION, SCOPE, *stream.key))
    if stream.history:
        kept = (*divided(stream), *_columns(stream, stream.columns), *_required(Word.VERSION, EPOCH, FROM, TO))
        yield Table("history", stream.name, kept, (), ROW, (unique_key(stream),))


def record_fields(kind: type[Kept], key: tuple[str, ...]) -> tuple[Field, ...]:
    """The columns of a kept record: numbers, flags, and everything else as text (see `kept`)."""
    words = {field.name: _KEPT.get(str(field.type), Word.TEXT) for field in fields(kind)}
    return tuple(
        Field(name, Word.CODE if name in key and word is Word.TEXT else word, name in key)
        for name, word in words.items()
    )


CHECKPOINT_KEY = ("division", "stream", "scope")

CHECKPOINTS = Table("sync", "checkpoints", record_fields(Checkpoint, CHECKPOINT_KEY), CHECKPOINT_KEY)
DIVISIONS = Table("sync", "divisions", record_fields(DivisionState, ("division",)), ("division",))
#: one row each time something was compared
PROOFS = Table(
    "sync",
    "proofs",
    record_fields(Proof, ("division", NUMBER, "subject", "scope")),
    ("division", NUMBER, "subject", "scope"),
)
PROOF_DIFFERENCES = Table(
    "sync",
    "proof_differences",
    (
        *_required(Word.VERSION, "division", "proof", "place"),
        *record_fields(Difference, ("kind", "account", "cost_center", "cost_unit", "record")),
    ),
    ("division", "proof", "place"),
)
PROOF_CASES = Table("sync", "proof_cases", record_fields(Case, ("division", "scope")), ("division", "scope"))
STANDINGS = Table("sync", "standings", record_fields(Standing, ("division",)), ("division",))
#: highest fence that wrote, and how often: the number of a write is the change number of what it changed
FENCES = Table("sync", "fences", _required(Word.VERSION, "division", "fence", "writes"), ("division",))
RUNS = Table("sync", "runs", (*_required(Word.VERSION, "run"), *_required(Word.CODE, "written_at")), ("run",))
DELETIONS = Table(
    "sync",
    "deletions",
    (
        *_required(Word.VERSION, DIVISION),
        *_required(Word.NUMBER, "EntityType"),
        *_required(Word.CODE, "EntityKey"),
        *_required(Word.VERSION, "Timestamp", EPOCH),
        Field("DeletedDate", Word.LOCAL_TIME),
    ),
    (DIVISION, "EntityType", "EntityKey"),
    indexes=((DIVISION, EPOCH, "Timestamp"),),
)
SET_ASIDE = Table(
    "sync",
    "set_aside",
    (
        *_required(Word.VERSION, "division"),
        *_required(Word.CODE, "stream", "key", "scope"),
        *_required(Word.VERSION, "epoch", "version", NUMBER),
        *_required(Word.TEXT, "reason", "record"),
    ),
    ("division", "stream", "key"),
)
ANONYMISED = Table(
    "sync", "anonymised", (*_required(Word.VERSION, "division"), *_required(Word.KEY, "person")), ("division", "person")
)
CHANGED_SCOPES = Table(
    "sync",
    "changed_scopes",
    (
        *_required(Word.VERSION, "division"),
        *_required(Word.CODE, "stream", "scope"),
        *_required(Word.VERSION, "change"),
    ),
    ("division", "stream", "scope"),
)
MIGRATIONS = Table(
    "sync",
    "schema_migrations",
    (*_required(Word.NUMBER, NUMBER), *_required(Word.CODE, "name", "release", "applied_at")),
    (NUMBER,),
)
#: what comparing the tables with the catalogue added, and when
ADDITIONS = Table(
    "sync",
    "schema_additions",
    (*_required(Word.CODE, "addition", "release", "applied_at"),),
    ("addition",),
)
#: which views stand, by layer (`derived`)
VIEWS = Table(
    "sync",
    "schema_views",
    (
        *_required(Word.CODE, "layer"),
        *_required(Word.NUMBER, "revision"),
        *_required(Word.CODE, "fingerprint", "release", "applied_at"),
    ),
    ("layer",),
)

OWN = (
    *(CHECKPOINTS, DIVISIONS, FENCES, RUNS, DELETIONS, SET_ASIDE, ANONYMISED, CHANGED_SCOPES, VIEWS),
    *(PROOFS, PROOF_DIFFERENCES, PROOF_CASES, STANDINGS),
)


def tables(streams: Iterable[Stream]) -> list[Table]:
    """Every table of a tenant's database but the two that record its migrations."""
    return [*OWN, *(table for stream in streams for table in _stream_tables(stream))]
