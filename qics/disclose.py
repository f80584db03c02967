"""`qics disclose`: data goes to an authority, because the law compels it, and on record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qics.arguments import TenantName
from qics.export import write_out
from qics.output import AsJson
from qics.recorded import recorded
from shared.errors import Cause, Refused


@recorded("disclose")
def disclose(
    context: typer.Context,
    tenant: TenantName,
    authority: Annotated[str, typer.Option(help="Which authority asks: its name as a body, no person's.")],
    legal_basis: Annotated[str, typer.Option(help="The law that compels, such as 'art. 126nd Sv'.")],
    reference: Annotated[str, typer.Option(help="The authority's reference of the demand.")],
    folder: Annotated[Path, typer.Option(metavar="FOLDER", help="An empty folder for the take-out.")],
    as_json: AsJson = False,
) -> None:
    """Take out all that is stored of a tenant for an authority. Who, what, when and why are recorded first, for good.

    Example: `qics disclose acme --authority FIOD --legal-basis "art. 126nd Sv" --reference 2026-123 --folder out`.
    """
    for name, text in (("authority", authority), ("legal-basis", legal_basis), ("reference", reference)):
        if not text.strip():
            raise Refused(Cause.BAD_REQUEST, f"tenant {tenant}: --{name} says nothing")
    write_out(context, tenant=tenant, folder=folder, as_json=as_json)
