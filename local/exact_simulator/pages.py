"""The pages a person sees at Exact: login and consent, as plain forms that work in a browser and for a script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

OBJECT_MOVED = (
    "<html><head><title>Object moved</title></head><body> "
    '<h2>Object moved to <a href="/docs/Login.aspx?ReturnUrl={}">here</a>.</h2> </body></html>'
)
_STYLE = "body{font:16px sans-serif;max-width:28em;margin:3em auto;padding:0 1em}label{display:block;margin:.7em 0}"


def login(action: str, *, failed: bool) -> str:
    """Ask for user and password."""
    complaint = '<p role="alert">The user name or password is incorrect.</p>' if failed else ""
    return _page(
        "Exact Online - Log in",
        f'<form method="post" action="{escape(action)}">{complaint}'
        '<label>User name <input name="UserName" autocomplete="username" required></label>'
        '<label>Password <input name="Password" type="password" autocomplete="current-password" required></label>'
        '<button type="submit">Log in</button></form>',
    )


def consent(action: str, app: str, user: str, divisions: Iterable[tuple[int, str]]) -> str:
    """Ask which divisions the app may read."""
    choices = "".join(
        f'<label><input type="checkbox" name="division" value="{code}" checked> {code} {escape(name)}</label>'
        for code, name in divisions
    )
    return _page(
        "Exact Online - Allow access",
        f'<form method="post" action="{escape(action)}"><p>{escape(app)} asks to read data as {escape(user)}.</p>'
        f"<fieldset><legend>Companies</legend>{choices}</fieldset>"
        '<button type="submit" name="decision" value="allow">Allow</button> '
        '<button type="submit" name="decision" value="deny">Deny</button></form>',
    )


def refusal(text: str) -> str:
    """Say why the authorise call was refused."""
    return _page("Exact Online", f'<p role="alert">{escape(text)}</p>')


def _page(title: str, body: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )
