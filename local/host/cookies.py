"""`Set-Cookie` headers from the cookies a function's response carries."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from local.host.messages import Nullable, RpcHttpCookie, Timestamp


def set_cookie(cookie: RpcHttpCookie) -> str:
    """Write one cookie with the attributes it has."""
    parts = [f"{cookie.name}={cookie.value}"]
    attributes = {
        "Domain": cookie.domain,
        "Path": cookie.path,
        "Expires": cookie.expires,
        "Max-Age": cookie.max_age,
        "SameSite": Nullable(cookie.same_site),
    }
    parts += [f"{name}={_text(value.value)}" for name, value in attributes.items() if value and _is_set(value)]
    flags = {"Secure": cookie.secure, "HttpOnly": cookie.http_only}
    parts += [name for name, value in flags.items() if value and _is_set(value)]
    return "; ".join(parts)


def _is_set(value: Nullable) -> bool:
    """An empty text or a false flag is an attribute that was not given; a zero is one (`Max-Age=0`)."""
    return value.value not in ("", None) and value.value is not False


def _text(value: object) -> str:
    if isinstance(value, Timestamp):
        return format_datetime(datetime.fromtimestamp(value.seconds, UTC), usegmt=True)
    return str(int(value)) if isinstance(value, float) else str(value)
