"""Tables as files, Parquet and CSV at once: the only module that knows Arrow.

Rows come as SQLite holds them and become columns without a step through Python numbers: what was a whole number of
10^-scale is read as a decimal of that scale. Memory holds one batch, whatever the table's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from errno import ENOSPC
from hashlib import file_digest
from pathlib import Path
from typing import Protocol

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
from pyarrow import csv, parquet

from shared.errors import Broken, Cause, Refused
from shared.streams.model import SCALE, Word
from shared.takeout.content import Part
from shared.warehouse.words import Stored

#: digits of an amount, as in the database
DIGITS = 19
_MILLISECONDS = pa.timestamp("ms")
#: SQLite's form of a word that has no scale, and what it becomes
_TYPES = {
    Word.KEY: (pa.string(), pa.string()),
    Word.CODE: (pa.string(), pa.string()),
    Word.TEXT: (pa.string(), pa.string()),
    Word.DAY: (pa.string(), pa.date32()),
    Word.LOCAL_TIME: (pa.string(), _MILLISECONDS),
    Word.VERSION: (pa.int64(), pa.int64()),
    Word.FLAG: (pa.int8(), pa.bool_()),
    Word.NUMBER: (pa.int32(), pa.int32()),
}


class _Sink(Protocol):
    def write_batch(self, batch: pa.RecordBatch) -> None: ...


@dataclass(slots=True)
class Totals:
    """What went into the files of one table."""

    rows: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)  #: of each column that holds amounts


def write(
    part: Part,
    batches: Iterable[Sequence[tuple[Stored, ...]]],
    paths: Sequence[Path],
    seen: Callable[[int], None] = lambda _: None,
) -> Totals:
    """Write a table to each path, as its ending says; `seen` is told the rows of each batch.

    Raises Broken(DATABASE_FULL) when the disk is, Refused(BAD_REQUEST) when it cannot be written to.
    """
    names = [name for name, _ in part.columns]
    totals = Totals(sums={name: Decimal(0) for name, word in part.columns if word is Word.MONEY})
    with _disk(part), ExitStack() as stack:
        sinks = [stack.enter_context(_KINDS[path.suffix](path, part)) for path in paths]
        for rows in batches:
            arrays = [
                _array(values, word) for values, (_, word) in zip(zip(*rows, strict=True), part.columns, strict=True)
            ]
            batch = pa.RecordBatch.from_arrays(arrays, names)
            for sink in sinks:
                sink.write_batch(batch)
            _add(totals, batch)
            seen(len(rows))
    return totals


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _add(totals: Totals, batch: pa.RecordBatch) -> None:
    totals.rows += batch.num_rows
    for name in totals.sums:
        totals.sums[name] += pc.sum(batch.column(name)).as_py() or 0


def _type(word: Word) -> pa.DataType:
    return pa.decimal128(DIGITS, SCALE[word]) if word in SCALE else _TYPES[word][1]


def _array(values: Sequence[Stored], word: Word) -> pa.Array:
    if word not in SCALE:
        stored, wanted = _TYPES[word]
        return pa.array(values, stored).cast(wanted)
    whole = pa.array(values, pa.int64()).cast(pa.decimal128(DIGITS, 0))
    return pa.Array.from_buffers(_type(word), len(whole), whole.buffers(), whole.null_count)


@contextmanager
def _parquet(path: Path, part: Part) -> Iterator[_Sink]:
    """Snappy is the compression every reader knows, Power BI's too."""
    schema = pa.schema([(name, _type(word)) for name, word in part.columns])
    with parquet.ParquetWriter(path, schema, compression="snappy") as writer:
        yield writer


class _Csv:
    """Arrow writes small decimals as powers of ten, which spreadsheets and databases do not read: rates go as text."""

    def __init__(self, writer: csv.CSVWriter, part: Part) -> None:
        self._writer = writer
        self._rates = [place for place, (_, word) in enumerate(part.columns) if word is Word.RATE]

    def write_batch(self, batch: pa.RecordBatch) -> None:
        """Write rows."""
        for place in self._rates:
            written = [None if value is None else f"{value:f}" for value in batch.column(place).to_pylist()]
            batch = batch.set_column(place, batch.schema.names[place], pa.array(written, pa.string()))
        self._writer.write_batch(batch)


@contextmanager
def _csv(path: Path, part: Part) -> Iterator[_Sink]:
    """UTF-8, `;`, ISO dates, decimal points; nothing between two separators is no value, `""` an empty text."""
    types = [(name, pa.string() if word is Word.RATE else _type(word)) for name, word in part.columns]
    with csv.CSVWriter(path, pa.schema(types), write_options=csv.WriteOptions(delimiter=";")) as writer:
        yield _Csv(writer, part)


_KINDS = {".parquet": _parquet, ".csv": _csv}


@contextmanager
def _disk(part: Part) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"{part.title}: {error.strerror or type(error).__name__}"
        if error.errno == ENOSPC:
            raise Broken(Cause.DATABASE_FULL, what) from error
        raise Refused(Cause.BAD_REQUEST, what) from error
