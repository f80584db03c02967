"""Published figures are of one run, whatever is killed when and whoever comes in between; on a folder and on blobs."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from local.azurite import Azurite
from shared.errors import Cause, RetryLater
from shared.reporting import VIEWS
from shared.streams import CATALOGUE
from shared.sync.publish import Edition, Outcome, Publication, Verdict, current, publish
from shared.takeout.content import view_parts
from shared.takeout.snapshot import sqlite_snapshot
from shared.takeout.store import BlobStore, FolderStore, Store
from shared.warehouse.protocol import Checkpoint, Claim
from shared.warehouse.sqlite import create_sqlite, open_sqlite
from tests.support.clock import FakeClock
from tests.support.reported import with_views

PROVEN = Verdict(proven=True)
#: views that show of which run they are: as many relations as runs, and the runs themselves
TELLING = tuple(part for part in view_parts() if part.name in {"relations", "run_days", "currencies"})


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Disturbed:
    """A store before whose `at`-th change something happens, once."""

    store: Store
    at: int
    happening: Callable[[], object]
    changes: int = 0

    def __getattr__(self, name: str) -> object:
        act = getattr(self.store, name)
        if name not in {"put", "switch", "delete"}:
            return act

        def changed(*given: object) -> object:
            self.changes += 1
            if self.changes == self.at:
                self.happening()
            return act(*given)

        return changed


@dataclass
class Tenant:
    """A database in which run N has stored N relations, and its publications."""

    path: Path
    store: Store
    run: int = 0
    attempts: int = field(default=0)

    def read_books(self) -> None:
        self.run += 1
        relation = {"ID": str(uuid.UUID(int=self.run)), "Timestamp": self.run, "Name": "Bakkerij"}
        accounts = CATALOGUE["Accounts"]
        row, at = tuple(map(relation.get, accounts.names)), Checkpoint(division=1, stream="Accounts", epoch=1, number=1)
        with (
            closing(open_sqlite(self.path, release="test", clock=FakeClock())) as warehouse,
            warehouse.transaction(Claim(1, self.run, self.run)) as transaction,
        ):
            transaction.upsert(accounts, [row], at)

    def publish(self, verdict: Verdict = PROVEN, run: int = 0, store: Store | None = None) -> Outcome:
        self.attempts += 1
        edition = Edition(
            tenant="acme",
            run=run or self.run,
            attempt=f"{self.attempts}",
            release="test",
            clock=FakeClock(),
            parts=TELLING,
        )
        return publish(edition, verdict, partial(sqlite_snapshot, self.path), store or self.store)

    def published(self) -> Publication | None:
        """What a reader finds, every file of it looked at."""
        found = current(self.store)
        if found is not None:
            self.check(found)
        return found

    def check(self, publication: Publication) -> None:
        for table in publication.contents.tables:
            (file,) = table.files
            content = self.content(file.path)
            assert sha256(content).hexdigest() == file.sha256
            assert file.path.startswith(f"{publication.folder}/")
            rows = parquet.read_table(BytesIO(content)).to_pylist()
            assert len(rows) == table.rows
            if table.name == "relations":
                assert table.rows == publication.run
            if table.name == "run_days":
                assert max(row["run"] for row in rows) == publication.run

    def content(self, name: str) -> bytes:
        found = self.store.read(name)
        assert found is not None, name
        return found[0]

    def folders(self) -> set[str]:
        return {name.split("/")[0] for name in self.store.names() if "/" in name}


@pytest.fixture(scope="session")
def blobs() -> Iterator[BlobServiceClient]:
    with Azurite(blob=True) as azurite, BlobServiceClient.from_connection_string(azurite.connection_string) as service:
        yield service


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "tenant.sqlite3"
    create_sqlite(path)
    return with_views(path)


@pytest.fixture(params=["folder", "blobs"])
def tenant(request: pytest.FixtureRequest, empty: Path, tmp_path: Path) -> Tenant:
    if request.param == "folder":
        return tenant_in(tmp_path, empty)
    store = BlobStore(request.getfixturevalue("blobs").get_container_client(f"t{uuid.uuid4().hex}"))
    store.make()
    store.make()
    return tenant_in(tmp_path, empty, store)


def tenant_in(folder: Path, empty: Path, store: Store | None = None) -> Tenant:
    path = folder / "books.sqlite3"
    shutil.copyfile(empty, path)
    return Tenant(path, store or FolderStore(folder / "extract"))


def test_a_proven_run_is_published_whole(tenant: Tenant) -> None:
    tenant.read_books()
    assert tenant.published() is None
    assert tenant.publish() == Outcome(published=True, run=1)
    assert tenant.published().run == 1  # type: ignore[union-attr]


def test_an_unproven_run_leaves_the_publication_before_and_says_why(tenant: Tenant) -> None:
    tenant.read_books()
    tenant.publish()
    tenant.read_books()
    due = FakeClock()()
    refused = tenant.publish(Verdict(proven=False, cause=Cause.NOT_COMPARED, due_at=due))
    assert refused == Outcome(published=False, run=1, cause=Cause.NOT_COMPARED, due_at=due)
    assert current(tenant.store).run == 1  # type: ignore[union-attr]


def test_publishing_a_run_twice_is_one_publication(tenant: Tenant) -> None:
    tenant.read_books()
    assert tenant.publish() == tenant.publish() == Outcome(published=True, run=1)
    assert len(tenant.folders()) == 1


def test_two_older_publications_stay_and_no_more(tenant: Tenant) -> None:
    for _ in range(5):
        tenant.read_books()
        tenant.publish()
    assert {folder.split("-")[1] for folder in tenant.folders()} == {f"{run:010}" for run in (3, 4, 5)}
    assert tenant.published().run == 5  # type: ignore[union-attr]


def test_a_run_after_which_another_has_written_is_not_published(tenant: Tenant) -> None:
    tenant.read_books()
    tenant.read_books()
    assert tenant.publish(run=1) == Outcome(published=False, run=0, cause=Cause.STALE_MESSAGE)
    assert tenant.store.names() == []


def test_an_earlier_run_never_replaces_a_later_one(tenant: Tenant) -> None:
    for _ in range(2):
        tenant.read_books()
    tenant.publish()
    assert tenant.publish(run=1) == Outcome(published=False, run=2)


def test_an_attempt_that_was_overtaken_leaves_nothing_behind(tenant: Tenant) -> None:
    tenant.read_books()
    slow = Disturbed(tenant.store, len(TELLING) + 1, tenant.publish)
    assert tenant.publish(store=slow) == Outcome(published=True, run=1)  # type: ignore[arg-type]
    assert len(tenant.folders()) == 1
    assert tenant.published().folder.endswith("-2")  # type: ignore[union-attr]


def test_a_switch_from_another_version_than_the_one_seen_is_refused(tenant: Tenant) -> None:
    assert tenant.store.switch("manifest.json", b"1", "")
    assert not tenant.store.switch("manifest.json", b"2", "")
    content, tag = tenant.store.read("manifest.json") or (b"", "")
    assert tenant.store.switch("manifest.json", b"3", tag)
    assert not tenant.store.switch("manifest.json", b"4", tag)
    assert (content, tenant.content("manifest.json")) == (b"1", b"3")


def test_deleting_what_is_not_there_is_nothing(tenant: Tenant) -> None:
    tenant.store.delete("nothing.parquet")
    assert tenant.store.read("nothing.parquet") is None


def test_every_view_is_published_with_its_amounts_as_decimals(empty: Path, tmp_path: Path) -> None:
    tenant = tenant_in(tmp_path, empty)
    tenant.read_books()
    edition = Edition(tenant="acme", run=1, attempt="1", release="test", clock=FakeClock())
    publish(edition, PROVEN, partial(sqlite_snapshot, tenant.path), tenant.store)
    found = tenant.published()
    assert found is not None
    assert {table.name for table in found.contents.tables} == {*VIEWS}
    lines = parquet.read_schema(BytesIO(tenant.content(f"{found.folder}/ledger_lines.parquet")))
    assert str(lines.field("amount_dc").type) == "decimal128(19, 4)"


def test_a_store_that_does_not_answer_is_tried_again_later(tmp_path: Path, empty: Path) -> None:
    tenant = tenant_in(tmp_path, empty)
    (tmp_path / "extract").write_text("a file where the folder should be")
    tenant.read_books()
    with pytest.raises(RetryLater, match="extract-down"):
        tenant.publish()


def test_blobs_that_do_not_answer_are_tried_again_later() -> None:
    with (
        BlobServiceClient("http://127.0.0.1:9/acme", retry_total=0, connection_timeout=1) as service,
        pytest.raises(RetryLater, match="extract-down"),
    ):
        BlobStore(service.get_container_client("acme")).names()


#: before its so-many-th change of the store an attempt is killed, or another attempt comes in between
STEPS = st.lists(
    st.tuples(st.sampled_from(["kill", "overtake", "next run"]), st.integers(1, 12)), min_size=1, max_size=6
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_published_figures_never_mix_two_runs_whatever_is_killed_when(
    steps: list[tuple[str, int]], empty: Path, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "extract", ignore_errors=True)
    tenant = tenant_in(tmp_path, empty)

    def kill() -> None:
        raise Killed

    def next_run() -> None:
        tenant.read_books()
        tenant.publish()

    happenings = {"kill": kill, "overtake": tenant.publish, "next run": next_run}
    for happening, at in steps:
        tenant.read_books()
        seen = tenant.published()
        try:
            tenant.publish(store=Disturbed(tenant.store, at, happenings[happening]))  # type: ignore[arg-type]
        except Killed:
            assert tenant.published() in (seen, current(tenant.store))
        found = tenant.published()
        if seen is not None:
            tenant.check(seen)  # a reader who began before still finds every file
            assert found is not None
            assert found.run >= seen.run
    tenant.publish()
    assert tenant.published().run == tenant.run  # type: ignore[union-attr]
    assert len(tenant.folders()) <= 3
