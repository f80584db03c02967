"""What every store of evidence does: it takes, and never gives up."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient

from local.azurite import Azurite
from shared.errors import Broken, Cause, RetryLater
from shared.evidence import BlobEvidence, Evidence, FolderEvidence, keep


@pytest.fixture(scope="module")
def blobs() -> Iterator[BlobServiceClient]:
    with (
        Azurite(blob=True) as azurite,
        BlobServiceClient.from_connection_string(azurite.connection_string, retry_total=0) as service,
    ):
        yield service


@pytest.fixture(params=["folder", "blob"])
def evidence(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Evidence]:
    if request.param == "folder":
        yield FolderEvidence(tmp_path / "evidence")
        return
    service: BlobServiceClient = request.getfixturevalue("blobs")
    store = BlobEvidence(service)
    store.make()
    store.make()
    yield store
    for name in store.names(""):
        service.get_container_client("evidence").delete_blob(name)


def test_the_first_content_stays_whatever_comes_after(evidence: Evidence) -> None:
    assert evidence.create("tombstones/acme.json", b"first") == b"first"
    assert evidence.create("tombstones/acme.json", b"second") == b"first"
    assert evidence.get("tombstones/acme.json") == b"first"


def test_what_must_lie_there_to_the_byte_is_refused_where_something_else_does(evidence: Evidence) -> None:
    keep(evidence, "heads/000000000001.json", b"head")
    keep(evidence, "heads/000000000001.json", b"head")
    with pytest.raises(Broken) as error:
        keep(evidence, "heads/000000000001.json", b"another")
    assert error.value.cause is Cause.EVIDENCE_TAKEN


def test_of_writers_that_come_at_once_one_is_first_and_all_are_told(evidence: Evidence) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: evidence.create("heads/1.json", b"%d" % n), range(8)))
    assert set(told) == {evidence.get("heads/1.json")}


def test_names_are_listed_by_their_beginning_and_sorted(evidence: Evidence) -> None:
    for name in ("heads/2.json", "certificates/acme/b.json", "heads/1.json", "certificates/acme-2/a.json"):
        evidence.create(name, b"x")
    assert evidence.names("heads/") == ["heads/1.json", "heads/2.json"]
    assert evidence.names("certificates/acme/") == ["certificates/acme/b.json"]
    assert evidence.names("nothing/") == []


def test_what_is_not_there_is_none(evidence: Evidence) -> None:
    assert evidence.get("heads/9.json") is None


@pytest.mark.parametrize(
    "name", ["../x.json", "a//b.json", "/a/b.json", "a/../b.json", "a/B.json", "a.json", "a/b.txt"]
)
def test_a_name_that_could_lead_elsewhere_is_refused(evidence: Evidence, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        evidence.create(name, b"x")


def test_a_container_that_is_not_there_is_named(blobs: BlobServiceClient) -> None:
    store = BlobEvidence(blobs)
    store._container = blobs.get_container_client("elsewhere")
    for act in (lambda: store.get("a/b.json"), lambda: store.create("a/b.json", b"x"), lambda: store.names("a")):
        with pytest.raises(Broken, match="is not there"):
            act()


def test_an_account_that_does_not_answer_is_asked_later() -> None:
    gone = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:9/a;"
    with BlobServiceClient.from_connection_string(gone, retry_total=0) as service, pytest.raises(RetryLater) as error:
        BlobEvidence(service).get("a/b.json")
    assert error.value.cause is Cause.EVIDENCE_DOWN


def test_a_folder_keeps_its_evidence_from_being_written(tmp_path: Path) -> None:
    FolderEvidence(tmp_path).create("heads/1.json", b"x")
    assert (tmp_path / "heads" / "1.json").stat().st_mode & 0o777 == 0o400
