"""Faults that are events at the source: what happens in the books or among the users just before a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.exact_simulator.books.changes import CHANGES
from local.exact_simulator.books.values import BooksError
from local.exact_simulator.fault import Scene
from local.exact_simulator.fault_pages import row_ids
from local.exact_simulator.reply import Reply
from local.exact_simulator.seam import Company

#: by list, the change that gives a row a new version, and the argument that names the row
RISING = {
    "TransactionLines": ("change_line", "line"),
    "Accounts": ("rename_account", "account"),
    "GLAccounts": ("rename_gl", "gl"),
}


def changed(scene: Scene) -> Reply:
    """Make the change `name` with its `arguments` first."""
    return _after(scene, scene.fault.name, **scene.fault.arguments)


def moved(scene: Scene) -> Reply:
    """Move the division to another database first: all its row versions are given anew, and lower."""
    return _after(scene, "move")


def committed_late(scene: Scene) -> Reply:
    """Commit an entry first whose lines have versions below those of the newest `rows` lines."""
    return _after(scene, "commit_late", rows_back=scene.fault.rows)


def risen(scene: Scene) -> Reply:
    """Change a row of the page before it first: it comes once more, with a higher version, before the list's end.

    Where the books are closed for all of that page, another row of the list rises.
    """
    found, company = scene.route, scene.company
    if company is None or found is None or found.entity is None or scene.before is None:
        return scene.answer()
    change, argument = RISING[found.entity.name]
    handed_out = reversed(row_ids(scene.before))
    if not any(_takes(company, change, {argument: row_id}) for row_id in handed_out):
        _takes(company, change, {})
    return scene.answer()


def right_lost(scene: Scene) -> Reply:
    """Take the right to read the list from the user first: it is empty from now on, with status 200."""
    found = scene.route
    if scene.person is not None and found is not None and found.entity is not None and found.division is not None:
        scene.person.rights.setdefault(found.division, set()).add(found.entity.name)
    return scene.answer()


def _takes(company: Company, change: str, arguments: dict[str, str]) -> bool:
    """Make a change; whether the books took it."""
    make: Callable[..., object] = CHANGES[change]
    try:
        make(company, **arguments)
    except BooksError:
        return False
    return True


def _after(scene: Scene, change: str, **arguments: Any) -> Reply:
    make: Callable[..., object] = CHANGES[change]
    if scene.company is not None:
        make(scene.company, **arguments)
    return scene.answer()
