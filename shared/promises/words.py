"""The twelve promises as the customer reads them, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise in both languages."""

    nl: str
    en: str


#: by id, in the order in which they are made
PROMISES: Mapping[str, Promise] = {
    "OWN": Promise(
        "U bent en blijft eigenaar van de gegevens en kunt ze altijd allemaal meenemen.",
        "You are and stay the owner of the data and can take all of it along at any time.",
    ),
    "SCOPE": Promise(
        "Wij lezen alleen financiële gegevens: boekingen, openstaande posten en de stamgegevens daarbij.",
        "Only financial data is read: ledger entries, open items and the master data they refer to.",
    ),
    "READONLY": Promise(
        "Er wordt nooit iets naar Exact Online geschreven.", "Nothing is ever written to Exact Online."
    ),
    "TRIAL": Promise(
        "Een gratis proef duurt 30 dagen; zonder contract komen daarna geen nieuwe gegevens binnen.",
        "A free trial lasts 30 days; without a contract no new data arrives after it.",
    ),
    "DELETE": Promise(
        "Rapporten en gegevens worden 30 dagen na het einde verwijderd; tot dan blijven zij beschikbaar.",
        "Reports and data are deleted 30 days after the end; until then they stay available.",
    ),
    "ERASE": Promise("Op uw verzoek worden gegevens eerder verwijderd.", "On your request data is deleted earlier."),
    "NOLOGIN": Promise(
        "Gebruikersnamen en wachtwoorden van Exact Online of Power BI worden niet bewaard.",
        "No user names or passwords of Exact Online or Power BI are stored.",
    ),
    "SEPARATE": Promise(
        "Uw gegevens staan in een eigen, versleutelde database, alleen te openen vanaf toegestane adressen.",
        "Your data is in an encrypted database of its own, opened only from allowed addresses.",
    ),
    "REGION": Promise(
        "Gegevens en back-ups staan in het datacentrum van Microsoft in Nederland (West Europe).",
        "Data and backups are stored in Microsoft's data centre in the Netherlands (West Europe).",
    ),
    "HTTPS": Promise(
        "Alle communicatie verloopt over HTTPS/TLS, nooit onversleuteld.",
        "All communication is over HTTPS/TLS, never plain.",
    ),
    "API": Promise(
        "De dienst benadert Power BI alleen via de API, nooit als gebruiker, en alleen om te schrijven.",
        "The service reaches Power BI through the API only, never as a user, and only to write.",
    ),
    "SHARE": Promise(
        "Gegevens worden met niemand gedeeld, tenzij de wet ertoe dwingt, en dat wordt vastgelegd.",
        "Data is not shared with anyone, except where the law compels it, and then on record.",
    ),
}
