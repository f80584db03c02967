"""What the demo ends with: what was found, what it cost, where to look."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from rich.table import Table

from local.compare import Difference
from local.demo import balances
from local.demo.acts import Found
from local.demo.balances import Balanced, Place, Sums
from local.demo.screen import Screen
from local.demo.stage import ENVIRONMENT_FILE, Stage

#: differences that are shown one by one
SHOWN = 10

#: revenue by year; amounts are whole numbers of a 10,000th of a euro in SQLite, which has no decimals
QUERY = (
    "SELECT l._division, l.FinancialYear, COUNT(*), ROUND(-SUM(l.AmountDC) / 10000.0, 2) "
    "FROM exact_TransactionLines l JOIN exact_GLAccounts g ON g._division = l._division AND g.ID = l.GLAccount "
    "WHERE g.Type = 110 GROUP BY 1, 2"
)


def report(screen: Screen, found: Found) -> None:
    """Both totals, and every difference that fits on a screen."""
    screen.show(_totals(found.balanced))
    _differences(screen, found.compared.differences)
    for each in found.balanced:
        _unbalanced(screen, each, each.differing)


def conclude(stage: Stage, found: Found, *, fewest: bool) -> None:
    """The summary."""
    screen = stage.screen
    screen.act("Summary")
    facts = Table.grid(padding=(0, 3))
    for name, value in _facts(stage, found, fewest=fewest):
        facts.add_row(f"[bold]{name}[/bold]", value)
    screen.show(facts)
    python = _near(Path(sys.executable))
    screen.say("\nA query to try (revenue by division and year):")
    screen.say(f"  {python} -m sqlite3 {_near(stage.copy.file)} \\\n    {shlex.quote(QUERY)}")
    screen.say("The operator's command line on this copy:")
    told = _near(stage.options.folder / ENVIRONMENT_FILE)
    screen.say(f"  (. {told}; {python} -m qics sync status demo)")


def _facts(stage: Stage, found: Found, *, fewest: bool) -> Iterable[tuple[str, str]]:
    compared, differences = found.compared, found.differences
    colour = "red" if differences else "green"
    account = stage.copy.account()
    yield "Runs", f"{len({each.run for each in account})}, one of them for the list of divisions"
    yield "Calls to Exact", f"{sum(each.calls for each in account):,} for {sum(each.rows for each in account):,} rows"
    yield "Fewest calls", "yes, to the call" if fewest else "[red]no[/red]"
    yield "Rows compared", f"{compared.rows:,} ({compared.values:,} values)"
    yield "Balances compared", f"{sum(len(each.exact) for each in found.balanced):,} of a year, period and account"
    yield "Differences", f"[{colour}]{differences}[/{colour}]"
    seconds = list(stage.screen.seconds.values())[:-1]  # the last act is this one
    yield "Time", f"{sum(seconds):.0f} s, act by act: " + " · ".join(f"{each:.0f}" for each in seconds)
    yield "The copy", _near(stage.copy.file)


def _totals(balanced: Iterable[Balanced]) -> Table:
    table = Table("Division", "", box=None, pad_edge=False, header_style="bold")
    for name in ("Debit", "Credit", "Lines", "Balances"):
        table.add_column(name, justify="right")
    for each in balanced:
        sides = (("the copied lines", each.copied), ("Exact's own balance", each.exact))
        for name, side in sides:
            _add(table, str(each.division), name, balances.total(side), f"{len(side):,}")
        if each.outside.lines:
            _add(table, str(each.division), "Exact's opening, in no line", each.outside, "")
    return table


def _add(table: Table, division: str, name: str, sums: Sums, places: str) -> None:
    table.add_row(division, name, _euro(sums.debit), _euro(sums.credit), f"{sums.lines:,}", places)


def _differences(screen: Screen, found: list[Difference]) -> None:
    for each in found[:SHOWN]:
        what = f"{each.stream} {'/'.join(map(str, each.key))} {each.column or 'row'}"
        screen.say(f"✗ {what}: copied {each.copied}, booked {each.booked}", "red")
    if len(found) > SHOWN:
        screen.say(f"✗ and {len(found) - SHOWN:,} more", "red")


def _unbalanced(screen: Screen, of: Balanced, places: list[Place]) -> None:
    for place in places[:SHOWN]:
        copied, exact = of.copied.get(place, Sums()), of.exact.get(place, Sums())
        by = (copied.debit - copied.credit) - (exact.debit - exact.credit)
        screen.say(
            f"✗ {of.division}, {place.year} period {place.period}, account {place.account}: {_euro(by)} apart", "red"
        )
    if len(places) > SHOWN:
        screen.say(f"✗ and {len(places) - SHOWN:,} more balances of {of.division}", "red")


def _euro(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def _near(path: Path) -> str:
    """A path as short as a shell takes it from here; with a slash, so that it is not looked for elsewhere."""
    here = Path.cwd()
    return shlex.quote(f"./{path.relative_to(here)}" if path.is_relative_to(here) else str(path))
