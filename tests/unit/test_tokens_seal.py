"""What a seal and a keyed hash promise."""

from __future__ import annotations

import pytest

from shared.errors import Broken, Cause
from shared.seal import Sealer, key_bytes, keyed_hash, new_key

KEY, OTHER_KEY = bytes(range(32)), bytes(32)


def test_what_was_sealed_opens_with_the_same_key_in_the_same_context() -> None:
    assert Sealer(KEY).open(Sealer(KEY).seal(b"pair", b"t1"), b"t1") == b"pair"


def test_the_same_thing_sealed_twice_looks_different() -> None:
    assert Sealer(KEY).seal(b"pair", b"t1") != Sealer(KEY).seal(b"pair", b"t1")


@pytest.mark.parametrize(
    ("key", "context", "flip"),
    [(OTHER_KEY, b"t1", None), (KEY, b"t2", None), (KEY, b"t1", 0), (KEY, b"t1", 5), (KEY, b"t1", -1)],
    ids=["other key", "other tenant", "form changed", "nonce changed", "tag changed"],
)
def test_a_seal_that_was_touched_does_not_open(key: bytes, context: bytes, flip: int | None) -> None:
    sealed = bytearray(Sealer(KEY).seal(b"pair", b"t1"))
    if flip is not None:
        sealed[flip] ^= 1
    with pytest.raises(Broken) as broken:
        Sealer(key).open(bytes(sealed), context)
    assert broken.value.cause is Cause.SEAL_BROKEN
    assert "pair" not in str(broken.value)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), bytes(40)])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Broken):
        Sealer(KEY).open(sealed, b"t1")


def test_a_new_key_is_read_back_as_32_bytes() -> None:
    assert len(key_bytes("grant-key", new_key())) == 32
    assert new_key() != new_key()


@pytest.mark.parametrize("text", ["", "c2hvcnQ=", "not base64 at all!", "é"])
def test_what_is_no_key_is_named_and_not_shown(text: str) -> None:
    with pytest.raises(Broken, match="secret grant-key") as broken:
        key_bytes("grant-key", text)
    assert not text or text not in str(broken.value)


def test_a_keyed_hash_depends_on_key_and_every_part() -> None:
    hashes = {
        keyed_hash(KEY, "nl", "u1"),
        keyed_hash(OTHER_KEY, "nl", "u1"),
        keyed_hash(KEY, "be", "u1"),
        keyed_hash(KEY, "nlu1"),
    }
    assert len(hashes) == 4
    assert keyed_hash(KEY, "nl", "u1") == keyed_hash(KEY, "nl", "u1")
