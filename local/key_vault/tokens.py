"""What the service asks of a bearer token: issuer, audience and time. Signatures belong to the identity's side."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from local.key_vault.refusals import Refusal

#: the audience of every vault's tokens
RESOURCE = "https://vault.azure.net"


def refusal(authorization: str, issuer: str, now: datetime) -> str:
    """Say why a request's Authorization header will not do; empty when it will."""
    if not authorization:
        return "AKV10000: Request is missing a Bearer or PoP token."
    claims = _claims(authorization)
    if claims.get("iss") != issuer:
        return "AKV10032: Invalid issuer."
    if str(claims.get("aud", "")).rstrip("/") != RESOURCE:
        return "AKV10022: Invalid audience."
    if not claims.get("nbf", 0) <= now.timestamp() < claims.get("exp", 0):
        return "AKV10046: The token's lifetime has not begun or is over."
    return ""


def challenge(message: str, tenant: str) -> Refusal:
    """Give the reply that tells a client where its token comes from."""
    where = f'Bearer authorization="https://login.microsoftonline.com/{tenant}", resource="{RESOURCE}"'
    return Refusal(401, "Unauthorized", message, headers={"WWW-Authenticate": where})


def _claims(authorization: str) -> dict[str, Any]:
    """Read a token's claims; none when it is no token."""
    try:
        payload = authorization.removeprefix("Bearer ").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
