"""What a certificate says to a reader, in Dutch and English: a row per word that the machine-readable one uses.

The promise is only worth what its reader understands, so every word a place may use has its row here; a test holds
the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.texts import Language


@dataclass(frozen=True, slots=True)
class Word:
    """One phrase in every language."""

    nl: str
    en: str

    def of(self, language: Language) -> str:
        """Give it in one language."""
        return self.nl if language == "nl" else self.en


REASONS = {
    "trial-ended": Word("De proefperiode is afgelopen.", "The trial has ended."),
    "contract-ended": Word("Het contract is afgelopen.", "The contract has ended."),
    "erasure-operator": Word("Eerder verwijderd, zoals afgesproken.", "Deleted earlier, as agreed."),
    "erasure-customer": Word(
        "Eerder verwijderd, op verzoek van de klant.", "Deleted earlier, at the customer's request."
    ),
    "division": Word("De administratie wordt niet meer gelezen.", "The administration is no longer read."),
    "reconciled": Word(
        "Opnieuw verwijderd: een teruggezette reservekopie kende de klant weer.",
        "Deleted once more: a restored backup knew the customer again.",
    ),
}
PLACES = {
    "workers": Word("Lopend werk", "Work going on"),
    "power-bi": Word("Power BI-rapporten en -modellen", "Power BI reports and models"),
    "extracts": Word("Bestanden voor Power BI", "Files for Power BI"),
    "take-outs": Word("Klaargezette exporten", "Exports made ready"),
    "database": Word("De eigen database van de klant", "The customer's own database"),
    "division-rows": Word("De gegevens van deze administratie", "The data of this administration"),
    "pending-work": Word("Wachtend werk", "Pending work"),
    "register": Word("Centrale administratie van de dienst", "The service's register"),
    "last-notice": Word("Laatste bericht aan de klant", "Last notice to the customer"),
    "outbox": Word("Verzonden en wachtende berichten", "Messages sent and waiting"),
    "secrets": Word("Sleutels, wachtwoorden en adres in de kluis", "Tokens, passwords and address in the vault"),
}
DEEDS = {
    "waited-for": Word("gewacht tot het klaar was", "waited until it was done"),
    "none-here": Word("hier niet aanwezig", "not present here"),
    "dropped": Word("database verwijderd", "database dropped"),
    "rows-deleted": Word("rijen verwijderd", "rows deleted"),
    "deleted": Word("verwijderd", "deleted"),
    "sent": Word("verstuurd", "sent"),
    "nobody-to-tell": Word("geen adres bekend", "no address known"),
    "not-sent": Word("niet verstuurd binnen 24 uur en vervallen", "not sent within 24 hours, and dropped"),
    "purged": Word("definitief verwijderd uit de kluis", "deleted from the vault for good"),
}
REMAINDERS = {
    "database-backups": Word(
        "Automatische reservekopieën van de database bij Microsoft, niet meer in gebruik",
        "Automatic backups of the database at Microsoft, no longer in use",
    ),
    "soft-deleted-secrets": Word(
        "Verwijderde sleutels die de kluis tot die dag vasthoudt; niemand kan ze lezen",
        "Deleted secrets that the vault keeps until that day; nobody can read them",
    ),
    "grant-at-exact": Word(
        "De toestemming in Exact Online, tot u die intrekt: log in op Exact Online, open het Beveiligingscentrum"
        " (via uw naam rechtsboven), kies bij de verbonden apps onze app en trek de toestemming in. Wij hebben geen"
        " sleutels meer om haar te gebruiken",
        "The consent in Exact Online, until you withdraw it: log in to Exact Online, open the Security Centre (under"
        " your name, top right), choose our app among the connected apps and withdraw the consent. We have no tokens"
        " left to use it",
    ),
}
PHRASES = {
    "title": Word("Certificaat van verwijdering", "Certificate of deletion"),
    "closing-title": Word("Afsluitend certificaat van verwijdering", "Closing certificate of deletion"),
    "tenant": Word("Klantnummer", "Customer id"),
    "division": Word("Administratie", "Administration"),
    "all": Word("alle", "all"),
    "due": Word("Te verwijderen op", "Due on"),
    "begun": Word("Begonnen", "Begun"),
    "issued": Word("Afgegeven", "Issued"),
    "place": Word("Plaats", "Place"),
    "found": Word("Aanwezig", "Found"),
    "did": Word("Gedaan", "Done"),
    "looked": Word("Daarna gecontroleerd", "Looked at afterwards"),
    "nothing": Word("niets", "nothing"),
    "left": Word("{left} gevonden", "{left} found"),
    "remains": Word("Wat nog bestaat", "What remains"),
    "until": Word("uiterlijk tot en met {day}", "until {day} at the latest"),
    "look-again": Word(
        "Na {day} kijken wij opnieuw en sluiten wij dit certificaat af.",
        "After {day} we look again and close this certificate.",
    ),
    "final": Word("Dit certificaat is definitief.", "This certificate is final."),
    "closes": Word("Sluit het certificaat af met SHA-256", "Closes the certificate with SHA-256"),
    "signature": Word("Ondertekend (ES256) met sleutel", "Signed (ES256) with key"),
    "verify": Word(
        "Dit is de leesbare weergave. Wat telt is het bijbehorende JSON-bestand: de handtekening daarin is te"
        " controleren met de gepubliceerde sleutels van de dienst.",
        "This is the readable form. What counts is the JSON file that belongs to it: its signature can be verified"
        " with the service's published keys.",
    ),
}
#: kinds of things counted; streams and tables are called by their own names
KINDS = {
    "databases": Word("database", "database"),
    "set_aside": Word("apart gezette records", "records set aside"),
    "leases": Word("lopende taken", "tasks going on"),
    "secrets": Word("geheimen", "secrets"),
}


def said(table: dict[str, Word], word: str, language: Language) -> str:
    """A word of the certificate in a language; one that only a later release knows, as it is."""
    return table[word].of(language) if word in table else word
