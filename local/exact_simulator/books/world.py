"""A world: users of Exact Online and the divisions they reach, built from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random

from . import masterdata, planning, relations
from .books import Books
from .division import Division
from .fiscal import FiscalCalendar
from .history import History
from .profiles import Profile, profile
from .rates import Rates
from .render import blank
from .values import CANARY, Ids, Moment, Row, padded

#: relations per company: at least so many, and one more for so many lines, up to a limit
FEWEST_RELATIONS, LINES_PER_RELATION, MOST_RELATIONS = 24, 400, 1500


@dataclass(slots=True)
class User:
    """A person who can sign in. `denied` names, by division, the entities this user has no right to read."""

    user_id: str
    email: str
    password: str
    full_name: str
    divisions: set[int]
    rights: dict[int, set[str]] = field(default_factory=dict)


class World:
    """Everything behind one Exact Online host: the same arguments give the same world, to the byte.

    `lines` is the number of ledger lines over all companies; `today` is the day the books have reached.
    """

    def __init__(self, seed: int, lines: int, today: date, companies: int = 2) -> None:
        rng = Random(seed)
        self._moment = Moment(datetime.combine(today, time(9)))
        self.divisions: dict[int, Division] = {}
        licence = _licence(Ids(rng))
        for index in range(companies):
            share = lines // companies + (index < lines % companies)
            self._add_company(profile(index), index, Random(rng.getrandbits(64)), licence, share, today)
        self._moment.now = datetime.combine(today, time(9))
        self.users = _users(rng, self.divisions)

    @property
    def now(self) -> datetime:
        """The clock of the books, naive Dutch local time."""
        return self._moment.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._moment.now = moment

    def _add_company(self, company: Profile, index: int, rng: Random, licence: Row, lines: int, today: date) -> None:
        calendar = FiscalCalendar(company.first_month, company.years, today)
        self._moment.now = datetime.combine(calendar.start, time(0, 5))
        books = Books(2_000_000 + index * 1000 + rng.randrange(1000), company, calendar, rng, self._moment)
        masterdata.fill(books)
        planning.fill(books)
        relations.fill(books, min(FEWEST_RELATIONS + lines // LINES_PER_RELATION, MOST_RELATIONS))
        rates = Rates(books, today)
        History(books, rates, lines, today).live()
        self.divisions[books.code] = Division(books, rates, _info(books, index, licence))


def _licence(ids: Ids) -> Row:
    return {"Customer": ids.new(), "CustomerCode": padded("1265594"), "CustomerName": "Voorbeeldgroep B.V."}


def _info(books: Books, index: int, licence: Row) -> Row:
    company, start = books.profile, books.calendar.start
    return blank("Divisions", licence) | {
        "Code": books.code,
        "Hid": 1 + index,
        "Description": company.name,
        "Country": "NL ",
        "Currency": company.currency,
        "Legislation": "NL ",
        "Status": 1,
        "BlockingStatus": 0,
        "ArchiveDate": None,
        "DivisionMoveDate": None,
        "DivisionHRLinkUnlinkDate": None,
        "StartDate": start,
        "IsMainDivision": index == 0,
        "IsPracticeDivision": False,
        "IsDossierDivision": False,
        "IsHRDivision": False,
        "Current": index == 0,
        "VATNumber": f"NL{800_000_000 + books.code}B01",
        "ChamberOfCommerceNumber": str(50_000_000 + books.code),
        "SiretNumber": "",
        "Email": f"boekhouding@{CANARY}.example",
        "Phone": f"020-{CANARY}",
        "City": "Amersfoort",
        "TemplateCode": "NL_Base",
        "Creator": licence["Customer"],
        "CreatorFullName": "Exact Online",
        "Modifier": licence["Customer"],
        "ModifierFullName": f"Jan {CANARY}",
        "Created": datetime.combine(start, time(0, 5)),
        "Modified": datetime.combine(start, time(0, 5)),
    }


def _users(rng: Random, divisions: dict[int, Division]) -> dict[str, User]:
    """Give one user who reaches every division, and one who reaches only the last and may not read its budgets."""
    ids, codes = Ids(rng), list(divisions)
    users = [
        User(
            ids.new(),
            f"koppeling@{CANARY}.example",
            f"{CANARY}-{rng.getrandbits(40)}",
            f"Koppeling {CANARY}",
            set(codes),
        ),
        User(
            ids.new(),
            f"petra@{CANARY}.example",
            f"{CANARY}-{rng.getrandbits(40)}",
            f"Petra {CANARY}",
            {codes[-1]},
            {codes[-1]: {"Budgets", "BudgetScenarios"}},
        ),
    ]
    return {user.user_id: user for user in users}
