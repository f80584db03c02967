"""Relations: customers and suppliers, some of them sole traders; their classifications."""

from __future__ import annotations

from random import Random

from .books import Books
from .records import Record
from .values import CANARY, Row, padded

WORDS = (
    "Molen",
    "Haven",
    "Brug",
    "Kade",
    "Veld",
    "Duin",
    "Horizon",
    "Kompas",
    "Lelie",
    "Anker",
    "Zeil",
    "Polder",
    "Terp",
    "Meent",
    "Linde",
    "Wilg",
)
TRADES = (
    "Bouw",
    "Techniek",
    "Transport",
    "Groothandel",
    "Advies",
    "Installaties",
    "Food",
    "Metaal",
    "Logistiek",
    "Media",
    "Zorg",
    "Agro",
)
FORMS = ("B.V.", "B.V.", "B.V.", "N.V.", "V.O.F.", "Coöperatie U.A.")
FIRST_NAMES = ("Daan", "Sanne", "Joris", "Fatima", "Anouk", "Pieter", "Zoë", "Willem", "Maryam", "Sjoerd")
CRAFTS = ("Klusbedrijf", "Fotografie", "Tekstwerk", "Timmerwerken", "Hoveniers", "Coaching")
CITIES = (
    "Amersfoort",
    "Zwolle",
    "’s-Hertogenbosch",
    "Leeuwarden",
    "Middelburg",
    "Venlo",
    "Haarlem",
    "Assen",
    "Súdwest-Fryslân",
)
#: country, its name, city, currency
ABROAD = (
    ("DE ", "Duitsland", "Köln", "EUR"),
    ("GB ", "Verenigd Koninkrijk", "Leeds", "GBP"),
    ("US ", "Verenigde Staten", "Boston", "USD"),
    ("CH ", "Zwitserland", "Zürich", "CHF"),
)

#: of the Dutch relations so many are invoiced in the division's own currency, the others in euros
OWN_CURRENCY = 0.7

#: the lists relations are classified by: name, codes
CLASSIFICATIONS = (
    ("Branche", (("BOUW", "Bouw"), ("HAND", "Handel"), ("DNST", "Diensten"))),
    ("Regio", (("N", "Noord"), ("Z", "Zuid"), ("W", "West"))),
)


#: what all relations have in common
COMMON: Row = {
    "Type": "A",
    "Blocked": False,
    "IsReseller": False,
    "IsAnonymised": 0,
    "CreditLineSales": 0,
    "CreditLinePurchase": 0,
    "DiscountSales": 0,
    "DiscountPurchase": 0,
    "Language": "NL".ljust(10),
    "LanguageDescription": "Nederlands",
    "SecurityLevel": 10,
    "InvoicingMethod": 0,
    "InvoiceAttachmentType": 1,
    "IsAccountant": 0,
    "IsAgency": 0,
    "IsCompetitor": 0,
    "IsMailing": 0,
    "IsPilot": False,
    "CanDropShip": False,
    "RecepientOfCommissions": False,
    "PurchaseLeadDays": 0,
    "ShippingLeadDays": 0,
    "GlnNumber": "",
    "OINNumber": "",
}


def fill(books: Books, count: int) -> None:
    """Add relations: half customers, half suppliers, with the classifications they carry."""
    lists = [_classification(books, sequence, name, codes) for sequence, (name, codes) in enumerate(CLASSIFICATIONS, 1)]
    for index in range(count):
        account = new_relation(books, customer=index % 2 == 0)
        for sequence, choices in enumerate(lists, 1):
            if index % 3:
                account.links[f"Classification{sequence}"] = choices[index % len(choices)]


