"""Arguments that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

from shared.errors import Cause, Refused
from shared.exact.hosts import HOSTS

TenantName = Annotated[str, typer.Argument(help="The tenant's id, as `qics tenant list` shows it.")]


def parse_host(text: str) -> str:
    """Return a country code that is one of Exact's hosts. Raises Refused(BAD_REQUEST)."""
    host = text.lower()
    if host not in HOSTS:
        raise Refused(Cause.BAD_REQUEST, f"host {text}: Exact Online has {', '.join(HOSTS)}")
    return host
