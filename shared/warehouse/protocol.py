"""What the sync asks of one tenant's database, whichever engine holds it.

The loop decides, the warehouse stores: rows and checkpoint change in one `transaction`, which is fenced
against a stale worker and bound to the division's epoch. All methods raise RetryLater(DATABASE_BUSY),
ClaimLost, or Broken, never an engine's own error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.streams.model import Stream
from shared.streams.rows import Key, Refusal, Row, Value
from shared.warehouse.proofs import Evidence, Keeping, Proofs

__all__ = [
    "Checkpoint",
    "Claim",
    "Deletion",
    "DivisionState",
    "Key",
    "Refusal",
    "Row",
    "Superseded",
    "Transaction",
    "Value",
    "Warehouse",
    "Written",
]


@dataclass(frozen=True, slots=True)
class Claim:
    """Who writes: one division of one run, under one fence of its lease."""

    division: int
    run: int
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far one scope of one stream of one division is durably written."""

    division: int
    stream: str
    scope: str = ""
    epoch: int = 0  #: epoch the rest speaks of; 0: never read
    fingerprint: str = ""  #: what was asked for, and as whom (rule 8)
    cursor: int = 0  #: highest version of the completed readings
    mode: str = ""  #: the unfinished reading: "changes", "full", "judge" (read, not yet judged), or "" for none
    link: str = ""  #: where it goes on ("" while its first page is not stored)
    start: int = 0  #: version it began above
    floor: int = 0  #: no reading begins below: up to here the delete log was counted, not applied (rule 5)
    highest: int = 0  #: highest version it has seen
    rows: int = 0  #: records it has seen
    number: int = 0  #: number of the last full reading begun; every row seen since is marked with it
    complete: int = 0  #: number of the last complete full reading under this epoch and fingerprint; 0: none
    suspect: int = 0  #: number of the complete reading whose loss is not believed yet; 0: none
    again: bool = False  #: rows were missing once: a second complete reading is owed
    missing: tuple[str, ...] = ()  #: keys the overlap lacked in the last reading (rule 6)
    unexplained: int = 0  #: readings running whose lacking rows no deletion explains
    dropped: tuple[str, ...] = ()  #: columns Exact no longer knows (rule 8)
    dropped_by: str = ""  #: release that dropped them; the next one asks again
    run: int = 0  #: run in which the stream was last done
    completed_at: datetime | None = None  #: end of the last complete reading of any mode (aware UTC)
    full_at: datetime | None = None  #: end of the last complete full reading


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionState:
    """What is known of one division; everything that voids cursors when it changes."""

    division: int
    epoch: int = 1
    known: bool = False  #: its stamps were seen before
    move_date: str = ""  #: DivisionMoveDate as last seen, ISO form; "" for none
    hr_date: str = ""  #: DivisionHRLinkUnlinkDate likewise
    blocked: bool = False  #: was seen blocked for restore, conversion or copying
    consent: str = ""  #: keyed hash of the consenting user
    licence: str = ""  #: customer code of the licence
    rights: tuple[str, ...] = ()  #: names of the streams the user may read
    asked: tuple[str, ...] = ()  #: streams whose right was asked in a round that is not over
    granted: tuple[str, ...] = ()  #: those of `asked` the user may read
    rights_at: datetime | None = None  #: when UserHasRights was asked last
    release: str = ""  #: release that last retried the records set aside


