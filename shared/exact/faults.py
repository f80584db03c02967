"""Every reply that is no answer, mapped to the error tree by status, `Reason` header and text (facts: b, c, g)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import msgspec

from shared.errors import (
    Broken,
    Cause,
    ConsentNeeded,
    DivisionStopped,
    PipelineError,
    RetryLater,
    StreamStopped,
)
from shared.exact.hosts import endpoint
from shared.exact.limits import Limits


class UnknownColumn(StreamStopped):
    """Exact no longer knows a property we asked for; `column` is its name (rule 8)."""

    def __init__(self, column: str, detail: str) -> None:
        self.column = column
        super().__init__(Cause.BAD_QUERY, detail)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for `url`. Header names are matched without regard to case by the mapping given."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def reason(self) -> str:
        """The first word of the `Reason` header: Exact's short cause ("" where absent)."""
        return re.split(r"[^A-Za-z]", self.headers.get("Reason", "").strip())[0]

    @property
    def is_answer(self) -> bool:
        """Whether it is what was asked for. A 200 without JSON is a page of the load balancer or the login."""
        return self.status == 200 and bool(self.body.strip()) and not self.body.lstrip().startswith(b"<")

    def message(self) -> str:
        """Give what Exact says in its error envelope, `error.message.value`; "" where the body is of another form."""
        try:
            return msgspec.json.decode(self.body, type=_ErrorBody).error.message.value
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return ""

    def text(self) -> str:
        """Give the message, or the whole body where it is of another form: to search in, not to show."""
        return self.message() or self.body.decode(errors="replace")


class _Message(msgspec.Struct):
    value: str


class _Error(msgspec.Struct):
    message: _Message


class _ErrorBody(msgspec.Struct):
    error: _Error


#: `Reason` header of a 401 or 403 -> what it means
REASONS: dict[str, tuple[type[PipelineError], Cause]] = {
    "BlockedUser": (ConsentNeeded, Cause.USER_BLOCKED),
    "InactiveUser": (ConsentNeeded, Cause.USER_BLOCKED),
    "BlockedCustomer": (DivisionStopped, Cause.CUSTOMER_BLOCKED),
    "LicenseExpired": (DivisionStopped, Cause.LICENSE_EXPIRED),
    "DivisionBlocked": (DivisionStopped, Cause.DIVISION_BLOCKED),
    "NoDivisionAccess": (DivisionStopped, Cause.NO_DIVISION_ACCESS),
}

SCOPE_VIOLATED = re.compile(r"scope violated", re.IGNORECASE)
SCOPE_NAME = re.compile(r"\b[a-z]+[./][a-z]+\b")
DIVISION_SCOPE = re.compile(r"division scope|scope of divisions", re.IGNORECASE)
QUOTED = re.compile(r"['\"](\w+)['\"]")
NAMED = re.compile(r"\b(?:property|field|column|named)\s+(\w+)", re.IGNORECASE)


def fault(reply: Reply, limits: Limits) -> PipelineError:
    """Give the error `reply` means. `limits`: the state after this reply, which knows what a 429 waits for."""
    if reply.status == 429:
        return RetryLater(Cause[limits.refusal], place(reply), limits.refused_until)
    return _BY_STATUS.get(reply.status, _other)(reply)


def place(reply: Reply) -> str:
    """Name the reply in an error: endpoint, status and `Reason`; no query, no body."""
    reason = f", {reply.reason}" if reply.reason else ""
    return f"{endpoint(reply.url)} answered {reply.status}{reason}"


def _bad_request(reply: Reply) -> PipelineError:
    text = reply.text()
    column = _unknown_column(text, reply.url)
    if column is not None:
        return UnknownColumn(column, f"{place(reply)}: {column} is not known there")
    return StreamStopped(Cause.BAD_QUERY, f"{place(reply)}: {_quoted(reply.message())}")


def _unknown_column(text: str, url: str) -> str | None:
    """Find the column of our `$select` that the text names, in quotes or after "property" and the like.

    Bare words are not enough: "Type" and "Status" are columns too.
    """
    asked = dict(parse_qsl(urlsplit(url).query)).get("$select", "").split(",")
    named = [*QUOTED.findall(text), *NAMED.findall(text)]
    return next((name for name in named if name in asked), None)


def _quoted(text: str) -> str:
    """Show the start of Exact's own message. It speaks of our query, which holds names of columns and numbers only.

    A body of another form is somebody else's page, and may hold anything (rule 12).
    """
    return "".join(c for c in text[:160] if c.isprintable())


def _unauthorised(reply: Reply) -> PipelineError:
    """Deal with a 401 for a token that was just issued: the client has already asked for a new one."""
    if reply.reason in REASONS:
        return _by_reason(reply)
    return Broken(Cause.BUG, f"{place(reply)}: a token just issued is refused; is it stored whole?")


def _forbidden(reply: Reply) -> PipelineError:
    if reply.reason in REASONS:
        return _by_reason(reply)
    text = reply.text()
    if DIVISION_SCOPE.search(text):
        return DivisionStopped(Cause.NO_DIVISION_ACCESS, place(reply))
    if SCOPE_VIOLATED.search(text + reply.headers.get("Reason", "")):
        scope = SCOPE_NAME.search(text)
        return StreamStopped(Cause.SCOPE_MISSING, f"{place(reply)}: {scope[0] if scope else 'scope not named'}")
    return StreamStopped(Cause.RIGHT_MISSING, place(reply))


def _by_reason(reply: Reply) -> PipelineError:
    kind, cause = REASONS[reply.reason]
    return kind(cause, place(reply))


def _gone(reply: Reply) -> PipelineError:
    return StreamStopped(Cause.ENDPOINT_GONE, place(reply))


def _server_error(reply: Reply) -> PipelineError:
    return RetryLater(Cause.SERVER_ERROR, place(reply))


def _other(reply: Reply) -> PipelineError:
    """Deal with the rest: other 4xx are our mistake; redirects (never followed), odd 2xx and 5xx pass."""
    if 400 <= reply.status < 500:
        return StreamStopped(Cause.BAD_QUERY, place(reply))
    return _server_error(reply)


_BY_STATUS: dict[int, Callable[[Reply], PipelineError]] = {
    400: _bad_request,
    401: _unauthorised,
    403: _forbidden,
    404: _gone,
    408: _server_error,
    410: _gone,
}
