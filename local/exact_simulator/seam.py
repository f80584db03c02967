"""What the server asks of the books behind it, and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from local.exact_simulator.books.values import Value

type Row = Mapping[str, Value]


class Person(Protocol):
    """A user of Exact Online."""

    @property
    def user_id(self) -> str:
        """GUID, lower case."""

    @property
    def email(self) -> str:
        """The user name at login."""

    @property
    def password(self) -> str:
        """Plain: it is made up."""

    @property
    def full_name(self) -> str:
        """As current/Me shows it."""

    @property
    def divisions(self) -> set[int]:
        """Codes of the companies the user may open."""

    @property
    def rights(self) -> dict[int, set[str]]:
        """By division, the entities the user may NOT read."""


class Company(Protocol):
    """One division's books."""

    @property
    def code(self) -> int:
        """The number in addresses."""

    @property
    def info(self) -> dict[str, Value]:
        """All properties of system/Divisions."""

    def since(self, entity: str, version: int) -> Iterator[Row]:
        """Rows of a sync entity above a row version, ascending by it."""

    def rows(self, entity: str) -> Iterator[Row]:
        """Rows of an entity that is read whole; of TransactionLines all lines, in the regular layout."""

    def lines_of(self, year: int, period: int) -> Iterable[Row]:
        """Ledger lines of one period, in the regular layout."""

    def truth(self, entity: str) -> Iterator[Row]:
        """What the books hold of an entity, without planted differences."""

    def deleted_since(self, version: int) -> Iterator[Row]:
        """The delete log of the last two months, ascending by row version."""

    def years(self) -> list[int]:
        """Reporting years with figures."""

    def reporting_balance(self, year: int) -> Iterable[Row]:
        """Totals of one year."""

    def opening_balances(self, variant: str) -> Iterable[Row]:
        """Opening balances of a variant such as CurrentYear/AfterEntry."""


class Books(Protocol):
    """The world: users and companies."""

    now: datetime  #: naive Dutch clock, set before each change

    @property
    def users(self) -> Mapping[str, Person]:
        """By user id."""

    @property
    def divisions(self) -> Mapping[int, Company]:
        """By code."""
