"""What a stream is: the words of the catalogue, with no stream in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Word(StrEnum):
    """The type of a column. Each destination has its own form for each word, in one table."""

    KEY = "key"  # a GUID, lower case text of 36 characters
    CODE = "code"  # short text that identifies: trimmed of the API's padding, never a number
    TEXT = "text"  # free text of any length
    DAY = "day"  # calendar day
    LOCAL_TIME = "local_time"  # Exact's naive local clock (Created, Modified), to the millisecond
    VERSION = "version"  # 64-bit row version or hid
    MONEY = "money"  # amount, scale 4
    RATE = "rate"  # exchange rate or fraction, scale 9
    QUANTITY = "quantity"  # scale 6
    FLAG = "flag"  # yes or no
    NUMBER = "number"  # 32-bit integer


#: digits behind the decimal point that are stored; what lies beyond must be the noise of a double (rule 9)
SCALE = {Word.MONEY: 4, Word.RATE: 9, Word.QUANTITY: 6}


class Purpose(StrEnum):
    """Why a column is read. A closed list: a column that fits none of them is not copied (rule 13)."""

    IDENTITY = "identity"  # keys, versions, the links between records
    LEDGER = "ledger"  # amounts, periods, accounts of the books
    OPEN_ITEMS = "open items"  # what is owed, since when, until when
    TAX = "tax"
    NAMING = "naming"  # codes and descriptions shown in a report
    ANALYSIS = "analysis"  # cost centre, project, item, classification
    STATE = "state"  # blocked, active, archived; dates of validity
    TRACE = "trace"  # created, modified: when a record came to be


class Kind(StrEnum):
    """How a stream is read (design §6)."""

    CHANGES = "changes"  # sync/…: 1,000 a page, by row version
    SNAPSHOT = "snapshot"  # a scope read completely, swept of what two readings lack
    TOTALS = "totals"  # a scope read completely, replaced with its last page
    PART = "part"  # a piece of a changes stream listed anew, to mend what a proof found wrong


@dataclass(frozen=True, slots=True)
class Column:
    """One column: Exact's own name and our type word.

    `derived`: copied from another record, goes stale without a new version; no view uses it.
    `soft`: can name a person; overwritten when the relation it belongs to is anonymised.
    """

    name: str
    word: Word
    purpose: Purpose
    derived: bool = False
    soft: bool = False


@dataclass(frozen=True)
class Stream:
    """One entity of the API that is copied on its own."""

    name: str
    path: str  #: below /api/v1/, with {division} and, where scoped, {scope}; casing as documented
    kind: Kind
    columns: tuple[Column, ...]
    rights: str  #: endpoint name asked of users/UserHasRights
    scope_group: str  #: the app scope at Exact that admits it
    key: tuple[str, ...] = ("ID",)
    version: str | None = None  #: column with the row version ("Timestamp") of a changes stream
    deleted_type: int | None = None  #: EntityType in sync/Deleted
    every_days: int = 1  #: a snapshot is due again after this many days
    scopes: tuple[str, ...] = ("",)  #: fixed scopes, each read (and replaced) on its own
    scope_column: str | None = None  #: column whose values are the scopes, when they come from the books (years)
    scope_filter: str = ""  #: $filter of one scope, with {scope}, or {0}, {1} for its parts between "/"
    part_of: Stream | None = None  #: of a part: the stream whose rows it lists again
    part_columns: tuple[str, ...] = ()  #: of a part: the columns whose values, joined by "/", are its scope
    person: str | None = None  #: column with the relation's id whose anonymisation clears the soft columns
    history: bool = False  #: superseded versions are kept (from run, to run)
    by_division: bool = True  #: False: keyed without the division (Divisions itself)
    page_size: int = 60
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each column in a row."""
        return {name: position for position, name in enumerate(self.names)}
