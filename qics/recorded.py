"""Every command that changes something writes the audit log: who, what, when, on which tenant.

The entry is written before the act, so that no act goes without one; an act that failed is followed by a second entry
with its cause. Values are ids, days, numbers and flags; texts an operator types are recorded only where the command
says so (`disclose`).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import typer

from qics.app import app_of
from shared.bootstrap import App
from shared.canonical import Json
from shared.errors import PipelineError
from shared.register.tenants import NAME

#: what a command line holds besides the facts; a path can name a person
NO_FACTS = {"context", "tenant", "folder", "as_json"}


def operator() -> str:
    """Who works here: the account's number, which is no name."""
    return f"operator-{os.getuid()}"


def recorded(
    action: str, *, when: Collection[str] = (), guarded: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Have a command recorded as `action`; with `when` only if one of these options was given.

    A `guarded` one is refused on a register that is older than the evidence.
    """

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(context: typer.Context, **given: Any) -> None:
            if when and not any(given[name] for name in when):
                command(context, **given)
                return
            app = app_of(context)
            if guarded:
                app.guard.check()
            _run(app, action, given, lambda: command(context, **given))

        return run

    return wrap


def _run(app: App, action: str, given: Mapping[str, Any], act: Callable[[], None]) -> None:
    typed = str(given.get("tenant") or "")
    tenant = typed if NAME.fullmatch(typed) else ""  # what is no id may be a name
    facts = {
        name: _fact(value) for name, value in given.items() if name not in NO_FACTS and value not in (None, False, "")
    }
    app.register.audit.add(operator(), action, tenant, facts)
    try:
        act()
    except PipelineError as error:
        app.register.audit.add(operator(), f"{action}.failed", tenant, {"cause": error.cause.code})
        raise


def _fact(value: object) -> Json:
    match value:
        case Enum():
            return _fact(value.value)
        case bool() | int() | str():
            return value
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case list() | tuple():
            return [_fact(each) for each in value]
        case _:
            raise TypeError(f"{type(value).__name__} is not recorded")
