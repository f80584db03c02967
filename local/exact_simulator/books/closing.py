"""Year end: result accounts to retained earnings; some companies also close and reopen the balance sheet."""

from __future__ import annotations

from collections import defaultdict

from .books import Books
from .records import Record
from .statements import memorial

#: which accounts an entry type empties into retained earnings: balance type, and the G/L types it takes (None: all)
RESULT_CLOSINGS = {310: None, 326: None, 322: frozenset({110}), 323: frozenset({111, *range(120, 161)})}
NAMES = {
    310: "Periodeafsluiting",
    322: "Omzet naar brutowinst",
    323: "Kosten naar brutowinst",
    326: "Resultaat naar balans",
    327: "Eindbalans",
    328: "Beginbalans",
}


def close_year(books: Books, year: int, kinds: tuple[int, ...]) -> None:
    """Book the closing entries of a year, in its last period; 328 goes to the first period of the next."""
    results, balances = _balances(books, year)
    last, following = books.calendar.of(year)[-1], books.calendar.of(year + 1)
    profit = 0
    for kind in (kind for kind in kinds if kind in RESULT_CLOSINGS):
        taken = RESULT_CLOSINGS[kind]
        amounts = [
            (gl, -cents, NAMES[kind])
            for gl, cents in results.items()
            if cents and (taken is None or gl.number("Type") in taken)
        ]
        total = -sum(cents for _, cents, _ in amounts)
        profit += total
        if amounts:
            _book(books, kind, [*amounts, (books.gl["retained"], total, NAMES[kind])], (last.year, last.number))
    balances[books.gl["retained"]] += profit
    for kind, sign, period in ((327, -1, last), (328, 1, following[0])):
        if kind in kinds:
            amounts = [(gl, sign * cents, NAMES[kind]) for gl, cents in balances.items() if cents]
            _book(books, kind, amounts, (period.year, period.number))
    books.closed_years.add(year)


def _balances(books: Books, year: int) -> tuple[dict[Record, int], dict[Record, int]]:
    """Results of the year, and balance sheet accounts as they stand at its end (carried over entries aside)."""
    accounts = books.records("GLAccounts")
    results: dict[Record, int] = defaultdict(int)
    balances: dict[Record, int] = defaultdict(int, {accounts[gl_id]: cents for gl_id, cents in books.opening.items()})
    for entry in books.entries.values():
        if entry.year <= year and entry.type not in {327, 328}:
            for line in entry.lines:
                if line.gl.facts["BalanceType"] == "B":
                    balances[line.gl] += line.dc
                elif entry.year == year:
                    results[line.gl] += line.dc
    return results, balances


def _book(books: Books, kind: int, amounts: list[tuple[Record, int, str]], year_period: tuple[int, int]) -> None:
    period = next(period for period in books.calendar.of(year_period[0]) if period.number == year_period[1])
    day = period.start if kind == 328 else period.end
    memorial(books, day, amounts, kind=kind, status=50, year_period=year_period)
