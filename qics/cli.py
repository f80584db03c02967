"""The root of the command line: its groups, its version, its exit codes."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from qics import audit, calls, certificate, disclose, promises, proof, setup, streams, sync, tenant
from qics.app import Desk
from qics.exits import Exit, exit_of
from qics.output import complain
from shared.bootstrap import app
from shared.errors import PipelineError
from shared.release import RELEASE

EXAMPLES = """
Operate the engine that copies Exact Online books: one database per customer.

A new customer, from nothing to the first copy:

    qics setup --host nl
    qics tenant add acme --host nl
    qics tenant link acme
    qics tenant divisions acme --choose 123456
    qics sync now acme --wait
"""

EXIT_CODES = "\b\n" + "\n".join(("Exit codes:", *(f"{code.value:>3}  {code.meaning}" for code in Exit)))


class Explained(TyperGroup):
    """Ends every error the engine knows how to name in one sentence and an exit code, never in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except PipelineError as error:
            complain(error)
            raise typer.Exit(exit_of(error)) from None
        except KeyboardInterrupt:
            raise typer.Exit(Exit.INTERRUPTED) from None


cli = typer.Typer(
    cls=Explained, help=EXAMPLES, epilog=EXIT_CODES, no_args_is_help=True, rich_markup_mode="rich", add_completion=False
)
cli.add_typer(tenant.group, name="tenant")
cli.add_typer(sync.group, name="sync")
cli.add_typer(certificate.group, name="certificate")
cli.add_typer(audit.group, name="audit")
cli.add_typer(audit.register_group, name="register")
cli.command()(disclose.disclose)
cli.command()(streams.streams)
cli.command()(calls.calls)
cli.command()(proof.proof)
cli.command()(promises.promises)
cli.command()(setup.setup)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qics {RELEASE}")
        raise typer.Exit


@cli.callback()
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the release.")
    ] = False,
) -> None:
    """See EXAMPLES; a desk that was handed in (by a test or the demo) is used as it is."""
    context.obj = context.obj or Desk(open=app, pause=time.sleep)
