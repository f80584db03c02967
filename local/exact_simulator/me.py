"""The one row of current/Me."""

from __future__ import annotations

from collections.abc import Sequence

from local.exact_simulator.books.values import Value
from local.exact_simulator.clock import DUTCH, Clock
from local.exact_simulator.schema import entity
from local.exact_simulator.seam import Company, Person

_NOBODY = "00000000-0000-0000-0000-000000000000"


def me(person: Person, companies: Sequence[Company], clock: Clock) -> dict[str, Value]:
    """Give the user as Exact shows them; every property is there, those we know nothing of are empty."""
    first = companies[0].info if companies else {}
    offset = clock().astimezone(DUTCH).utcoffset()
    known: dict[str, Value] = {
        "CurrentDivision": first.get("Code"),
        "AccountingDivision": first.get("Code"),
        "DivisionCustomer": first.get("Customer"),
        "DivisionCustomerCode": first.get("CustomerCode"),
        "DivisionCustomerName": first.get("CustomerName"),
        "UserID": person.user_id,
        "UserName": person.email,
        "Email": person.email,
        "FullName": person.full_name,
        "LanguageCode": "nl-NL",
        "Legislation": "1",
        "EmployeeID": _NOBODY,
        "ServerTime": clock.local().isoformat(timespec="seconds"),
        "ServerUtcOffset": int(offset.total_seconds()) if offset else 0,
    }
    return dict.fromkeys(entity("Me").properties) | known
