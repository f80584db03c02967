"""What the outside may ask of the app: which versions run, and whether the planner lives. Nothing of any tenant."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version

from shared.connect import Answer, Visit
from shared.errors import Refused
from shared.register import Register
from shared.register.heartbeats import PLAN
from shared.release import RELEASE
from shared.throttle import Throttle

JSON = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def health(visit: Visit, register: Register, throttle: Throttle) -> Answer:
    """Answer a look from outside; 429 for an address that looks too often."""
    try:
        throttle.check(visit.address)
    except Refused as refused:
        return Answer(429, json.dumps({"error": refused.cause.code}) + "\n", JSON)
    planned = register.heartbeats.last(PLAN)
    body = {
        "release": RELEASE,
        "python": platform.python_version(),
        "engine": version("azure-functions-runtime"),
        "planned_at": planned.isoformat() if planned else None,
    }
    return Answer(200, json.dumps(body) + "\n", JSON)
