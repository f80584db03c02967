"""Looks at the code that runs: what it can send to Exact, and whether it verifies whom it talks to."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from shared.promises.model import Seen, judged, unknown
from shared.promises.premises import Premises

#: what a session of `requests` can do besides reading
WRITING = {"post", "put", "patch", "delete", "request", "send"}
#: the one package that talks to Exact, and what alone it may send: the POSTs for tokens
EXACT, TOKENS = "exact/", ("exact/oauth.py", "post")
#: clients that could be a second way out
OTHER_CLIENTS = {"http.client", "urllib.request", "urllib3", "httpx", "aiohttp"}
#: names that switch the verification of a certificate off
UNVERIFIED = {"CERT_NONE", "_create_unverified_context"}

type Rule = Callable[[str, ast.AST], bool]


def verbs(premises: Premises) -> Seen:
    """READONLY: nothing but GET leaves for Exact, save the POSTs for tokens."""
    return _scan(premises.code, _sends)


def verification(premises: Premises) -> Seen:
    """HTTPS: nowhere is the verification of a certificate switched off."""
    return _scan(premises.code, _unverified)


def _scan(folder: Path, breaks: Rule) -> Seen:
    paths = sorted(folder.rglob("*.py"))
    if not paths:
        return unknown("the code is not there as source")
    broken: set[str] = set()
    for path in paths:
        name = path.relative_to(folder).as_posix()
        nodes = ast.walk(ast.parse(path.read_bytes()))
        broken.update(f"{name}:{getattr(node, 'lineno', 0)}" for node in nodes if breaks(name, node))
    return judged(len(paths), broken)


def _sends(name: str, node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="requests"), attr=verb) if verb in WRITING | {"get"}:
            return True  # past the client, which knows hosts and limits
        case ast.Attribute(attr=verb) if name.startswith(EXACT) and verb in WRITING:
            return (name, verb) != TOKENS
        case ast.Import(names=names):
            return any(each.name in OTHER_CLIENTS for each in names)
        case ast.ImportFrom(module=module):
            return module in OTHER_CLIENTS
        case _:
            return False


def _unverified(_name: str, node: ast.AST) -> bool:
    match node:
        case ast.keyword(arg="verify" | "check_hostname", value=ast.Constant(value=False)):
            return True
        case ast.Assign(targets=[ast.Attribute(attr="verify" | "check_hostname")], value=ast.Constant(value=False)):
            return True
        case ast.Attribute(attr=attr):
            return attr in UNVERIFIED
        case _:
            return False
