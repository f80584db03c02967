"""The pages: safe, self-contained, in both languages, for every cause there is."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from shared import pages, texts
from shared.errors import Broken, Cause, Refused, RetryLater
from shared.texts import LANGUAGES, Language, Text, Words

ALL = {name: text for name, text in vars(texts).items() if isinstance(text, Text)}


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.languages: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]
        self.languages += [value or "" for name, value in attrs if name == "lang" and tag == "section"]


@pytest.mark.parametrize("name", ALL)
def test_every_text_is_there_in_every_language_and_differs(name: str) -> None:
    words = [ALL[name].words(language) for language in LANGUAGES]
    assert all(word.title and word.body for word in words)
    assert len({word.body for word in words}) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readers_language_comes_first_and_the_other_below(language: Language) -> None:
    seen = Seen(pages.page(texts.CONNECTED, language).body)
    assert seen.languages[0] == language
    assert sorted(seen.languages) == sorted(LANGUAGES)


def test_a_page_has_no_script_and_loads_nothing() -> None:
    seen = Seen(pages.page(texts.CONNECTED, "nl").body)
    assert not {"script", "img", "link", "iframe", "form"} & set(seen.tags)
    assert seen.addresses == []


def test_the_policy_allows_exactly_the_pages_own_style() -> None:
    answer = pages.page(texts.CONNECTED, "nl")
    style = re.search("<style>(.*)</style>", answer.body)
    assert style is not None
    allowed = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{allowed}';")
    assert "frame-ancestors 'none'" in policy


def test_a_page_fits_a_phone() -> None:
    assert 'name="viewport" content="width=device-width' in pages.page(texts.CONNECTED, "nl").body


def test_whatever_a_text_holds_is_escaped() -> None:
    evil = Words('<b>&"title"', "</p><script>x</script>")
    body = pages.page(Text(evil, evil), "nl").body
    assert "<script>" not in body
    assert "&lt;b&gt;&amp;" in body


@pytest.mark.parametrize(
    "answer",
    [pages.page(texts.DENIED, "en"), pages.redirect("https://x", {}), pages.refusal(Refused(Cause.BAD_STATE), "nl")],
)
def test_no_answer_is_stored_or_tells_another_site_where_it_came_from(answer: pages.Answer) -> None:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_page_that_shows_nothing_of_its_detail(cause: Cause) -> None:
    answer = pages.refusal(Refused(cause, "tenant t-4711"), "en")
    assert 400 <= answer.status < 600
    assert "t-4711" not in answer.body
    assert cause.code not in answer.body


@pytest.mark.parametrize(("kind", "status"), [(RetryLater, 503), (Broken, 500)])
def test_a_cause_without_a_page_of_its_own_is_a_failure_of_ours(kind: type[RetryLater | Broken], status: int) -> None:
    answer = pages.refusal(kind(Cause.VAULT_DOWN), "en")
    assert (answer.status, "not your fault" in answer.body) == (status, True)


def test_who_knocks_too_often_is_told_when_to_come_back() -> None:
    answer = pages.refusal(Refused(Cause.TOO_MANY_REQUESTS), "nl")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "60")


@pytest.mark.parametrize(
    ("accept", "chosen", "language"),
    [
        ("", "", "nl"),
        ("de-DE,de;q=0.9", "", "nl"),
        ("en-GB,en;q=0.9", "", "en"),
        ("nl;q=0.3, en;q=0.7", "", "en"),
        ("en;q=0.3, nl;q=0.7", "", "nl"),
        ("en;q=x, nl", "", "nl"),
        ("nl", "en", "en"),
        ("en", "NL", "nl"),
        ("en", "fr", "en"),
        ("*", "", "nl"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_browsers_best_else_dutch(
    accept: str, chosen: str, language: str
) -> None:
    assert pages.preferred(accept, chosen) == language
