"""Every refusal of the token endpoint, mapped by text rather than status, which sources disagree about (facts: a)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from shared.errors import Broken, Cause, ConsentNeeded, PipelineError, Refused, RetryLater


class _Body(msgspec.Struct):
    error: str = ""
    error_description: str = ""


@dataclass(frozen=True, slots=True)
class TokenReply:
    """What the token endpoint answered. The body is matched after parsing: Exact writes it in two layouts."""

    status: int
    reason: str  #: the `Reason` header
    body: bytes

    @property
    def is_answer(self) -> bool:
        """Whether it may hold a pair: 200 with an empty body is a server's weakness."""
        return self.status == 200 and bool(self.body.strip())

    def parsed(self) -> tuple[str, str]:
        """Give `error` and everything that was said, lower case; plain and HTML bodies give ("", …)."""
        try:
            body = msgspec.json.decode(self.body, type=_Body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            body = _Body()
        return body.error.lower(), f"{body.error_description} {self.reason}".lower()


#: error code ("" any), text, and what both together mean on a refresh and an exchange alike
SAID: tuple[tuple[str, str, type[PipelineError], Cause], ...] = (
    ("", "access_token not expired", RetryLater, Cause.TOKEN_TOO_YOUNG),
    ("", "tooearlytorefresh", RetryLater, Cause.TOKEN_TOO_YOUNG),
    ("", "old refresh token", ConsentNeeded, Cause.CHAIN_BROKEN),
    ("", "chainid", ConsentNeeded, Cause.CHAIN_BROKEN),
    ("", "refresh token expired", ConsentNeeded, Cause.CONSENT_EXPIRED),
    ("", "refresh token has expired", ConsentNeeded, Cause.CONSENT_EXPIRED),
    ("invalid_client", "", Broken, Cause.WRONG_CREDENTIALS),
    ("unauthorized_client", "", Broken, Cause.WRONG_CREDENTIALS),
)


def refresh_fault(reply: TokenReply) -> PipelineError:
    """Give the error a refused refresh means."""
    return _common(reply) or _refused_refresh(reply)


def exchange_fault(reply: TokenReply) -> PipelineError:
    """Give the error a refused code means. A code is used up by one try, so the consent starts anew."""
    found = _common(reply)
    if found is None or isinstance(found, ConsentNeeded):
        return Refused(Cause.BAD_STATE, f"{_place(reply)}: the code was used, is too old or was never issued")
    return found


def _common(reply: TokenReply) -> PipelineError | None:
    error, said = reply.parsed()
    for code, text, kind, cause in SAID:
        if code in ("", error) and text in said:
            return kind(cause, _place(reply))
    if reply.status in (200, 408, 429) or reply.status >= 500 or 300 <= reply.status < 400:
        return RetryLater(Cause.SERVER_ERROR, _place(reply))
    return None


def _refused_refresh(reply: TokenReply) -> PipelineError:
    """Deal with refusals that say nothing known. A withdrawn consent has no text anybody has published."""
    error, said = reply.parsed()
    if reply.status == 403:
        return ConsentNeeded(Cause.USER_BLOCKED, _place(reply))
    if error == "invalid_request" and not said.strip():
        return Broken(Cause.BUG, f"{_place(reply)}: our request is not what Exact expects")
    if reply.status in (400, 401):
        return ConsentNeeded(Cause.CONSENT_WITHDRAWN, _place(reply))
    return Broken(Cause.BUG, _place(reply))


def _place(reply: TokenReply) -> str:
    """Name the reply: status and error code; never the description, never the body."""
    code = reply.parsed()[0]
    shown = f", {code}" if re.fullmatch(r"[a-z_]{1,40}", code) else ""
    return f"token endpoint answered {reply.status}{shown}"
