"""The catalogue of notices: a row per kind, in Dutch and English, nobody's name and no figure in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.texts import Language, Text, Words


class Kind(StrEnum):
    """What a tenant is told."""

    TRIAL_DAY_20 = "trial-day-20"
    TRIAL_DAY_27 = "trial-day-27"
    ENDED = "ended"
    PURGE_SOON = "purge-soon"
    PURGED = "purged"
    CONSENT_NEEDED = "consent-needed"


@dataclass(frozen=True, slots=True)
class Days:
    """The days a notice may name."""

    last_day: date | None = None
    purge_on: date | None = None


_TRIAL_ENDS = Text(
    Words(
        "Uw proefperiode loopt tot en met {last_day}",
        "De proefperiode van uw dashboards loopt tot en met {last_day}. Daarna lezen wij niets meer in. Wilt u verder,"
        " laat ons dat dan weten. Doet u niets, dan blijven uw rapporten en gegevens beschikbaar totdat wij ze op"
        " {purge_on} verwijderen.",
    ),
    Words(
        "Your trial runs to {last_day}",
        "The trial of your dashboards runs to {last_day}, that day included. After it we read nothing more. Let us know"
        " if you would like to go on. If you do nothing, your reports and data stay available until we delete them on"
        " {purge_on}.",
    ),
)

LETTERS: Mapping[Kind, Text] = {
    Kind.TRIAL_DAY_20: _TRIAL_ENDS,
    Kind.TRIAL_DAY_27: Text(
        Words("Nog enkele dagen: " + _TRIAL_ENDS.nl.title[0].lower() + _TRIAL_ENDS.nl.title[1:], _TRIAL_ENDS.nl.body),
        Words("A few days left: " + _TRIAL_ENDS.en.title[0].lower() + _TRIAL_ENDS.en.title[1:], _TRIAL_ENDS.en.body),
    ),
    Kind.ENDED: Text(
        Words(
            "Wij lezen geen nieuwe gegevens meer in",
            "{last_day} was de laatste dag. Uw rapporten en gegevens blijven beschikbaar totdat wij ze op {purge_on}"
            " verwijderen. De gegevens zijn van u: u kunt ze tot die dag allemaal meenemen. Vraag ons om de export.",
        ),
        Words(
            "We no longer read new data",
            "{last_day} was the last day. Your reports and data stay available until we delete them on {purge_on}. The"
            " data is yours: until that day you can take all of it along. Ask us for the take-out.",
        ),
    ),
    Kind.PURGE_SOON: Text(
        Words(
            "Op {purge_on} verwijderen wij uw gegevens",
            "Op {purge_on} verwijderen wij uw rapporten en gegevens definitief. Wilt u ze meenemen, vraag ons dan voor"
            " die dag om de export. Wilt u doorgaan, laat het ons dan voor die dag weten.",
        ),
        Words(
            "On {purge_on} we delete your data",
            "On {purge_on} we delete your reports and data for good. If you would like to take them along, ask us for"
            " the take-out before that day. If you would like to go on, let us know before that day.",
        ),
    ),
    Kind.PURGED: Text(
        Words(
            "Uw gegevens zijn verwijderd",
            "Wij hebben uw rapporten en gegevens verwijderd. Als laatste verwijderen wij dit adres; daarna ontvangt u"
            " van ons geen bericht meer. Het certificaat van verwijdering is bij ons op te vragen. In Exact Online"
            " kunt u de toestemming zelf intrekken: Beveiligingscentrum, verbonden apps.",
        ),
        Words(
            "Your data was deleted",
            "We have deleted your reports and data. This address is deleted last; after that you will hear no more"
            " from us. Ask us for the certificate of deletion. In Exact Online you can withdraw the consent yourself:"
            " Security Centre, connected apps.",
        ),
    ),
    Kind.CONSENT_NEEDED: Text(
        Words(
            "Uw toestemming in Exact Online is nodig",
            "Wij kunnen uw administraties niet meer lezen: de toestemming in Exact Online geldt niet meer. Uw gegevens"
            " blijven staan, maar worden niet bijgewerkt. Vraag ons om een nieuwe uitnodiging; inloggen doet u alleen"
            " bij Exact Online zelf.",
        ),
        Words(
            "Your consent in Exact Online is needed",
            "We can no longer read your administrations: the consent in Exact Online is no longer valid. Your data"
            " stays, but is not brought up to date. Ask us for a new invitation; you log in at Exact Online only.",
        ),
    ),
}

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "nl": tuple("januari februari maart april mei juni juli augustus september oktober november december".split()),
    "en": tuple("January February March April May June July August September October November December".split()),
}


def words(kind: Kind, language: Language, days: Days) -> Words:
    """A notice in one language, its days filled in."""
    told = LETTERS[kind].words(language)
    filled = {"last_day": _day(days.last_day, language), "purge_on": _day(days.purge_on, language)}
    return Words(told.title.format(**filled), told.body.format(**filled))


def _day(day: date | None, language: Language) -> str:
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}" if day else ""
