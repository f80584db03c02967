"""T-SQL: every statement the code can send, collected without a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.reporting.schema import derived
from shared.sql_server import Patience
from shared.streams import CATALOGUE, DELETED, DELETED_TYPES, PARTS
from shared.streams.model import Kind, Stream, Word
from shared.warehouse.azure_sql import AzureSqlWarehouse
from shared.warehouse.azure_sql.connection import Connection
from shared.warehouse.azure_sql.warehouse import Lease
from shared.warehouse.names import Dialect
from shared.warehouse.proofs import Case, Difference, Proof, Standing
from shared.warehouse.protocol import Checkpoint, Claim, Deletion, DivisionState, Refusal, Row

ID = "0f0f0f0f-0000-0000-0000-000000000001"
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
#: a value of each word, as a page brings it
VALUES: dict[Word, Any] = {Word.KEY: ID, Word.CODE: "70", Word.VERSION: 5, Word.NUMBER: 2026, Word.FLAG: True}
#: what a server would answer, by a piece of the statement
ANSWERS: tuple[tuple[str, list[tuple[Any, ...]]], ...] = (
    ("INFORMATION_SCHEMA.VIEWS", [("reporting", "old")]),
    ("FROM sys.indexes", [("reporting_old", "exact", "Accounts")]),
    ("SELECT COALESCE(MAX([number]), 0) + 1", [(1,)]),
    ("AS named LEFT JOIN", [(ID.upper(),)]),
    ("SELECT COUNT(*) FROM [exact].[TransactionLines] WHERE", [(2,)]),
    ("SELECT @answer;", [(0,)]),
    ("FROM [sync].[schema_migrations];", [(0,)]),
    ("SELECT [person] FROM @new;", [(ID.upper(),)]),
    ("ORDER BY [stream], [key];", [("Accounts", "key", 1, "reason", f'{{"ID": "{ID}", "Name": "x"}}')]),
    ("FROM @gone;", [(1,)]),
    ("SELECT @stored;", [(1,)]),
    ("SELECT @@ROWCOUNT;\nEND;", [(1,)]),
    ("AND [fence] = @fence;", [(1,)]),
    ("GROUP BY [_fate]", [("i", 1)]),
    ("SELECT COUNT(*), COALESCE", [(2, 1)]),
    ("SELECT COUNT(*) FROM [exact]", [(2,)]),
)


class RecordedCursor:
    """A cursor that writes down what it is asked and answers as little as possible."""

    def __init__(self, statements: dict[str, tuple[Any, ...]]) -> None:
        self._statements = statements
        self._answer: list[tuple[Any, ...]] = []
        self.description = ()

    def setinputsizes(self, sizes: object) -> None:
        """Types are the driver's affair."""

    def execute(self, statement: str, values: Sequence[Any] = ()) -> RecordedCursor:
        assert statement.count("?") == len(values), statement
        self._statements[statement] = tuple(values)
        self._answer = next((answer for piece, answer in ANSWERS if piece in statement), [])
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self._answer

    def fetchmany(self, _size: int) -> list[tuple[Any, ...]]:
        return []

    def nextset(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing to give back."""


@dataclass
class RecordedServer:
    """A driver whose server only listens."""

    statements: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    place: str = "nowhere/recorded"

    def connect(self) -> Any:
        return self

    def cursor(self) -> RecordedCursor:
        return RecordedCursor(self.statements)

    def close(self) -> None:
        """There is no connection."""

    @contextmanager
    def errors(self) -> Iterator[None]:
        yield

    def sizes(self, values: object) -> object:
        return values


def warehouse_on(server: RecordedServer) -> AzureSqlWarehouse:
    connection = Connection(server, Patience(wait=lambda _: None, random=lambda: 0.5))
    return AzureSqlWarehouse(
        lambda: Lease(connection, lambda _: None),
        (*CATALOGUE.values(), *PARTS),
        release="1",
        clock=lambda: NOW,
        derived=derived(Dialect.TSQL),
    )


def sample(stream: Stream) -> Row:
    """A record with as many values as are worth a thought."""
    return tuple(VALUES.get(column.word) for column in stream.columns)


def tenant_schema() -> list[str]:
    """The statements that make a tenant's database, in order."""
    server = RecordedServer()
    warehouse_on(server).migrate()
    return [statement for statement in server.statements if statement.startswith(("CREATE", "ALTER"))]


def tenant_statements() -> list[str]:
    """Every statement a warehouse sends besides."""
    server = RecordedServer()
    warehouse = warehouse_on(server)
    warehouse.migrate()
    for stream in CATALOGUE.values():
        _write(warehouse, stream)
        _read(warehouse, stream)
    for part in PARTS:
        _take(warehouse, part)
    _read_delete_log(warehouse)
    _prove(warehouse)
    warehouse.remove_division(Claim(division=7, run=1, fence=1))
    return [statement for statement in server.statements if not statement.startswith(("CREATE", "ALTER"))]


def _write(warehouse: AzureSqlWarehouse, stream: Stream) -> None:
    checkpoint = Checkpoint(division=7, stream=stream.name, scope="2026", epoch=1, number=3)
    refusal = Refusal(ID, 5, "reason", f'{{"ID": "{ID}", "IsAnonymised": true}}')
    with warehouse.transaction(Claim(division=7, run=1, fence=1)) as transaction:
        for at in (checkpoint, _without_a_column(stream, checkpoint)):
            transaction.upsert(stream, [sample(stream)], at)
        transaction.set_aside(stream, [refusal], checkpoint)
        transaction.delete([Deletion(kind, ID, 9, None) for kind in DELETED_TYPES], DELETED_TYPES, 1)
        transaction.unseen(stream, checkpoint)
        transaction.sweep(stream, checkpoint, since=3)
        if stream.kind is Kind.TOTALS:
            transaction.stage(stream, [sample(stream)], checkpoint)
            transaction.replace_scope(stream, checkpoint)
        transaction.clear_changed(stream, ["2026"], 1)
        transaction.save(checkpoint)
        transaction.save_division(DivisionState(division=7))


def _take(warehouse: AzureSqlWarehouse, part: Stream) -> None:
    assert part.part_of
    scope = "/".join("2026" for _ in part.part_columns)
    checkpoint = Checkpoint(division=7, stream=part.name, scope=scope, epoch=1, number=3)
    owner = Checkpoint(division=7, stream=part.part_of.name, epoch=1, number=2)
    with warehouse.transaction(Claim(division=7, run=1, fence=1)) as transaction:
        transaction.take(part, [sample(part)], [Refusal(ID, 5, "reason", "{}")], checkpoint, owner)
        transaction.unseen(part, checkpoint)
        transaction.sweep(part, checkpoint, since=3)


def _prove(warehouse: AzureSqlWarehouse) -> None:
    evidence, proofs = warehouse.evidence(7), warehouse.proofs(7)
    evidence.copied(2026), evidence.reported(2026), evidence.unbalanced(9)
    evidence.control_accounts(), evidence.open_items(), evidence.unresolved()
    proofs.latest(), proofs.differences(1), proofs.cases(), proofs.standing()
    proof = Proof(division=7, subject="ledger", run=1, at=NOW, state="differs")
    with warehouse.transaction(Claim(division=7, run=1, fence=1)) as transaction:
        transaction.keep_proof(proof, [Difference(kind="ledger")])
        transaction.save_case(Case(division=7, scope="2026"))
        transaction.save_standing(Standing(division=7))


def _without_a_column(stream: Stream, checkpoint: Checkpoint) -> Checkpoint:
    dropped = next(name for name in reversed(stream.names) if name not in (*stream.key, stream.version))
    return Checkpoint(division=7, stream=stream.name, scope="2026", epoch=1, number=3, dropped=(dropped,))


def _read(warehouse: AzureSqlWarehouse, stream: Stream) -> None:
    checkpoint = Checkpoint(division=7, stream=stream.name, epoch=1)
    asked: list[Callable[[], object]] = [
        lambda: warehouse.division(7),
        lambda: warehouse.checkpoint(7, stream),
        lambda: warehouse.checkpoints(7),
        lambda: warehouse.changed_scopes(stream, 7),
        lambda: warehouse.set_aside(7),
        lambda: list(warehouse.read_rows(stream, 7)),
        lambda: warehouse.count(stream, 7),
        *(
            lambda name=name: warehouse.values(stream, 7, name)
            for name in {c.word: c.name for c in stream.columns}.values()
        ),
    ]
    if stream.history:
        asked.append(lambda: list(warehouse.history(stream, 7)))
    if stream.version:
        asked.append(lambda: warehouse.overlap_start(stream, checkpoint, 500))
        asked.append(lambda: warehouse.expected(stream, checkpoint, 0, None))
        asked.append(lambda: warehouse.stored(stream, checkpoint, [ID]))
    for ask in asked:
        ask()


def _read_delete_log(warehouse: AzureSqlWarehouse) -> None:
    checkpoint = Checkpoint(division=7, stream=DELETED.name, epoch=1)
    warehouse.overlap_start(DELETED, checkpoint, 500)
    warehouse.expected(DELETED, checkpoint, 0, None)
    warehouse.expected(DELETED, checkpoint, 0, datetime(2026, 10, 6))  # noqa: DTZ001 -- Exact's clock
    warehouse.stored(DELETED, checkpoint, [ID])


def _one_of_each_word(stream: Stream) -> list[str]:
    return list({column.word: column.name for column in stream.columns}.values())
