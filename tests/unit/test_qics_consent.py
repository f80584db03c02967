"""`qics tenant invite|link`: a link works, is new each time, and comes in the customer's language."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from qics.exits import Exit
from tests.support.desk import Terminal


def link_in(text: str) -> str:
    return next(word for word in text.split() if word.startswith("https://"))


def test_an_invitation_is_the_link_alone(acme: Terminal) -> None:
    printed = acme.run("tenant", "invite", "acme").stdout
    assert printed.split() == [link_in(printed)]
    assert urlsplit(printed).netloc == "app.example.com"


def test_each_invitation_is_a_new_link(acme: Terminal) -> None:
    links = {acme.run("tenant", "invite", "acme").stdout for _ in range(2)}
    assert len(links) == 2


@pytest.mark.parametrize(("language", "greeting"), [("nl", "Goedendag,"), ("en", "Hello,")])
def test_the_letter_is_ready_to_send_in_both_languages(acme: Terminal, language: str, greeting: str) -> None:
    result = acme.run("tenant", "link", "acme", "--language", language)
    assert result.stdout.startswith(greeting)
    assert "app.example.com" in link_in(result.stdout)


def test_the_letter_keeps_what_the_operator_should_know_to_standard_error(acme: Terminal) -> None:
    result = acme.run("tenant", "link", "acme")
    assert "links are not stored" in result.stderr
    assert "connected already" in result.stderr
    assert "links are not stored" not in result.stdout


def test_nobody_is_invited_for_a_tenant_there_is_not(terminal: Terminal) -> None:
    assert terminal.run("tenant", "invite", "nobody").exit_code == Exit.NOT_FOUND
