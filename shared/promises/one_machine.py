"""What the checks look at on one machine. There is no Azure to ask there and no Power BI: what they say is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import shared
from shared.evidence import Evidence
from shared.promises.files import DatabaseFiles
from shared.promises.premises import Premises
from shared.register import Register, Tenant
from shared.signing import Signer
from shared.vault import Vaults
from shared.warehouse.protocol import Warehouse


def on_one_machine(
    *,
    register: Register,
    vaults: Vaults,
    open_warehouse: Callable[[Tenant], Warehouse],
    evidence: Evidence,
    signer: Signer,
    environment: Mapping[str, str],
    folder: Path,
    clock: Callable[[], datetime],
) -> Premises:
    """The premises of an app whose tenants' databases are files in `folder`."""
    files = DatabaseFiles(folder)
    return Premises(
        register=register,
        vaults=vaults,
        databases=files.names,
        columns=files.columns,
        open_warehouse=open_warehouse,
        evidence=evidence,
        signer=signer,
        environment=environment,
        code=Path(shared.__file__).parent,
        clock=clock,
    )