def new_relation(books: Books, *, customer: bool) -> Record:
    """Add a customer or supplier: a company, one abroad, or a sole trader whose personal values bear the canary."""
    rng = books.rng
    code = str(books.next_number(2000, "0") + (10_000 if customer else 50_000))
    kind = rng.random()
    facts = (
        _sole_trader(rng, books) if kind < 0.2 else _company_abroad(rng, books) if kind < 0.35 else _company(rng, books)
    )
    abroad = facts["Country"] != "NL "
    facts |= {"Code": padded(code), "StartDate": books.calendar.start, "SalesCurrency": facts["PurchaseCurrency"]}
    facts |= {"Status": "C" if customer else None, "IsSales": customer, "IsSupplier": not customer}
    links = {
        "GLAR": books.gl["receivable_abroad" if abroad else "receivable"],
        "GLAP": books.gl["payable"],
        "PaymentConditionSales": _condition(books),
        "PaymentConditionPurchase": _condition(books),
    }
    return books.add("Accounts", COMMON | facts, links)


def anonymised(account: Record) -> Row:
    """Give what Exact leaves of a relation that was anonymised."""
    emptied: Row = dict.fromkeys(
        ("AddressLine1", "Email", "Phone", "Postcode", "City", "VATNumber", "ChamberOfCommerce", "SearchCode")
    )
    return emptied | {"Name": f"Anoniem {account.text('Code').strip()}", "IsAnonymised": 1}


def _condition(books: Books) -> Record:
    conditions = list(books.records("PaymentConditions").values())
    return conditions[books.rng.randrange(len(conditions))]


def _classification(books: Books, sequence: int, name: str, codes: tuple[tuple[str, str], ...]) -> list[Record]:
    header = books.add("AccountClassificationNames", {"Description": name, "SequenceNumber": sequence})
    return [
        books.add("AccountClassifications", {"Code": code, "Description": text}, {"ListName": header})
        for code, text in codes
    ]


def _company(rng: Random, books: Books) -> Row:
    name = f"{rng.choice(WORDS)} {rng.choice(TRADES)} {rng.choice(FORMS)}"
    return {
        "Name": name,
        "SearchCode": name.upper()[:12],
        "Country": "NL ",
        "CountryName": "Nederland",
        "City": rng.choice(CITIES),
        "Postcode": f"{rng.randrange(1000, 9999)} {rng.choice('ABDEGH')}{rng.choice('JKLNPR')}",
        "AddressLine1": f"{rng.choice(WORDS)}weg {rng.randrange(1, 300)}",
        "VATNumber": f"NL{rng.randrange(10**8, 10**9)}B01",
        "ChamberOfCommerce": str(rng.randrange(10**7, 10**8)),
        "PurchaseCurrency": books.currency if rng.random() < OWN_CURRENCY else "EUR",
    }


def _company_abroad(rng: Random, books: Books) -> Row:
    country, name, city, currency = rng.choice(ABROAD)
    known = currency == books.currency or currency in books.profile.foreign
    return _company(rng, books) | {
        "Name": f"{rng.choice(WORDS)} {rng.choice(('GmbH', 'Ltd', 'Inc.', 'AG'))}",
        "Country": country,
        "CountryName": name,
        "City": city,
        "VATNumber": None,
        "ChamberOfCommerce": None,
        "PurchaseCurrency": currency if known else books.currency,
    }


def _sole_trader(rng: Random, books: Books) -> Row:
    first = rng.choice(FIRST_NAMES)
    return _company(rng, books) | {
        "Name": f"{first} {CANARY} {rng.choice(CRAFTS)}",
        "SearchCode": f"{CANARY}{rng.randrange(100)}",
        "City": f"{CANARY}dam",
        "Postcode": f"{rng.randrange(1000, 9999)} {CANARY}",
        "AddressLine1": f"{CANARY}straat {rng.randrange(1, 99)}",
        "Email": f"{first.lower()}@{CANARY}.example",
        "Phone": f"06-{CANARY}-{rng.randrange(1000, 9999)}",
        "VATNumber": f"NL{CANARY}{rng.randrange(10, 99)}",
        "ChamberOfCommerce": f"{CANARY}{rng.randrange(1000)}",
    }
