"""The comparison of what was copied with what the books say. Pure: it reads nothing and decides no reading.

A year holds when for every period, account, type, status, cost centre and cost unit the copied lines and
ReportingBalance agree on sum, debit, credit and number of lines. The opening balance of an administration that was
converted into Exact stands in ReportingBalance but not among the lines: it is taken into account once the list of the
period has shown that there are no such lines, and it is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from shared.warehouse.proofs import (
    PAYABLES,
    RECEIVABLES,
    ZERO,
    Control,
    Difference,
    Figures,
    Group,
    Unbalanced,
    Unresolved,
)

#: entry type of an opening balance
OPENING_TYPE = 10
NOTHING = Figures()
#: the two sides, by G/L account type of their control accounts
SIDES = {20: RECEIVABLES, 22: PAYABLES}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One year compared: the totals of both sides, what they disagree on, and the opening taken into account."""

    copied: Figures
    reported: Figures
    differences: tuple[Difference, ...] = ()
    openings: tuple[Difference, ...] = ()
    lines: Mapping[int, int] = field(default_factory=dict)  #: lines the books have, by period

    @property
    def opening(self) -> Decimal:
        """Debit of the openings taken into account."""
        return sum((each.reported_debit for each in self.openings), ZERO)

    @property
    def holds(self) -> bool:
        """Whether both sides say the same."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Side:
    """Debtors or creditors: what the ledger says, what the open items say (debit positive), and what is in transit."""

    subject: str
    ledger: Decimal
    items: Decimal
    in_transit: Decimal

    @property
    def differences(self) -> tuple[Difference, ...]:
        """One, when they disagree."""
        if self.ledger == self.items:
            return ()
        return (Difference(kind="control", record=self.subject, copied_amount=self.ledger, reported_amount=self.items),)


def compare(
    copied: Mapping[Group, Figures], reported: Mapping[Group, Figures], known: Iterable[Difference] = ()
) -> Comparison:
    """Compare one year. `known`: opening balances that are known not to be among the lines."""
    found = [_difference(group, copied, reported) for group in _unequal(copied, reported)]
    openings = tuple(each for each in found if _as_opening(each) in known)
    left = tuple(each for each in found if each not in openings)
    return Comparison(
        copied=total(copied.values()),
        reported=total(reported.values()),
        differences=left,
        openings=tuple(map(_as_opening, openings)),
        lines=_by_period(reported),
    )


def with_opening(comparison: Comparison) -> Comparison:
    """The differences taken as an opening, if they are one: whole, balanced, and not one line of it is there."""
    found = (*map(_as_opening, comparison.differences), *comparison.openings)
    whole = all(each.type == OPENING_TYPE and not each.copied_lines for each in found)
    balanced = sum((each.reported_amount for each in found), ZERO) == ZERO
    return replace(comparison, differences=(), openings=found) if whole and balanced else comparison


def surviving(before: Iterable[Difference], now: Sequence[Difference]) -> tuple[Difference, ...]:
    """Differences seen at both looks with the same figures: what is still moving is not among them."""
    earlier = set(before)
    return tuple(each for each in now if each in earlier)


def gap(difference: Difference) -> tuple[object, ...]:
    """What makes a fault the same one later, though bookings went on: where it is, and by how much."""
    return *_place(difference), difference.copied_amount - difference.reported_amount


def same_places(before: Iterable[Difference], now: Sequence[Difference]) -> tuple[Difference, ...]:
    """Differences where there were some before, whatever their figures: what a repair left over."""
    earlier = {_place(each) for each in before}
    return tuple(each for each in now if _place(each) in earlier)


def pieces(year: str, differences: Iterable[Difference]) -> tuple[str, ...]:
    """The periods the differences lie in, as scopes of a period's list."""
    return tuple(f"{year}/{period}" for period in sorted({each.period for each in differences}))


def sides(accounts: Sequence[Control], items: Sequence[Control], openings: Iterable[Difference]) -> list[Side]:
    """Both sides. The ledger's includes openings that are not among the lines; items are turned to debit positive."""
    type_of = {each.account: each.type for each in accounts}
    brought = [
        Control(type_of[each.account], each.account, each.reported_amount)
        for each in openings
        if each.account in type_of
    ]
    return [_side(kind, subject, [*accounts, *brought], items) for kind, subject in SIDES.items()]


def total(figures: Iterable[Figures]) -> Figures:
    """All of them together."""
    summed = NOTHING
    for each in figures:
        summed = summed.plus(each)
    return summed


def entry_differences(found: Iterable[Unbalanced]) -> tuple[Difference, ...]:
    """Entries whose debit is not their credit."""
    return tuple(
        Difference(kind="entry", record=each.entry, copied_amount=each.amount, copied_lines=each.lines)
        for each in found
    )


def reference_differences(found: Iterable[Unresolved]) -> tuple[Difference, ...]:
    """Lines that name what is not there; the kind is the column."""
    return tuple(Difference(kind=each.column, record=each.reference, copied_lines=each.lines) for each in found)


def _unequal(copied: Mapping[Group, Figures], reported: Mapping[Group, Figures]) -> list[Group]:
    groups = {group for group, figures in copied.items() if reported.get(group, NOTHING) != figures}
    groups |= {group for group, figures in reported.items() if group not in copied and figures != NOTHING}
    return sorted(groups)


def _difference(group: Group, copied: Mapping[Group, Figures], reported: Mapping[Group, Figures]) -> Difference:
    ours, theirs = copied.get(group, NOTHING), reported.get(group, NOTHING)
    return Difference(
        kind="ledger",
        period=group.period,
        account=group.account,
        cost_center=group.cost_center,
        cost_unit=group.cost_unit,
        type=group.type,
        status=group.status,
        copied_amount=ours.amount,
        copied_debit=ours.debit,
        copied_credit=ours.credit,
        copied_lines=ours.lines,
        reported_amount=theirs.amount,
        reported_debit=theirs.debit,
        reported_credit=theirs.credit,
        reported_lines=theirs.lines,
    )


def _by_period(reported: Mapping[Group, Figures]) -> dict[int, int]:
    lines: Counter[int] = Counter()
    for group, figures in reported.items():
        lines[group.period] += figures.lines
    return dict(lines)


def _place(difference: Difference) -> tuple[object, ...]:
    each = difference
    return each.kind, each.period, each.account, each.cost_center, each.cost_unit, each.type, each.status, each.record


def _as_opening(difference: Difference) -> Difference:
    return replace(difference, kind="opening")


def _side(kind: int, subject: str, ledger: Sequence[Control], items: Sequence[Control]) -> Side:
    open_items = [each for each in items if each.type == kind]
    return Side(
        subject,
        sum((each.amount for each in ledger if each.type == kind), ZERO),
        -sum((each.amount for each in open_items), ZERO),
        -sum((each.in_transit for each in open_items), ZERO),
    )
