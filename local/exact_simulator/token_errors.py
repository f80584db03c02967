"""Every refusal of the token endpoint, laid out as recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass

from local.exact_simulator.reply import Reply


@dataclass(frozen=True, slots=True)
class Refusal:
    """A token error as recorded: one layout is compact with escaped slashes, the other has blanks inside the braces."""

    status: int
    error: str
    description: str = ""
    spaced: bool = False
    reason: str = "Unknown"

    def reply(self, details: dict[str, str]) -> Reply:
        """Lay it out; `details` fill the description."""
        text = self.description.format(**details)
        members = {"error": self.error} | ({"error_description": text} if text else {})
        body = json.dumps(members, separators=(",", ":")).replace("/", "\\/")
        if self.spaced:
            body = f"{{ {body[1:-1]} }}"
        headers = [("Content-Type", "application/json; charset=utf-8")]
        headers += [("Reason", f"{self.reason}: {text}")] if text else []
        return Reply(self.status, tuple(headers), body.encode())


REFUSALS = {
    "old_refresh_token": Refusal(401, "unauthorized_client", "Old refresh token used."),
    "refresh_token_expired": Refusal(
        400, "invalid_request", "The refresh token expired at {ended} and it is now {now}."
    ),
    "chain_broken": Refusal(
        400, "invalid_grant", "Token is not allowed, because of invalid or empty chainId", spaced=True
    ),
    "too_early": Refusal(
        400,
        "access_denied",
        "Rate limit exceeded: access_token not expired",
        spaced=True,
        reason="TooEarlyToRefreshTokens",
    ),
    "invalid_client": Refusal(400, "invalid_client"),
    "invalid_request": Refusal(400, "invalid_request"),
}
