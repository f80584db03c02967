"""HTTP routes: templates as ASP.NET writes them (`orders/{id:int}/{part?}`, `files/{*path}`), most literal first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from local.host.bindings import Function, HttpTrigger
from local.host.errors import HostError

PARAMETER = re.compile(r"\{(?P<rest>\*?)(?P<name>\w+)(?::(?P<kind>\w+))?(?P<optional>\??)\}")
KINDS = {
    None: r"[^/]+",
    "alpha": r"[A-Za-z]+",
    "bool": r"(?:true|false)",
    "guid": r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}",
    "int": r"-?[0-9]+",
    "long": r"-?[0-9]+",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One function's address; the lower `rank` is tried first."""

    function: Function
    trigger: HttpTrigger
    pattern: re.Pattern[str]
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A route that a path fits, with its parameters."""

    route: Route
    parameters: dict[str, str]


class Router:
    """The HTTP functions of an app below its route prefix."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        routes = [
            _route(function, function.trigger, prefix)
            for function in functions
            if isinstance(function.trigger, HttpTrigger)
        ]
        self.routes: Sequence[Route] = sorted(routes, key=lambda route: route.rank)

    def find(self, method: str, path: str) -> Match | set[str]:
        """Give the function for a request, else the methods that its path would take: none for an unknown path."""
        allowed: set[str] = set()
        for route in self.routes:
            if match := route.pattern.fullmatch(path.strip("/")):
                if not route.trigger.methods or method in route.trigger.methods:
                    given = {name: unquote(value) for name, value in match.groupdict().items() if value is not None}
                    return Match(route, given)
                allowed.update(route.trigger.methods)
        return allowed


def _route(function: Function, trigger: HttpTrigger, prefix: str) -> Route:
    parts = [part for part in f"{prefix}/{trigger.route}".split("/") if part]
    pattern = "".join(_segment(function.name, part) for part in parts).removeprefix("/")
    return Route(function, trigger, re.compile(pattern, re.IGNORECASE), tuple(_rank(part) for part in parts))


def _segment(function: str, part: str) -> str:
    """One segment with the slash before it, which an optional parameter takes along."""
    whole = PARAMETER.fullmatch(part)
    if whole is not None and whole["optional"]:
        return f"(?:/{_parameter(function, whole)})?"
    written, end = "/", 0
    for match in PARAMETER.finditer(part):
        written += re.escape(part[end : match.start()]) + _parameter(function, match)
        end = match.end()
    return written + re.escape(part[end:])


def _parameter(function: str, match: re.Match[str]) -> str:
    if match["kind"] not in KINDS:
        known = ", ".join(sorted(kind for kind in KINDS if kind))
        raise HostError(f"{function}: this host knows no route constraint {match['kind']!r}; it knows {known}")
    return f"(?P<{match['name']}>{'.*' if match['rest'] else KINDS[match['kind']]})"


def _rank(part: str) -> int:
    """Literal, constrained, free, rest of the path."""
    match = PARAMETER.search(part)
    if match is None:
        return 0
    return 3 if match["rest"] else 1 if match["kind"] else 2
