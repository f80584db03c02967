"""The requests of the REST interface: a row each, and what is done and answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from local.key_vault.keys import decoded, encoded
from local.key_vault.refusals import Refusal, bad_parameter
from local.key_vault.vault import RECOVERABLE_DAYS, Name, Vault, Version

NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
LARGEST_VALUE = 25_000  # bytes
PAGE = 25
VERSIONS = re.compile(r"7\.[0-6]|2016-10-01|20(25-07-01|26-04-01)")

type Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A request to one vault, whose address stands in every id it gives."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes
    address: str

    def content(self) -> dict[str, Any]:
        """Read the JSON body."""
        try:
            content = json.loads(self.body)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise bad_parameter("The request body is no JSON object.")
        return content


def answer(vault: Vault, request: Request) -> Reply | None:
    """Do what is asked and give the reply's body; None for one without. Raises Refusal."""
    if not VERSIONS.fullmatch(request.query.get("api-version", "")):
        raise bad_parameter("The specified version is not recognized.")
    for method, pattern, act in ROUTES:
        match = re.fullmatch(pattern, request.path.rstrip("/"))
        if match and method == request.method:
            parts = match.groups()
            _check_name(parts)
            return act(vault, request, *parts)
    raise Refusal(404, "NotFound", "No such resource.")


def _check_name(parts: tuple[str, ...]) -> None:
    if parts and not NAME.fullmatch(parts[0]):
        raise bad_parameter("The request URI contains an invalid name.")


def _put(vault: Vault, request: Request, name: str) -> Reply:
    content = request.content()
    value = content.get("value")
    if not isinstance(value, str) or not 0 < len(value.encode()) <= LARGEST_VALUE:
        raise bad_parameter("Property value has invalid value.")
    version = vault.put(name, value, content.get("tags") or {})
    return _item(vault, request, name, version) | {"value": version.value}


def _get(vault: Vault, request: Request, name: str, version: str = "") -> Reply:
    found = vault.read(name, version)
    return _item(vault, request, name, found) | {"value": found.value}


def _update(vault: Vault, request: Request, name: str, version: str = "") -> Reply:
    content = request.content()
    enabled = (content.get("attributes") or {}).get("enabled")
    return _item(vault, request, name, vault.update(name, version, enabled=enabled, tags=content.get("tags")))


def _delete(vault: Vault, request: Request, name: str) -> Reply:
    return _deleted(vault, request, name, vault.delete(name))


def _get_deleted(vault: Vault, request: Request, name: str) -> Reply:
    return _deleted(vault, request, name, vault.deleted(name))


def _recover(vault: Vault, request: Request, name: str) -> Reply:
    return _item(vault, request, name, vault.recover(name).newest)


def _purge(vault: Vault, _: Request, name: str) -> None:
    vault.purge(name)


def _list(vault: Vault, request: Request) -> Reply:
    items = [_listed(vault, request, name, vault.live(name).newest) for name in vault.live_names()]
    return _page(request, items)


def _list_versions(vault: Vault, request: Request, name: str) -> Reply:
    return _page(request, [_item(vault, request, name, version) for version in vault.live(name).versions])


def _list_deleted(vault: Vault, request: Request) -> Reply:
    return _page(request, [_listed_deleted(request, name) for name in vault.deleted_names()])


def _item(vault: Vault, request: Request, name: str, version: Version) -> Reply:
    attributes = {
        "enabled": version.enabled,
        "created": int(version.created.timestamp()),
        "updated": int(version.updated.timestamp()),
        "recoveryLevel": vault.recovery_level,
        "recoverableDays": RECOVERABLE_DAYS,
    }
    return {"id": f"{request.address}/secrets/{name}/{version.id}", "attributes": attributes, "tags": version.tags}


def _listed(vault: Vault, request: Request, name: str, version: Version) -> Reply:
    """Give a secret as lists show it: without value and without version."""
    return _item(vault, request, name, version) | {"id": f"{request.address}/secrets/{name}"}


def _listed_deleted(request: Request, name: str) -> Reply:
    return {"id": f"{request.address}/secrets/{name}", "recoveryId": f"{request.address}/deletedsecrets/{name}"}


def _deleted(vault: Vault, request: Request, name: str, deleted: Name) -> Reply:
    assert deleted.deleted_at is not None  # noqa: S101 -- a name gets here by deletion only
    purged_at = deleted.deleted_at + timedelta(days=RECOVERABLE_DAYS)
    return _item(vault, request, name, deleted.newest) | {
        "recoveryId": f"{request.address}/deletedsecrets/{name}",
        "deletedDate": int(deleted.deleted_at.timestamp()),
        "scheduledPurgeDate": int(purged_at.timestamp()),
    }


def _page(request: Request, items: list[Reply]) -> Reply:
    size = request.query.get("maxresults", str(PAGE))
    if not size.isdecimal() or not 1 <= int(size) <= PAGE:
        raise bad_parameter(f"maxresults must be 1 to {PAGE}.")
    begin = int(request.query.get("$skiptoken", "0"))
    end = begin + int(size)
    more = f"api-version={quote(request.query['api-version'])}&$skiptoken={end}&maxresults={size}"
    following = f"{request.address}:443{request.path}?{more}" if end < len(items) else None
    return {"value": items[begin:end], "nextLink": following}


def _get_key(vault: Vault, request: Request, name: str, version: str = "") -> Reply:
    return vault.keys.find(name, version).described(f"{request.address}/keys/{name}")


def _list_key_versions(vault: Vault, request: Request, name: str) -> Reply:
    address = f"{request.address}/keys/{name}"
    found = [{"kid": f"{address}/{each.id}", "attributes": each.attributes} for each in vault.keys.versions(name)]
    return {"value": found, "nextLink": None}


def _sign(vault: Vault, request: Request, name: str, version: str) -> Reply:
    content = request.content()
    signature = vault.keys.find(name, version).signature(str(content.get("alg")), decoded(str(content.get("value"))))
    return {"kid": f"{request.address}/keys/{name}/{version}", "value": encoded(signature)}


ROUTES: tuple[tuple[str, str, Callable[..., Reply | None]], ...] = (
    ("GET", "/secrets", _list),
    ("PUT", "/secrets/([^/]+)", _put),
    ("DELETE", "/secrets/([^/]+)", _delete),
    ("GET", "/secrets/([^/]+)/versions", _list_versions),
    ("GET", "/secrets/([^/]+)", _get),
    ("GET", "/secrets/([^/]+)/([^/]+)", _get),
    ("PATCH", "/secrets/([^/]+)", _update),
    ("PATCH", "/secrets/([^/]+)/([^/]+)", _update),
    ("GET", "/deletedsecrets", _list_deleted),
    ("GET", "/deletedsecrets/([^/]+)", _get_deleted),
    ("DELETE", "/deletedsecrets/([^/]+)", _purge),
    ("POST", "/deletedsecrets/([^/]+)/recover", _recover),
    ("GET", "/keys/([^/]+)/versions", _list_key_versions),
    ("GET", "/keys/([^/]+)", _get_key),
    ("GET", "/keys/([^/]+)/([^/]+)", _get_key),
    ("POST", "/keys/([^/]+)/([^/]+)/sign", _sign),
)
