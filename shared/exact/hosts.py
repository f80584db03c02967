"""The hosts of Exact Online, one per country; an app, its users and their data never cross them."""

from __future__ import annotations

from urllib.parse import urlsplit

from shared.errors import Cause, Refused

#: country code -> host name
HOSTS: dict[str, str] = {
    "nl": "start.exactonline.nl",
    "be": "start.exactonline.be",
    "de": "start.exactonline.de",
    "fr": "start.exactonline.fr",
    "es": "start.exactonline.es",
    "uk": "start.exactonline.co.uk",
    "com": "start.exactonline.com",
}


def base(country: str) -> str:
    """Give the address everything of this country's host begins with. Raises Refused(BAD_REQUEST)."""
    if country not in HOSTS:
        raise Refused(Cause.BAD_REQUEST, f"country {country!r} has no Exact Online; there are {', '.join(HOSTS)}")
    return f"https://{HOSTS[country]}"


def is_own(country: str, url: str) -> bool:
    """Whether `url` is an API address on this country's host, over https.

    Compared as text, character by character, so that no two URL parsers can disagree about where it leads.
    """
    return url.startswith(f"{base(country)}/api/")


def endpoint(url: str) -> str:
    """Give the endpoint as the metadata names it: `…/api/v1/7/sync/Deleted?…` -> `sync/Deleted`."""
    parts = urlsplit(url).path.removeprefix("/api/v1/").split("/")
    return "/".join(part for part in parts if not part.isdigit())
