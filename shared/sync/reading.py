"""A reading of one stream, as pure transitions of its checkpoint.

    addressed -> begun (changes | full) -> turned, page by page -> ended (changes)
                                                               -> read (full) -> completed | doubted

Nothing here reads or writes; the loop stores what these return in the transaction of the rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.streams.model import Kind, Stream, Word
from shared.warehouse.protocol import Checkpoint, DivisionState

#: where a full reading of a sync list begins, as the vendor documents it
FIRST_VERSION = 1

#: a list that loses more than one in so many at once is suspect (rule 4)
SUSPECT_SHARE = 10


@dataclass(frozen=True, slots=True)
class Page:
    """What the checkpoint needs to know of a page that was read."""

    link: str
    rows: int
    highest: int
    keys: frozenset[str] = frozenset()


def fingerprint(stream: Stream, state: DivisionState) -> str:
    """What is asked for and as whom; columns Exact no longer knows stay part of it (rule 8)."""
    asked = "\n".join((stream.path, ",".join(stream.names), state.consent, state.licence))
    return hashlib.sha256(asked.encode()).hexdigest()[:32]


def addressed(checkpoint: Checkpoint, epoch: int, mark: str) -> Checkpoint:
    """The checkpoint under this epoch and fingerprint: void when it speaks of another (rules 6 and 8)."""
    if (checkpoint.epoch, checkpoint.fingerprint) == (epoch, mark):
        return checkpoint
    return Checkpoint(
        division=checkpoint.division,
        stream=checkpoint.stream,
        scope=checkpoint.scope,
        epoch=epoch,
        fingerprint=mark,
        number=checkpoint.number,
        dropped=checkpoint.dropped,
        dropped_by=checkpoint.dropped_by,
    )


def begun(checkpoint: Checkpoint, mode: str, start: int, release: str) -> Checkpoint:
    """A new reading above version `start`. A new release asks again for the columns an older one dropped."""
    keep = checkpoint.dropped_by == release
    return replace(
        checkpoint,
        mode=mode,
        link="",
        start=start,
        highest=0,
        rows=0,
        number=checkpoint.number + (mode == "full"),
        missing=(),
        dropped=checkpoint.dropped if keep else (),
        dropped_by=release if keep else "",
    )


def turned(checkpoint: Checkpoint, page: Page, expected: Iterable[str] = ()) -> Checkpoint:
    """The checkpoint after one page. `expected`: keys the overlap should bring, before the first page (rule 7)."""
    lacking = checkpoint.missing if checkpoint.link else expected
    return replace(
        checkpoint,
        link=page.link,
        highest=max(checkpoint.highest, page.highest),
        rows=checkpoint.rows + page.rows,
        missing=tuple(sorted(set(lacking) - page.keys)),
    )


def ended(checkpoint: Checkpoint, run: int, now: datetime) -> Checkpoint:
    """A changes reading has stored its last page: the cursor moves, never back."""
    return replace(
        checkpoint,
        mode="",
        link="",
        cursor=max(checkpoint.cursor, checkpoint.highest),
        run=run,
        completed_at=now,
    )


def read_whole(checkpoint: Checkpoint) -> Checkpoint:
    """A full reading has stored its last page and waits for its judgement."""
    return replace(checkpoint, mode="judge", link="")


def suspicious(stored: int, unseen: int) -> bool:
    """Whether a complete reading lost so much that it is not believed at once."""
    return unseen > 0 and (unseen == stored or unseen * SUSPECT_SHARE > stored)


def previous(checkpoint: Checkpoint) -> int:
    """Number of the complete reading before this one; rows that both lack are swept. 0: there is none."""
    return checkpoint.suspect or checkpoint.complete


def completed(checkpoint: Checkpoint, remaining: int, run: int, now: datetime) -> Checkpoint:
    """A full reading is believed; `remaining` rows were lacking for the first time and a second reading is owed.

    The second reading follows in the same run; what a second one lacks in its turn waits for the next run.
    """
    second = checkpoint.again or remaining == 0
    return replace(
        ended(checkpoint, run if second else checkpoint.run, now),
        complete=checkpoint.number,
        suspect=0,
        again=remaining > 0,
        full_at=now,
    )


def doubted(checkpoint: Checkpoint, run: int, now: datetime) -> Checkpoint:
    """A full reading lost too much: nothing is swept, a later run asks again."""
    return replace(
        ended(checkpoint, run, now),
        suspect=checkpoint.suspect or checkpoint.number,
        again=False,
        full_at=now,
    )


def abandoned(checkpoint: Checkpoint) -> Checkpoint:
    """The unfinished reading is given up: the next one begins at its first page. Cursor and marks stay."""
    return replace(checkpoint, mode="", link="", missing=())


def without(checkpoint: Checkpoint, column: str, release: str) -> Checkpoint:
    """The reading goes on without a column Exact no longer knows, from its first page (rule 8)."""
    kept = checkpoint.dropped if checkpoint.dropped_by == release else ()
    return replace(checkpoint, link="", rows=0, highest=0, missing=(), dropped=(*kept, column), dropped_by=release)


def droppable(stream: Stream, column: str) -> bool:
    """Whether a stream may go on without this column: never without a key, a version or an amount."""
    vital = {*stream.key, stream.version, stream.scope_column, stream.person}
    return column not in vital and stream.columns[stream.index[column]].word not in (Word.MONEY, Word.VERSION)


def asked_columns(stream: Stream, checkpoint: Checkpoint) -> list[str]:
    """The columns of `$select`, in the catalogue's order."""
    own = {stream.key[0]} if len(stream.scopes) > 1 else set()
    return [name for name in stream.names if name not in own and name not in checkpoint.dropped]


def start_of_changes(checkpoint: Checkpoint, overlap: int) -> int:
    """Version a changes reading begins above: the overlap's start, never beyond the cursor (rule 7)."""
    return max(FIRST_VERSION, checkpoint.floor, min(checkpoint.cursor, overlap))


def starts_at(stream: Stream) -> int:
    """Version a full reading begins above."""
    return FIRST_VERSION if stream.kind is Kind.CHANGES else 0
