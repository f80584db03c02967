"""What comes back every month, quarter and year: opening, wages, depreciation, VAT return, year end."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from .books import Books
from .closing import close_year
from .fiscal import DAY
from .payments import Payments
from .records import Entry, Record
from .statements import memorial

CLOSED_AFTER = timedelta(days=75)
#: role, cents (debit above zero); adds up to zero
OPENING = (
    ("fixed_assets", 4_850_000),
    ("depreciated", -1_230_000),
    ("bank", 6_412_350),
    ("savings", 1_500_000),
    ("stock", 2_204_075),
    ("capital", -1_800_000),
    ("retained", -8_936_425),
    ("loan", -3_000_000),
)


class Routine:
    """Books the recurring entries of a company, each once."""

    def __init__(self, books: Books, payments: Payments) -> None:
        self._books = books
        self._payments = payments
        self._done: set[tuple[str, int, int]] = set()
        self._counted = 0  # entries already in a VAT return

    def open_books(self) -> None:
        """Book the opening balance, or in a converted administration keep it outside the lines."""
        books = self._books
        if books.profile.opening == "converted":
            books.opening = {books.gl[role].id: cents for role, cents in OPENING}
        else:
            amounts = [(books.gl[role], cents, "Beginbalans") for role, cents in OPENING]
            memorial(books, books.calendar.start, amounts, kind=10, status=50)

    def day(self, day: date, *, room: bool) -> None:
        """Do what a day asks for; wages and depreciation only where there is room for more lines."""
        if day.month % 3 == 1 and day.day < 8 and self._first_time("vat", day):
            self._vat_return(day.replace(day=1) - DAY)
        if room and day.day >= 24 and self._first_time("month", day):
            self._month(day)
        for year in self._books.calendar.years[:-1]:
            if year not in self._books.closed_years and day >= self._books.calendar.of(year)[-1].end + CLOSED_AFTER:
                close_year(self._books, year, self._books.profile.closing[year != self._books.calendar.years[0]])

    def _first_time(self, what: str, day: date) -> bool:
        mark = (what, day.year, day.month)
        new = mark not in self._done
        self._done.add(mark)
        return new

    def _month(self, day: date) -> None:
        gl, text = self._books.gl, f"Lonen {day:%m-%Y}"
        costs = [(gl["wages"], 540_000, text), (gl["wages"], 815_050, text), (gl["social"], 271_010, text)]
        owed = [(gl["wage_tax"], -612_010, text), (gl["wages_due"], -1_014_050, text)]
        wages = memorial(self._books, day, [*costs, *owed], kind=170)
        for line, center in zip(wages.lines, ("VERK", "PROD"), strict=False):
            line.cost_center = self._books.by_code("Costcenters", center)
        worn = [(gl["depreciation"], 75_000, "Afschrijving"), (gl["depreciated"], -75_000, "Afschrijving")]
        memorial(self._books, day, worn, kind=70)
        self._payments.also(gl["wages_due"], -1_014_050, text)
        self._payments.also(gl["wage_tax"], -612_010, f"Loonheffing {day:%m-%Y}")

    def _vat_return(self, day: date) -> None:
        entries = list(self._books.entries.values())
        taxes = _vat_of(entries[self._counted :])
        self._counted = len(entries)
        if not taxes or day < self._books.calendar.start:
            return
        text, owed = f"Btw-aangifte t/m {day:%d-%m-%Y}", sum(taxes.values())
        amounts = [(gl, -cents, text) for gl, cents in taxes.items()] + [(self._books.gl["vat_return"], owed, text)]
        memorial(self._books, day, [row for row in amounts if row[1]], kind=50)
        if owed:
            self._payments.also(self._books.gl["vat_return"], owed, text)


def _vat_of(entries: list[Entry]) -> dict[Record, int]:
    taxes: dict[Record, int] = defaultdict(int)
    for entry in entries:
        if entry.type in {20, 21, 30, 31}:
            for line in entry.lines:
                if line.gl.facts["Type"] == 24:
                    taxes[line.gl] += line.dc
    return taxes
