"""The promises that run: each of design §1's twelve is bound to checks that look and keep what they saw (design §9).

`check_promises` is the daily look at the service as a whole; `check_tenant` looks at one tenant's open database, inside
its own sync; `standings` says how each promise stands by the evidence both left.
"""

from __future__ import annotations

from shared.promises.board import CHECKS, TENANT_CHECKS
from shared.promises.look import check_promises, check_tenant, standings
from shared.promises.model import Standing, State
from shared.promises.premises import Premises, Resource, Visit
from shared.promises.words import PROMISES

__all__ = [
    "CHECKS",
    "PROMISES",
    "TENANT_CHECKS",
    "Premises",
    "Resource",
    "Standing",
    "State",
    "Visit",
    "check_promises",
    "check_tenant",
    "standings",
]
