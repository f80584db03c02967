"""ES256 with the key version named: any library for JWS can verify it, and nothing changed verifies."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.canonical import canonical
from shared.errors import Broken, Cause
from shared.signing import FileSigner, Jwk, sign, verify


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> FileSigner:
    return FileSigner(tmp_path_factory.mktemp("keys") / "key.pem")


def refused(jws: str, payload: bytes, keys: list[Jwk]) -> str:
    with pytest.raises(Broken) as error:
        verify(jws, payload, keys)
    assert error.value.cause is Cause.SIGNATURE_WRONG
    return error.value.detail


def test_a_signature_names_its_key_and_verifies(signer: FileSigner) -> None:
    jws = sign(signer, signer.version(), b"what was done")
    assert verify(jws, b"what was done", signer.public_keys()) == signer.version()
    header = json.loads(base64.urlsafe_b64decode(jws.split(".")[0] + "=="))
    assert header == {"alg": "ES256", "kid": signer.version()}


@given(st.data())
@settings(max_examples=60)
def test_one_changed_letter_of_the_signature_fails(signer: FileSigner, data: st.DataObject) -> None:
    jws = sign(signer, signer.version(), b"payload")
    at = data.draw(st.integers(0, len(jws) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda other: other != jws[at]))
    refused(jws[:at] + letter + jws[at + 1 :], b"payload", list(signer.public_keys()))


@pytest.mark.parametrize("text", ["", "a.b", "..", "e30..e30", "bm8..bm8", "W10..AAAA", "é..é"])
def test_what_is_no_signature_is_refused(signer: FileSigner, text: str) -> None:
    refused(text, b"payload", list(signer.public_keys()))


def test_another_algorithm_is_refused(signer: FileSigner) -> None:
    _, _, signature = sign(signer, signer.version(), b"payload").split(".")
    header = base64.urlsafe_b64encode(canonical({"alg": "none", "kid": signer.version()})).decode().rstrip("=")
    assert "ES256" in refused(f"{header}..{signature}", b"payload", list(signer.public_keys()))


def test_a_key_nobody_published_is_refused(signer: FileSigner, tmp_path: Path) -> None:
    other = FileSigner(tmp_path / "other.pem")
    jws = sign(other, other.version(), b"payload")
    assert "published" in refused(jws, b"payload", list(signer.public_keys()))


def test_the_private_half_is_its_owners_alone_and_stays_the_same(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    first = FileSigner(path).version()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert FileSigner(path).version() == first
    assert "d" not in FileSigner(path).public_keys()[0]


def test_a_damaged_key_is_named_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("no key")
    with pytest.raises(Broken, match=r"key\.pem"):
        FileSigner(path).version()
    assert path.read_text() == "no key"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_one_content_has_one_form(value: object) -> None:
    written = canonical(value)  # type: ignore[arg-type]
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@pytest.mark.parametrize("value", [1.5, b"bytes", {1: "a"}, [object()]])
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)  # type: ignore[arg-type]
