"""`qics tenant export`: a customer takes its data along, all of it, whenever it wants."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from qics.app import app_of
from qics.arguments import TenantName
from qics.output import AsJson, print_json, say
from qics.recorded import recorded
from shared.bootstrap import App
from shared.register import Tenant
from shared.release import RELEASE
from shared.takeout.content import Part
from shared.takeout.folder import MANIFEST, Order, take_out


class Bars:
    """A bar for the tables and one for the rows of the table being written; on standard error, gone at the end."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._tables = self.progress.add_task("Tables and views", total=None)
        self._rows: TaskID = self.progress.add_task("", total=None)

    def begin(self, part: Part, rows: int, place: int, parts: int) -> None:
        """See Watcher."""
        self.progress.update(self._tables, completed=place - 1, total=parts)
        self.progress.reset(self._rows, description=f"  {part.title}", total=rows)

    def wrote(self, rows: int) -> None:
        """See Watcher."""
        self.progress.advance(self._rows, rows)


def export(
    context: typer.Context,
    tenant: TenantName,
    folder: Annotated[
        Path, typer.Option(metavar="DIR", help="An empty folder, or one where an export was interrupted.")
    ],
    as_json: AsJson = False,
) -> None:
    """Write all of a customer's data as Parquet and CSV, with scripts that make a database of it and a dictionary.

    Interrupted, repeat it: it goes on where it was. The manifest, written last, holds rows, sums and checksums.

    Example: `qics tenant export acme --folder acme-2026-11-25`.
    """
    # the record says who and when; what folders are called is nobody's business
    recorded("tenant.export")(partial(write_out, folder=folder))(context, tenant=tenant, as_json=as_json)


def write_out(context: typer.Context, *, tenant: str, folder: Path, as_json: bool) -> None:
    """Take a tenant's data out into a folder, with bars on the way, and say what was written."""
    app = app_of(context)
    open_snapshot = partial(app.estate.snapshot, _prepared(app, tenant))
    bars = Bars()
    with bars.progress:
        made = take_out(Order(tenant, folder, RELEASE, app.clock), open_snapshot, bars)
    rows = sum(each.rows for each in made.tables)
    if as_json:
        print_json({"tenant": tenant, "folder": str(folder), "tables": len(made.tables), "rows": rows})
    else:
        say(f"Tenant {tenant}: {len(made.tables)} tables and views, {rows:,} rows in {folder}; see {MANIFEST} there.")


def _prepared(app: App, name: str) -> Tenant:
    """The tenant, its database brought to this release with the views that are taken along."""
    tenant = app.register.tenants.get(name)
    with closing(app.warehouse(tenant)) as warehouse:
        warehouse.migrate()
    return tenant
