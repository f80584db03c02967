"""Faults that are events at the source: what happens in the books or among the users just before a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.exact_simulator.books.changes import CHANGES
from local.exact_simulator.fault import Scene
from local.exact_simulator.fault_pages import row_ids
from local.exact_simulator.reply import Reply

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
    """Change a row of the page before it first: it comes once more, with a higher version, before the list's end."""
    found = scene.route
    handed_out = row_ids(scene.before) if scene.before else []
    if found is None or found.entity is None or not handed_out:
        return scene.answer()
    change, argument = RISING[found.entity.name]
    return _after(scene, change, **{argument: handed_out[0]})


def right_lost(scene: Scene) -> Reply:
    """Take the right to read the list from the user first: it is empty from now on, with status 200."""
    found = scene.route
    if scene.person is not None and found is not None and found.entity is not None and found.division is not None:
        scene.person.rights.setdefault(found.division, set()).add(found.entity.name)
    return scene.answer()


def _after(scene: Scene, change: str, **arguments: Any) -> Reply:
    make: Callable[..., object] = CHANGES[change]
    if scene.company is not None:
        make(scene.company, **arguments)
    return scene.answer()
