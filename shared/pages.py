"""The few HTML pages a customer sees: one file each, no script, nothing loaded from anywhere, both languages on it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from shared import texts
from shared.errors import Cause, PipelineError, RetryLater
from shared.texts import LANGUAGES, Language, Text

STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem;color:#1c2733;"
    "background:#fff}h1{font-size:1.5rem;line-height:1.25}section+section{margin-top:2.5rem;padding-top:1rem;"
    "border-top:1px solid #ccd4dc;font-size:.9rem}"
    "@media(prefers-color-scheme:dark){body{color:#e6ebf0;background:#161b21}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

#: on every answer, redirects too: an invitation must not leave in a Referer, nor lie in a cache
PROTECTION: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser gets; `function_app` only translates it."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a cause is shown."""

    status: int
    text: Text
    headers: Mapping[str, str] = field(default_factory=dict)


REFUSALS: Mapping[Cause, Refusal] = {
    Cause.BAD_INVITATION: Refusal(403, texts.EXPIRED),
    Cause.UNKNOWN_TENANT: Refusal(403, texts.EXPIRED),
    Cause.BAD_STATE: Refusal(400, texts.RESTART),
    Cause.USER_TAKEN: Refusal(409, texts.USER_TAKEN),
    Cause.PURGED: Refusal(410, texts.CLOSED),
    Cause.TOO_MANY_REQUESTS: Refusal(429, texts.SLOW_DOWN, {"Retry-After": "60"}),
}


def page(text: Text, language: Language, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Show a text, the reader's language first."""
    order = sorted(LANGUAGES, key=lambda other: other != language)
    sections = "".join(_section(text, other) for other in order)
    body = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(text.words(language).title)}</title><style>{STYLE}</style></head>"
        f"<body><main>{sections}</main></body></html>"
    )
    return Answer(status, body, {**PROTECTION, "Content-Type": "text/html; charset=utf-8", **(headers or {})})


def refusal(error: PipelineError, language: Language) -> Answer:
    """Show what an error means to the reader; nothing of its detail leaves."""
    other = Refusal(503 if isinstance(error, RetryLater) else 500, texts.FAILED)
    shown = REFUSALS.get(error.cause, other)
    return page(shown.text, language, shown.status, shown.headers)


def redirect(url: str, headers: Mapping[str, str]) -> Answer:
    """Send the browser on, by GET."""
    return Answer(303, "", {**PROTECTION, "Location": url, **headers})


def preferred(accept_language: str, chosen: str = "") -> Language:
    """Choose the language: the one chosen, else the best of the browser's list, else Dutch."""
    by_weight = sorted(accept_language.split(","), key=_weight, reverse=True)
    for wanted in (chosen, *by_weight):
        for language in LANGUAGES:
            if wanted.strip().lower().split(";")[0].split("-")[0] == language:
                return language
    return LANGUAGES[0]


def _weight(entry: str) -> float:
    """Read the weight of an entry such as `en-GB;q=0.8`; one that is no number counts nothing."""
    _, found, weight = entry.partition("q=")
    try:
        return float(weight) if found else 1.0
    except ValueError:
        return 0.0


def _section(text: Text, language: Language) -> str:
    words = text.words(language)
    return f'<section lang="{language}"><h1>{escape(words.title)}</h1><p>{escape(words.body)}</p></section>'