@dataclass(frozen=True, slots=True)
class Written:
    """What one `upsert` did."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0  #: not taken: a newer version is stored
    deleted: int = 0  #: not taken: a kept deletion stands at or above it
    regressed: int = 0  #: those of `older` whose stored version is of the same epoch (rule 6)

    def __add__(self, other: Written) -> Written:
        return Written(*(getattr(self, n) + getattr(other, n) for n in Written.__slots__))


@dataclass(frozen=True, slots=True)
class Deletion:
    """One entry of the delete log."""

    entity_type: int
    key: str
    version: int
    deleted_at: datetime | None  #: Exact's naive local clock


@dataclass(frozen=True, slots=True)
class Superseded:
    """An earlier version of a record: written by run `first`, superseded or removed by run `last`."""

    row: Row
    first: int
    last: int


class Transaction(Keeping, Protocol):
    """One unit of writing. Nothing of it is kept unless the block ends without an error."""

    def upsert(self, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> Written:
        """Store rows at the checkpoint's epoch, mark each with `checkpoint.number`.

        A newer epoch replaces an older; within an epoch a lower version never overwrites a higher; equal
        content is not rewritten; a row at or below a kept deletion of its epoch is not taken (rule 5).
        Dropped columns keep their stored values. The highest version per key wins within the page.
        Superseded versions are kept where the stream says so; soft columns of anonymised relations are
        overwritten; scopes of changed rows are noted for `changed_scopes`. Clears set-aside twins.
        """

    def take(
        self, part: Stream, rows: Sequence[Row], refusals: Sequence[Refusal], checkpoint: Checkpoint, owner: Checkpoint
    ) -> Written:
        """Store rows of a part (they have no version), each at its stored version, a new one at version 0.

        `owner`: checkpoint of the stream whose rows they are. All else is as `upsert` and `set_aside` say; rows and
        refusals are marked as seen by the part's reading `checkpoint.number`.
        """

    def set_aside(self, stream: Stream, refusals: Sequence[Refusal], checkpoint: Checkpoint) -> None:
        """Keep records that cannot be taken; each counts as seen in the reading (rule 16)."""

    def stage(self, stream: Stream, rows: Sequence[Row], checkpoint: Checkpoint) -> None:
        """Put rows of a totals reading beside the table; they replace the scope in `replace_scope`.

        Staging the first page of a reading (`checkpoint.rows == 0` before it) empties what an abandoned one left.
        """

    def replace_scope(self, stream: Stream, checkpoint: Checkpoint) -> int:
        """Replace the checkpoint's scope by what was staged for it; the number of rows stored."""

    def delete(self, deletions: Sequence[Deletion], types: dict[int, Stream], epoch: int) -> dict[int, int]:
        """Keep the deletions and apply those of known types: {entity type: rows removed}.

        Only rows of an older epoch, or of this one at or below the deletion's version, are removed.
        """

    def unseen(self, stream: Stream, checkpoint: Checkpoint) -> tuple[int, int]:
        """(rows stored in the checkpoint's scope, those of them the reading `checkpoint.number` has not seen).

        To a part's scope belong the rows that were stored when the reading began: at or below version
        `checkpoint.start`, or of an older epoch.
        """

    def sweep(self, stream: Stream, checkpoint: Checkpoint, *, since: int) -> int:
        """Remove rows of the scope whose mark is below `since` and below `checkpoint.number`; the number removed."""

    def save(self, checkpoint: Checkpoint) -> None:
        """Write the checkpoint."""

    def save_division(self, state: DivisionState) -> None:
        """Write the division's state; the only call by which an epoch rises."""

    def clear_changed(self, stream: Stream, scopes: Sequence[str], until: int) -> None:
        """Forget that scopes changed, up to the change number `until` of `changed_scopes`."""


class Warehouse(Protocol):
    """One tenant's database, opened. Never made here: `provisioning` does that."""

    def migrate(self) -> None:
        """Bring the schema to this release, under a lock. Raises Broken(SCHEMA_NEWER)."""

    def transaction(self, claim: Claim) -> AbstractContextManager[Transaction]:
        """Begin writing as `claim`. Raises ClaimLost when a higher fence has written for this division."""

    def division(self, division: int) -> DivisionState:
        """Its state; a fresh one when nothing is known yet."""

    def checkpoint(self, division: int, stream: Stream, scope: str = "") -> Checkpoint:
        """Its checkpoint; a fresh one when nothing is known yet."""

    def checkpoints(self, division: int) -> list[Checkpoint]:
        """All of one division."""

    def overlap_start(self, stream: Stream, checkpoint: Checkpoint, rows: int) -> int:
        """Version of the `rows`-th newest stored row of the checkpoint's epoch, less one; 0 when there are fewer."""

    def expected(self, stream: Stream, checkpoint: Checkpoint, upto: int, younger_than: datetime | None) -> set[str]:
        """Keys stored in this epoch with `checkpoint.start` < version <= `upto` (0: no upper end).

        Of `Deleted`: kept deletions, only those deleted after `younger_than` (naive local).
        """

    def stored(self, stream: Stream, checkpoint: Checkpoint, keys: Sequence[str]) -> set[str]:
        """Which of the keys are still stored, with a version of the checkpoint's epoch above its start."""

    def values(self, stream: Stream, division: int, column: str) -> list[Value]:
        """The distinct values of one column, sorted; how years and chosen divisions are found."""

    def changed_scopes(self, stream: Stream, division: int) -> dict[str, int]:
        """Scopes (years) with rows changed since they were last cleared, and the number of their last change."""

    def set_aside(self, division: int) -> list[tuple[str, Refusal]]:
        """(stream, record) of all records set aside in this division."""

    def read_rows(self, stream: Stream, division: int) -> Iterator[Row]:
        """All rows in ascending order of their key (texts by code point), read as they are asked for.

        Of `Divisions`, which is kept once for all: the row of that division; of division 0 all rows.
        """

    def history(self, stream: Stream, division: int) -> Iterator[Superseded]:
        """Superseded versions of a stream that keeps them, in the order of their key, the oldest first."""

    def count(self, stream: Stream, division: int) -> int:
        """Rows stored."""

    def evidence(self, division: int) -> Evidence:
        """What the stored books of a division say; asks when it is asked."""

    def proofs(self, division: int) -> Proofs:
        """The proofs kept of a division."""

    def remove_division(self, claim: Claim) -> None:
        """Delete all of one division for good, in one transaction; late workers find the claim's fence and end."""

    def close(self) -> None:
        """Give the connection back."""
