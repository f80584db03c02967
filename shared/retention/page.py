"""The readable form of a certificate: one HTML file, no script, nothing loaded, fit for a phone and for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from shared.lifecycle import AMSTERDAM
from shared.retention.words import DEEDS, KINDS, PHRASES, PLACES, REASONS, REMAINDERS, said
from shared.texts import Language

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1.25rem;color:#1c2733;"
    "background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #ccd4dc}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}dd{margin:0;overflow-wrap:anywhere}"
    "footer{font-size:.85rem;margin-top:2rem;overflow-wrap:anywhere}"
    "@media(max-width:40rem){thead{display:none}tr{display:block;padding:.5rem 0}td{display:block;border:0;padding:0}}"
)


def readable(told: Mapping[str, Any], language: Language) -> str:
    """Show what a certificate (`certificate.check`) says."""
    title = _phrase("closing-title" if told["closes"] else "title", language)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
        f"<p>{escape(said(REASONS, told['reason'], language))}</p>{_facts(told, language)}"
        f"{_places(told['places'], language)}{_remains(told, language)}</main>{_foot(told, language)}</body></html>"
    )


def _facts(told: Mapping[str, Any], language: Language) -> str:
    facts = {
        "tenant": told["tenant"],
        "division": str(told["division"]) if told["division"] else _phrase("all", language),
        "due": _day(told["due_on"], language),
        "begun": _moment(told["begun_at"], language),
        "issued": _moment(told["issued_at"], language),
    }
    rows = (f"<dt>{escape(_phrase(name, language))}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())
    return f"<dl>{''.join(rows)}</dl>"


def _places(places: Sequence[Mapping[str, Any]], language: Language) -> str:
    heads = "".join(f"<th>{escape(_phrase(name, language))}</th>" for name in ("place", "found", "did", "looked"))
    rows = "".join(_place(place, language) for place in places)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _place(place: Mapping[str, Any], language: Language) -> str:
    left = _phrase("left", language).format(left=place["left"] or _phrase("nothing", language))
    cells = (
        f"<strong>{escape(said(PLACES, place['place'], language))}</strong>",
        escape(_counts(place["found"], language)),
        escape(f"{said(DEEDS, place['did'], language)}, {_moment(place['erased_at'], language)}"),
        escape(f"{left}, {_moment(place['looked_at'], language)}"),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _counts(found: Mapping[str, int], language: Language) -> str:
    told = (f"{_number(count, language)} {said(KINDS, kind, language)}" for kind, count in found.items())
    return ", ".join(told) or _phrase("nothing", language)


def _remains(told: Mapping[str, Any], language: Language) -> str:
    items = "".join(
        f"<li>{escape(_remainder(each, language))}.</li>" for place in told["places"] for each in place["remains"]
    )
    again = told["look_again_on"]
    end = (
        _phrase("final", language)
        if told["final"]
        else _phrase("look-again", language).format(day=_day(again, language))
    )
    listed = f"<h2>{escape(_phrase('remains', language))}</h2><ul>{items}</ul>" if items else ""
    return f"{listed}<p>{escape(end)}</p>"


def _remainder(remainder: Mapping[str, str], language: Language) -> str:
    text = said(REMAINDERS, remainder["what"], language)
    if not remainder["until"]:
        return text
    return f"{text}, {_phrase('until', language).format(day=_day(remainder['until'], language))}"


def _foot(told: Mapping[str, Any], language: Language) -> str:
    lines = [f"{_phrase('signature', language)} {told['key']}"]
    lines += [f"{_phrase('closes', language)} {told['closes']}"] if told["closes"] else []
    lines.append(_phrase("verify", language))
    return f"<footer>{''.join(f'<p>{escape(line)}</p>' for line in lines)}</footer>"


def _phrase(name: str, language: Language) -> str:
    return PHRASES[name].of(language)


def _day(text: str, language: Language) -> str:
    day = date.fromisoformat(text)
    return f"{day:%d-%m-%Y}" if language == "nl" else f"{day.day} {day:%B %Y}"


def _moment(text: str, language: Language) -> str:
    moment = datetime.fromisoformat(text).astimezone(AMSTERDAM)
    return f"{_day(moment.date().isoformat(), language)} {moment:%H:%M}"


def _number(count: int, language: Language) -> str:
    return f"{count:,}".replace(",", ".") if language == "nl" else f"{count:,}"
