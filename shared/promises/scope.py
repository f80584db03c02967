"""SCOPE and OWN: what is read, what is stored of it, and whether it can be taken along."""

from __future__ import annotations

import re

from sqlalchemy import select

from shared.errors import Broken
from shared.promises.model import Seen, judged
from shared.promises.premises import ALL_STREAMS, Premises, Visit
from shared.register.schema import calls
from shared.streams import CATALOGUE
from shared.streams.model import Stream
from shared.warehouse.protocol import Warehouse

#: what of Exact's API is financial; written apart from the catalogue, so that a stream added there is asked for here
FINANCIAL = (
    "sync/Financial/",
    "sync/Cashflow/",
    "sync/CRM/Accounts",
    "sync/Project/Projects",
    "sync/Logistics/Items",
    "sync/Deleted",
    "financial/",
    "financialtransaction/",
    "openingbalance/",
    "cashflow/",
    "budget/",
    "beta/budget/",
    "vat/",
    "general/Currencies",
    "crm/AccountClassification",
    "hrm/Costcenters",
    "hrm/Costunits",
    "logistics/ItemGroups",
    "system/Divisions",
)
#: asked for besides lists: who consents, and what that user may read
QUESTIONS = {"current/Me", "users/UserHasRights"}
#: columns about people, and notes in which anything may stand (rule 13)
PERSONAL = re.compile(
    r"e?mail|phone|mobile|fax|bsn|socialsec|birth|iban|bankaccount|notes?$|remark|creator|modifier|contact|firstname"
    r"|lastname|initials|gender|passport",
    re.IGNORECASE,
)
#: tables of rows from Exact; the others hold what the loop keeps, ids and versions
FROM_EXACT = re.compile(r"(?:exact|stage|history)[._](\w+)")


def catalogue(premises: Premises) -> Seen:
    """SCOPE: every list that can be asked for is financial, and no column is about people."""
    foreign = {stream.name for stream in premises.streams if not _path(stream).startswith(FINANCIAL)}
    personal = {
        f"{stream.name}.{name}" for stream in premises.streams for name in stream.names if PERSONAL.search(name)
    }
    return judged(len(premises.streams), foreign | personal)


def endpoints(premises: Premises) -> Seen:
    """SCOPE: every call on record asked for a financial list, or a question that lists need."""
    with premises.register.database.read() as connection:
        asked = set(connection.scalars(select(calls.c.endpoint).distinct()))
    return judged(len(asked), {each for each in asked if each not in QUESTIONS and not each.startswith(FINANCIAL)})


def stored_columns(visit: Visit) -> Seen:
    """SCOPE: a tenant's tables of Exact's rows have the catalogue's columns, our own (_…), and no others."""
    found = visit.premises.columns(visit.tenant)
    allowed = {stream.name: set(stream.names) for stream in ALL_STREAMS}
    broken, looked = set(), 0
    for table, columns in found.items():
        match = FROM_EXACT.fullmatch(table)
        if match is None:
            continue
        looked += len(columns)
        strange = {name for name in columns if not name.startswith("_")} - allowed.get(match[1], set())
        broken |= {f"{table}.{name}" for name in strange}
    return judged(looked, broken)


def take_out(visit: Visit) -> Seen:
    """OWN: every list of every division can be read out of the tenant's database, which is what a take-out does."""
    divisions = [each.division for each in visit.premises.register.divisions.of(visit.tenant.tenant)]
    lists = [(stream, code) for stream in CATALOGUE.values() for code in divisions]
    unreadable = {f"{stream.name}/{code}" for stream, code in lists if not _readable(visit.warehouse, stream, code)}
    return judged(len(lists), unreadable)


def _readable(warehouse: Warehouse, stream: Stream, division: int) -> bool:
    rows = warehouse.read_rows(stream, division)
    try:
        next(rows, None)
    except Broken:
        return False
    finally:
        close = getattr(rows, "close", None)
        if close is not None:
            close()
    return True


def _path(stream: Stream) -> str:
    return stream.path.replace("{division}/", "").replace("//", "/")
