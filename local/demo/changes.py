"""What happens at the source between the first and the second run, a row each.

Lists without row versions are read once a day, so they change in the division that is moved: that one is read in full.
Nothing is deleted there before the move: rows gone from a full reading would be asked for twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from local.demo.exact import Exact


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the books: in words, and as the simulator's admin knows it."""

    words: str
    name: str
    arguments: dict[str, object] = field(default_factory=dict)


#: in the division that stays where it is
QUIET = (
    Change("a sales invoice of three lines", "post_sale", {"lines": 3}),
    Change("a purchase invoice", "post_purchase"),
    Change("a credit note to a customer", "post_sale", {"credit": True}),
    Change("a bank statement that pays an open item", "post_bank"),
    Change("a payment that is not allocated", "post_bank", {"allocate": False, "percent": 40}),
    Change("a memorial entry", "post_memorial"),
    Change("the amount of a memorial line changed, and of the one against it", "change_line", {"amount": "77.70"}),
    Change("an open entry processed", "process_entry"),
    Change("an entry deleted, its payment terms with it", "delete_entry"),
    Change("a second one deleted", "delete_entry"),
    Change("an open item and its payment matched", "match"),
    Change("a settlement undone", "unmatch"),
    Change("a new relation", "new_account"),
    Change("a relation renamed: its lines show it, without a new version", "rename_account"),
    Change("a relation anonymised: its names are wiped from the copy", "anonymise_account"),
    Change("a G/L account renamed", "rename_gl"),
    Change("an entry committed late, below versions already read", "commit_late"),
    Change("the company renamed", "rename", {"name": "Nieuwe Naam B.V."}),
)
#: in the division that is then moved to another database of Exact's
MOVED = (
    Change("a sales invoice", "post_sale"),
    Change("a new cost centre", "new_row", {"entity": "Costcenters"}),
    Change("a budget raised", "change_row", {"entity": "Budgets"}),
    Change("a G/L account mapped to another heading", "remap_gl"),
    Change("MOVED: every row version is given anew, and lower", "move"),
)
#: for the one who wants to see it found
CENT = Change("one cent more than booked in a line as it is served", "plant_cent")


def make(exact: Exact, division: int, changes: Iterable[Change], tell: Callable[[str], None]) -> None:
    """Make changes in a division's books. Raises DemoFailedError when the books do not take one."""
    for change in changes:
        exact.change(division, change.name, **change.arguments)
        tell(change.words)
