"""Publishing: one moment of a tenant's `reporting` schema as Parquet files, for whoever reads it without a database.

Each attempt writes into a folder of its own. The manifest, which names one folder, is switched last, and only from the
one that was there when the attempt began: two attempts, or one killed anywhere, never make a mixture. Readers that
follow an older manifest still find its files: two older publications stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from shared import telemetry
from shared.errors import Broken, Cause
from shared.takeout import files, manifest
from shared.takeout.content import Part, view_parts
from shared.takeout.manifest import Entry, Manifest, Written
from shared.takeout.snapshot import Snapshot
from shared.takeout.store import Store

MANIFEST = "manifest.json"
#: publications that stay beside the newest
OLDER = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the proof lets a run be published."""

    proven: bool
    cause: Cause | None = None  #: why not
    due_at: datetime | None = None  #: when the next comparison is due (aware UTC)


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest holds: one run's files, all in one folder."""

    run: int
    folder: str
    older: list[str]  #: folders of the publications before, the newest first
    contents: Manifest


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    published: bool
    run: int  #: that stands published afterwards; 0 for none
    cause: Cause | None = None  #: why the publication before stays
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is to be published."""

    tenant: str
    run: int
    attempt: str  #: letters and digits no other attempt has
    release: str
    clock: Callable[[], datetime]
    parts: Sequence[Part] = ()  #: all views where none is named

    @property
    def folder(self) -> str:
        """Where its files go."""
        return f"run-{self.run:010}-{self.attempt}"


def publish(
    edition: Edition, verdict: Verdict, open_snapshot: Callable[[], AbstractContextManager[Snapshot]], store: Store
) -> Outcome:
    """Publish a run that is proven; leave the publication before in place where it is not, or where it is no older.

    A database in which a later run has begun is no longer the one that was proven: that run's publication follows.
    Raises RetryLater(EXTRACT_DOWN); nothing that was published is touched then.
    """
    before, tag = _current(store)
    standing = before.run if before else 0
    if before and standing >= edition.run:
        _tidy(store, before)  # the attempt that made it may have been killed before it had
        return Outcome(published=standing == edition.run, run=standing)
    if not verdict.proven:
        return _kept(edition, Outcome(published=False, run=standing, cause=verdict.cause, due_at=verdict.due_at))
    with open_snapshot() as snapshot:
        if snapshot.last_run() > edition.run:
            return _kept(edition, Outcome(published=False, run=standing, cause=Cause.STALE_MESSAGE))
        made = _written(edition, snapshot, store, before)
    if not store.switch(MANIFEST, msgspec.json.format(msgspec.json.encode(made), indent=2), tag):
        return _overtaken(edition, store)
    telemetry.event(
        "publish.made", tenant=edition.tenant, run=edition.run, rows=sum(each.rows for each in made.contents.tables)
    )
    _tidy(store, made)
    return Outcome(published=True, run=edition.run)


def current(store: Store) -> Publication | None:
    """What is published now. Raises Broken(BUG) for a manifest that is none."""
    return _current(store)[0]


def _current(store: Store) -> tuple[Publication | None, str]:
    found = store.read(MANIFEST)
    if found is None:
        return None, ""
    try:
        return msgspec.json.decode(found[0], type=Publication), found[1]
    except msgspec.MsgspecError:
        raise Broken(Cause.BUG, f"{MANIFEST} of the published extract cannot be read") from None


def _kept(edition: Edition, outcome: Outcome) -> Outcome:
    cause = outcome.cause.code if outcome.cause else None
    telemetry.warning("publish.kept", tenant=edition.tenant, run=edition.run, cause=cause)
    return outcome


def _overtaken(edition: Edition, store: Store) -> Outcome:
    """Another attempt was faster: what it published stands, and our files go."""
    _delete(store, [edition.folder])
    standing = current(store)
    return Outcome(published=standing is not None and standing.run == edition.run, run=standing.run if standing else 0)


def _written(edition: Edition, snapshot: Snapshot, store: Store, before: Publication | None) -> Publication:
    with TemporaryDirectory(prefix="qics-publish-") as folder:
        tables = [_put(edition, part, snapshot, store, Path(folder)) for part in edition.parts or view_parts()]
    contents = Manifest(
        tenant=edition.tenant,
        made_at=edition.clock(),
        release=edition.release,
        state=snapshot.state,
        proof=snapshot.standings(),
        tables=tables,
    )
    older = [before.folder, *before.older][:OLDER] if before else []
    return Publication(run=edition.run, folder=edition.folder, older=older, contents=contents)


def _put(edition: Edition, part: Part, snapshot: Snapshot, store: Store, folder: Path) -> Entry:
    """One view, by way of a file that is gone afterwards: the disk holds one view at a time."""
    path = folder / f"{part.name}.parquet"
    totals = files.write(part, snapshot.batches(part), [path])
    name = f"{edition.folder}/{path.name}"
    done = Written(name, files.checksum(path), path.stat().st_size)
    store.put(name, path)
    path.unlink()
    return manifest.entry(part, totals, [done])


def _tidy(store: Store, made: Publication) -> None:
    """Remove what is older than the publications that stay, and what killed attempts left.

    Folders of later runs are somebody's work under way.
    """
    kept = {made.folder, *made.older}
    folders = {name.split("/")[0] for name in store.names() if "/" in name}
    _delete(store, sorted(each for each in folders - kept if _run(each) <= made.run))


def _run(folder: str) -> int:
    return int(folder.split("-")[1])


def _delete(store: Store, folders: Sequence[str]) -> None:
    for name in store.names():
        if name.split("/")[0] in folders:
            store.delete(name)
