"""HTTPS, REGION and the protection part of SEPARATE: where things are, and how they are reached."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from shared.exact.hosts import HOSTS, base, is_own
from shared.promises.model import Seen, judged, unknown
from shared.promises.premises import Premises, Resource

WEST_EUROPE = "westeurope"
#: redundancies that keep backups in the region
IN_REGION = {"", "Local", "Zone"}
OLDEST_TLS = {"", "1.2", "1.3"}
#: switches of Python and its libraries that turn verification off
SWITCHES = {"PYTHONHTTPSVERIFY": "0", "AZURE_CLI_DISABLE_CONNECTION_VERIFICATION": "1"}
NOT_IN_AZURE = "one machine: nobody describes it as Azure describes its resources"


def addresses(premises: Premises) -> Seen:
    """HTTPS: no setting leads anywhere over a plain connection, but on this machine itself."""
    given = premises.environment
    plain = {name for name, value in given.items() if _plain(name, value)}
    switched = {name for name, off in SWITCHES.items() if given.get(name) == off}
    return judged(len(given), plain | switched)


def exact(premises: Premises) -> Seen:
    """HTTPS: the client's gate takes Exact's hosts over https, and refuses each of them over http."""
    del premises  # the gate is asked itself
    broken = {country for country in HOSTS if not _https_only(country)}
    return judged(len(HOSTS), broken)


def outgoing(premises: Premises) -> Seen:
    """HTTPS: connections of this process take TLS 1.2 at least, and verify whom they talk to."""
    del premises  # the process is asked itself
    context = ssl.create_default_context()
    weak = context.minimum_version < ssl.TLSVersion.TLSv1_2
    unverified = context.verify_mode is not ssl.CERT_REQUIRED or not context.check_hostname
    return judged(1, {name for name, wrong in (("tls", weak), ("verification", unverified)) if wrong})


def incoming(premises: Premises) -> Seen:
    """HTTPS: every resource with customers' data refuses TLS below 1.2, read back."""
    return _each(premises, lambda resource: resource.minimum_tls in OLDEST_TLS)


def region(premises: Premises) -> Seen:
    """REGION: every resource with customers' data is in West Europe, its backups too."""
    return _each(premises, lambda each: each.location == WEST_EUROPE and each.backups in IN_REGION)


def protection(premises: Premises) -> Seen:
    """SEPARATE: every resource with customers' data is encrypted, and lets in single addresses only."""
    return _each(premises, lambda resource: resource.encrypted and not resource.open_rules)


def _each(premises: Premises, good: Callable[[Resource], bool]) -> Seen:
    if premises.resources is None:
        return unknown(NOT_IN_AZURE)
    found = premises.resources()
    if not found:
        return unknown("Azure named no resource")
    return judged(len(found), {resource.name for resource in found if not good(resource)})


def _https_only(country: str) -> bool:
    path = "/api/v1/current/Me"
    secure = base(country) + path
    return is_own(country, secure) and not is_own(country, secure.replace("https:", "http:", 1))


def _plain(name: str, value: str) -> bool:
    """A proxy is reached in plain words, and what goes through it is TLS all the same."""
    if name.upper().endswith("_PROXY"):
        return False
    if "DefaultEndpointsProtocol=http;" in value and "Endpoint=" not in value:
        return True
    links = [part[part.index("http://") :] for part in value.split(";") if "http://" in part]
    return any(not _loopback(urlsplit(link).hostname or "") for link in links)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
