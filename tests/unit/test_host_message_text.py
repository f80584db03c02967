from __future__ import annotations

import pytest

from local.host.message_text import UndecodableError, decode, encode


@pytest.mark.parametrize(
    ("body", "encoding", "stored"),
    [("héllo", "base64", "aMOpbGxv"), (b"\xff\x00", "base64", "/wA="), ("héllo", "none", "héllo")],
)
def test_what_is_encoded_decodes_to_the_same(body: str | bytes, encoding: str, stored: str) -> None:
    assert encode(body, encoding) == stored
    assert decode(stored, encoding) == body


@pytest.mark.parametrize("text", ["plain words", "b'YQ=='", "YQ"])  # str(b64encode(…)) is a classic
def test_a_text_that_is_no_base64_is_not_guessed_at(text: str) -> None:
    with pytest.raises(UndecodableError, match="no base64"):
        decode(text, "base64")


def test_bytes_that_are_no_text_need_base64() -> None:
    with pytest.raises(UndecodableError, match="need messageEncoding base64"):
        encode(b"\xff", "none")
