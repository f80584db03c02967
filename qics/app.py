"""How a command gets at the app."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import typer

from shared.bootstrap import App
from shared.register.rows import Tenant
from shared.warehouse.protocol import Warehouse


@dataclass(frozen=True, slots=True)
class Desk:
    """What a command line works at; a command that needs no app never opens one."""

    open: Callable[[], App]
    pause: Callable[[float], None]  #: waits that many seconds


def desk_of(context: typer.Context) -> Desk:
    """Return what the root command was given."""
    desk: Desk = context.obj
    return desk


def app_of(context: typer.Context) -> App:
    """Open the app, and have it closed when the command ends."""
    app = desk_of(context).open()
    context.call_on_close(app.close)
    return app


@contextmanager
def database_of(app: App, tenant: Tenant) -> Iterator[Warehouse]:
    """Open a tenant's database, migrated: it may be one that no worker has opened yet."""
    with closing(app.warehouse(tenant)) as warehouse:
        warehouse.migrate()
        yield warehouse
