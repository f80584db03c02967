"""Changes of master data: new, renamed, anonymised and deleted records, rows of snapshot entities."""

from __future__ import annotations

from decimal import Decimal

from local.exact_simulator.books import relations
from local.exact_simulator.books.division import Division
from local.exact_simulator.books.values import BooksError, Row, Value

from . import choices

type Result = dict[str, object]

#: entities whose rows people add, change and delete by hand
EDITABLE = (
    "Costcenters",
    "Costunits",
    "Journals",
    "VATCodes",
    "Budgets",
    "ExchangeRates",
    "PaymentConditions",
    "AccountClassifications",
    "ItemGroups",
    "GLAccounts",
    "GLClassifications",
    "Items",
    "Projects",
)
#: how long the codes of an entity may be; six elsewhere
WIDTHS = {"Journals": 2, "VATCodes": 3, "PaymentConditions": 2, "Costcenters": 8, "Costunits": 8}
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def new_account(division: Division, *, customer: bool = True) -> Result:
    """Add a relation."""
    return {"id": relations.new_relation(division.books, customer=customer).id}


def rename_account(division: Division, account: str | None = None, name: str | None = None) -> Result:
    """Rename a relation: only its own row gets a new version, rows that show its name do not."""
    return _rename(division, "Accounts", "Name", account, name)


def rename_gl(division: Division, gl: str | None = None, name: str | None = None) -> Result:
    """Rename a G/L account."""
    return _rename(division, "GLAccounts", "Description", gl, name)


def anonymise_account(division: Division, account: str | None = None) -> Result:
    """Anonymise a relation: its personal values are emptied, IsAnonymised becomes 1."""
    chosen = choices.record(division.books, "Accounts", account, lambda record: not record.facts["IsAnonymised"])
    division.books.change("Accounts", chosen, relations.anonymised(chosen))
    return {"id": chosen.id}


def delete_account(division: Division, account: str | None = None) -> Result:
    """Delete a relation the books do not use."""
    return delete_row(division, "Accounts", account)


def new_row(division: Division, entity: str | None = None) -> Result:
    """Add a row to an entity, modelled on one that is there, with an unused code."""
    books = division.books
    name = _editable(division, entity)
    model = choices.record(books, name, None, lambda record: "Division" not in record.facts)
    facts: Row = dict(model.facts)
    if "Code" in facts:
        facts["Code"] = _unused_code(division, name)
    if "Description" in facts:
        facts["Description"] = f"Nieuw, naar {str(facts['Description'])[:30]}"
    if "HID" in facts:
        facts["HID"] = 1 + max(record.number("HID") for record in books.records(name).values())
    return {"entity": name, "id": books.add(name, facts, dict(model.links)).id}


def change_row(
    division: Division, entity: str | None = None, row: str | None = None, description: str | None = None
) -> Result:
    """Change the description of a row; a budget gets a new amount, an exchange rate a new rate."""
    books = division.books
    name = _editable(division, entity)
    chosen = choices.record(books, name, row)
    if prop := next((prop for prop in ("AmountDC", "Rate") if prop in chosen.facts), None):
        books.change(name, chosen, {prop: _raised(chosen.facts[prop])})
    else:
        books.change(name, chosen, {"Description": description or _fresh(division, chosen.text("Description"))})
    return {"entity": name, "id": chosen.id}


def delete_row(division: Division, entity: str | None = None, row: str | None = None) -> Result:
    """Delete a row nothing refers to."""
    books = division.books
    name = entity if entity == "Accounts" else _editable(division, entity)
    used = books.references()
    chosen = choices.record(books, name, row, lambda record: record.id not in used and "Division" not in record.facts)
    if chosen.id in used:
        raise BooksError(f"row {chosen.id} of {name} is in use: delete one nothing refers to")
    books.remove(name, chosen.id)
    return {"entity": name, "id": chosen.id}


def remap_gl(division: Division, mapping: str | None = None) -> Result:
    """Map a G/L account to another element of the same scheme; mappings carry no row version."""
    books = division.books
    chosen = choices.record(books, "GLAccountClassificationMappings", mapping)
    scheme = chosen.links["GLScheme"].id
    others = (
        node
        for node in books.records("GLClassifications").values()
        if node.facts["TaxonomyNamespace"] == scheme and node is not chosen.links["Classification"]
    )
    chosen.links["Classification"] = choices.draw(books, others, "other element of the scheme")
    return {"id": chosen.id}


def _rename(division: Division, entity: str, prop: str, record_id: str | None, name: str | None) -> Result:
    chosen = choices.record(division.books, entity, record_id)
    division.books.change(entity, chosen, {prop: name or _fresh(division, chosen.text(prop))})
    return {"id": chosen.id}


def _raised(value: Value) -> Decimal:
    return (value if isinstance(value, Decimal) else Decimal(0)) + 1


def _fresh(division: Division, text: str) -> str:
    return f"{text.split(' *', maxsplit=1)[0]} *{division.books.next_number(2000, '1') % 100000}"


def _editable(division: Division, entity: str | None) -> str:
    if entity is not None and entity not in EDITABLE:
        raise BooksError(f"rows of {entity} are not edited by hand: choose one of {', '.join(EDITABLE)}")
    return entity or choices.draw(division.books, EDITABLE, "entity")


def _unused_code(division: Division, entity: str) -> str:
    taken = {str(record.facts["Code"]).strip() for record in division.books.records(entity).values()}
    width = WIDTHS.get(entity, 6)
    while True:
        code = "".join(division.books.rng.choice(_LETTERS) for _ in range(min(width, 6)))
        if code not in taken:
            return code
