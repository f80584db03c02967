"""A managed identity on the loopback: the endpoint App Service gives a function app, behind the unmodified client.

Its tokens are unsigned; issuer, audience and times are those of Azure's, and no more is looked at by Azurite
(`--oauth basic`) and by the Key Vault stand-in.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from local.net.loopback import LoopbackServer
from local.net.server import Handler

type Clock = Callable[[], datetime]

#: the directory and the user-assigned identity of everything on one machine
TENANT = "5ca1ab1e-0000-4000-8000-000000000001"
CLIENT_ID = "5ca1ab1e-0000-4000-8000-000000000002"
ISSUER = f"https://sts.windows.net/{TENANT}/"
API_VERSION = "2019-08-01"
LIFETIME = timedelta(hours=24)


def token(resource: str, now: datetime, *, issuer: str = ISSUER) -> str:
    """Make an unsigned token for one resource, such as https://vault.azure.net."""
    times = {"iat": int(now.timestamp()), "nbf": int(now.timestamp()), "exp": int((now + LIFETIME).timestamp())}
    claims = {"iss": issuer, "aud": resource, "tid": TENANT, "appid": CLIENT_ID} | times
    return ".".join((_part({"alg": "none", "typ": "JWT"}), _part(claims), ""))


def _part(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


class IdentityEndpoint(LoopbackServer):
    """Answers with `issue(resource, now)` whoever knows the header's secret and asks as `CLIENT_ID`."""

    def __init__(self, issue: Callable[[str, datetime], str] = token, clock: Clock = lambda: datetime.now(UTC)) -> None:
        super().__init__(_Handler)
        self.issue = issue
        self.clock = clock
        self.secret = secrets.token_hex(16)
        self.asked: list[str] = []

    @property
    def environment(self) -> dict[str, str]:
        """What Azure sets for an app with this identity, and the app's own choice of it."""
        return {
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{self.port}/msi/token",
            "IDENTITY_HEADER": self.secret,
            "AZURE_CLIENT_ID": CLIENT_ID,
        }

    def reply(self, query: Mapping[str, str], secret: str) -> tuple[int, dict[str, object]]:
        """Give status and body."""
        if not secrets.compare_digest(secret, self.secret):
            return 401, {"statusCode": 401, "message": "The header X-IDENTITY-HEADER is missing or wrong"}
        if query.get("api-version") != API_VERSION or "resource" not in query:
            return 400, {"statusCode": 400, "message": f"resource and api-version {API_VERSION} are needed"}
        if query.get("client_id") != CLIENT_ID:
            return 400, {"statusCode": 400, "message": "No User Assigned Managed Identity found for this ClientId"}
        self.asked.append(query["resource"])
        now = self.clock()
        expires = int((now + LIFETIME).timestamp())
        made = self.issue(query["resource"], now)
        return 200, {
            "access_token": made,
            "expires_on": str(expires),
            "resource": query["resource"],
            "token_type": "Bearer",
        }


class _Handler(Handler):
    server: IdentityEndpoint

    def do_GET(self) -> None:  # noqa: N802 -- the base class names it so
        query = dict(parse_qsl(urlsplit(self.path).query))
        status, content = self.server.reply(query, self.headers.get("X-IDENTITY-HEADER", ""))
        self.reply(status, [("Content-Type", "application/json")], json.dumps(content).encode())
