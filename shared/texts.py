"""What a customer reads in the browser, in Dutch and English: a row per page, plain text, nobody's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

type Language = Literal["nl", "en"]

LANGUAGES: tuple[Language, ...] = ("nl", "en")  # the first where a browser asks for neither


@dataclass(frozen=True, slots=True)
class Words:
    """A page in one language: its title, and what to know and do."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Text:
    """A page in every language."""

    nl: Words
    en: Words

    def words(self, language: Language) -> Words:
        """Give the page in one language."""
        return self.nl if language == "nl" else self.en


CONNECTED = Text(
    Words(
        "Exact Online is gekoppeld",
        "Wij lezen uw administraties vanaf nu in. Wij lezen alleen: in Exact Online verandert niets. U kunt"
        " dit venster sluiten.",
    ),
    Words(
        "Exact Online is connected",
        "We are now reading your administrations. We only read: nothing changes in Exact Online. You may"
        " close this window.",
    ),
)
DENIED = Text(
    Words(
        "Er is niets gekoppeld",
        "U heeft in Exact Online geen toestemming gegeven. Bedenkt u zich? Open dan de link uit de"
        " uitnodiging opnieuw.",
    ),
    Words(
        "Nothing was connected",
        "You did not give your consent in Exact Online. Changed your mind? Open the link of your invitation again.",
    ),
)
EXPIRED = Text(
    Words(
        "Deze uitnodiging werkt niet meer",
        "Zij is verlopen, al gebruikt of niet volledig gekopieerd. Vraag ons om een nieuwe.",
    ),
    Words(
        "This invitation no longer works",
        "It has expired, was used already or was not copied completely. Please ask us for a new one.",
    ),
)
RESTART = Text(
    Words(
        "Begin opnieuw",
        "De koppeling is niet afgemaakt: zij duurde te lang, of begon in een andere browser. Open de link"
        " uit de uitnodiging"
        " opnieuw, met cookies toegestaan; werkt die niet meer, vraag ons dan om een nieuwe uitnodiging.",
    ),
    Words(
        "Please start again",
        "The connection was not completed: it took too long, or began in another browser. Open the link of"
        " your invitation"
        " again, with cookies allowed; if it no longer works, ask us for a new invitation.",
    ),
)
USER_TAKEN = Text(
    Words(
        "Deze gebruiker is al gekoppeld",
        "Deze Exact-gebruiker levert al gegevens voor een andere koppeling, en die blijft werken. Maak in"
        " Exact Online een eigen"
        " gebruiker met leesrechten voor deze koppeling aan, vraag ons om een nieuwe uitnodiging en log daarmee in.",
    ),
    Words(
        "This user is connected already",
        "This Exact user already serves another connection, which keeps working. Create a dedicated user"
        " with reading rights"
        " in Exact Online for this connection, ask us for a new invitation and log in as that user.",
    ),
)
SLOW_DOWN = Text(
    Words("Even geduld", "Er kwamen te veel verzoeken vanaf uw adres. Wacht een minuut en probeer het opnieuw."),
    Words("One moment, please", "Too many requests came from your address. Wait a minute, then try again."),
)
CLOSED = Text(
    Words(
        "Deze koppeling bestaat niet meer",
        "De gegevens zijn verwijderd. Wilt u terugkomen, neem dan contact met ons op.",
    ),
    Words(
        "This connection no longer exists", "Its data was deleted. If you would like to come back, please contact us."
    ),
)
FAILED = Text(
    Words(
        "De koppeling is niet gelukt",
        "Dat ligt niet aan u. Probeer over een kwartier de link uit de uitnodiging; werkt die niet meer,"
        " vraag ons dan om een"
        " nieuwe uitnodiging.",
    ),
    Words(
        "The connection did not succeed",
        "This is not your fault. Try the link of your invitation in a quarter of an hour; if it no longer"
        " works, ask us for a"
        " new invitation.",
    ),
)
