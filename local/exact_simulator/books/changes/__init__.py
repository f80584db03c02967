"""Every change of the books by name, for an admin interface: JSON arguments in, a JSON result out."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from local.exact_simulator.books.division import Division
from local.exact_simulator.books.values import BooksError

from . import administration, bookings, masters

type Result = dict[str, object]

CHANGES: dict[str, Callable[..., Result]] = {
    change.__name__: change
    for change in (
        bookings.post_sale,
        bookings.post_purchase,
        bookings.post_bank,
        bookings.post_memorial,
        bookings.change_line,
        bookings.process_entry,
        bookings.delete_entry,
        bookings.match,
        bookings.unmatch,
        bookings.select_term,
        bookings.pay_term,
        masters.new_account,
        masters.rename_account,
        masters.anonymise_account,
        masters.delete_account,
        masters.rename_gl,
        masters.remap_gl,
        masters.new_row,
        masters.change_row,
        masters.delete_row,
        administration.move,
        administration.hr_link,
        administration.block,
        administration.unblock,
        administration.archive,
        administration.rename,
        administration.commit_late,
        administration.plant_cent,
        administration.heal,
    )
}
#: what a working day brings, with its weight; blocks and planted differences never come by chance
LIKELY = {
    "post_sale": 12,
    "post_purchase": 8,
    "post_bank": 10,
    "post_memorial": 4,
    "change_line": 4,
    "process_entry": 6,
    "delete_entry": 3,
    "match": 3,
    "unmatch": 2,
    "select_term": 2,
    "pay_term": 2,
    "new_account": 2,
    "rename_account": 2,
    "anonymise_account": 1,
    "delete_account": 1,
    "rename_gl": 1,
    "remap_gl": 1,
    "new_row": 2,
    "change_row": 2,
    "delete_row": 1,
    "commit_late": 1,
    "move": 1,
}


def random_change(division: Division, rng: Random | None = None) -> Result:
    """Make one likely change, drawn from `rng` or the books' own source; one the books have nothing for is redrawn."""
    names, weights = list(LIKELY), list(LIKELY.values())
    while True:
        name = (rng or division.books.rng).choices(names, weights)[0]
        try:
            return {"change": name, **CHANGES[name](division)}
        except BooksError:
            continue


CHANGES["random_change"] = random_change

__all__ = ["CHANGES", "LIKELY", "random_change"]
