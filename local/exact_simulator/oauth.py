"""The OAuth endpoints: authorise with login and consent, and the token call with every refusal as recorded."""

from __future__ import annotations

import json
import secrets
from urllib.parse import quote, urlencode, urlsplit

from local.exact_simulator import pages
from local.exact_simulator.chains import Chains, Consent, Pair, TokenError
from local.exact_simulator.people import People
from local.exact_simulator.reply import Reply, Request, html_reply
from local.exact_simulator.seam import Person
from local.exact_simulator.settings import App, Settings
from local.exact_simulator.token_errors import REFUSALS

AUTHORISE = "/api/oauth2/auth"
TOKEN = "/api/oauth2/token"  # noqa: S105 -- a path
LOGIN = "/docs/Login.aspx"
_COOKIE = "ExactOnlineSession"


class OAuth:
    """Answers the pages and calls of the OAuth flow. Who is logged in stands in a session cookie."""

    def __init__(self, settings: Settings, people: People, chains: Chains) -> None:
        self._settings = settings
        self._people = people
        self._chains = chains
        self._sessions: dict[str, str] = {}

    def answer(self, request: Request) -> Reply | None:
        """Answer a request of the flow; None when the path is none of its own."""
        handlers = {
            ("GET", AUTHORISE): self._authorise,
            ("POST", AUTHORISE): self._consent,
            ("GET", LOGIN): self._login_page,
            ("POST", LOGIN): self._login,
            ("POST", TOKEN): self._token,
        }
        handler = handlers.get((request.method, request.path))
        return handler(request) if handler else None

    def _authorise(self, request: Request) -> Reply:
        asked = request.parameters()
        app = self._app(asked.get("client_id", ""), request.host)
        if (refused := _refused(app, asked)) or app is None:
            return refused or _no_client()
        person = self._person(request)
        if person is None or asked.get("force_login") == "1":
            return _redirect(f"{LOGIN}?{urlencode({'ReturnUrl': _without_force(request)})}")
        return self._consent_page(request, app, person)

    def _consent_page(self, request: Request, app: App, person: Person) -> Reply:
        divisions = self._people.divisions_of(person)
        return html_reply(200, pages.consent(request.address, app.name, person.email, divisions))

    def _consent(self, request: Request) -> Reply:
        """Take the choice of divisions; the code goes back with the state as it came."""
        asked = request.parameters()
        app, person = self._app(asked.get("client_id", ""), request.host), self._person(request)
        if (refused := _refused(app, asked)) or app is None or person is None:
            return refused or html_reply(401, pages.refusal("Log in first."))
        fields = request.form()
        state = {"state": asked["state"]} if "state" in asked else {}
        if ("decision", "allow") not in fields:
            return _redirect(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied'} | state)}")
        wanted = {int(value) for name, value in fields if name == "division" and value.isdigit()}
        granted = frozenset(wanted & {code for code, _ in self._people.divisions_of(person)})
        code = self._chains.code(Consent(app.client_id, person.user_id, granted), asked["redirect_uri"])
        return _redirect(f"{asked['redirect_uri']}?{urlencode({'code': code} | state)}")

    def _login_page(self, request: Request) -> Reply:
        return html_reply(200, pages.login(request.address, failed=False))

    def _login(self, request: Request) -> Reply:
        """Check user and password; only a way back on this host is followed."""
        fields = dict(request.form())
        person = self._people.log_in(fields.get("UserName", ""), fields.get("Password", ""))
        if person is None:
            return html_reply(200, pages.login(request.address, failed=True))
        session = secrets.token_urlsafe(24)
        self._sessions[session] = person.user_id
        back = urlsplit(request.parameters().get("ReturnUrl", ""))
        cookie = f"{_COOKIE}={session}; Path=/; Secure; HttpOnly; SameSite=Lax"
        return _redirect(f"{AUTHORISE}?{back.query}", ("Set-Cookie", cookie))

    def _token(self, request: Request) -> Reply:
        fields = dict(request.form())
        try:
            pair = self._pair(fields, request.host)
        except TokenError as refused:
            if refused.name == "bad_code":
                return html_reply(400, pages.refusal("Bad Request"))
            return REFUSALS[refused.name].reply(refused.details)
        return Reply(200, (("Content-Type", "application/json; charset=utf-8"),), self._token_body(pair))

    def _pair(self, fields: dict[str, str], host: str) -> Pair:
        app = self._app(fields.get("client_id", ""), host)
        if app is None or app.client_secret != fields.get("client_secret"):
            raise TokenError("invalid_client")
        match fields.get("grant_type"):
            case "authorization_code" if "code" in fields and "redirect_uri" in fields:
                return self._chains.exchange(app, fields["code"], fields["redirect_uri"])
            case "refresh_token" if fields.get("refresh_token"):
                return self._chains.refresh(app, fields["refresh_token"])
        raise TokenError("invalid_request")

    def _token_body(self, pair: Pair) -> bytes:
        """Lay out a success as in the vendor's sample: `expires_in` is a text."""
        return (
            json.dumps(
                {
                    "access_token": pair.access_token,
                    "token_type": "Bearer",
                    "expires_in": str(self._settings.access_seconds),
                    "refresh_token": pair.refresh_token,
                },
                indent=2,
            ).encode()
            + b"\n"
        )

    def _app(self, client_id: str, host: str) -> App | None:
        """Find an app; one registered on another country's host is unknown here."""
        if host != self._settings.host:
            return None
        return next((app for app in self._settings.apps if app.client_id == client_id), None)

    def _person(self, request: Request) -> Person | None:
        cookies = dict(part.strip().partition("=")[::2] for part in request.headers.get("cookie", "").split(";"))
        return self._people.by_id(self._sessions.get(cookies.get(_COOKIE, ""), ""))


def _refused(app: App | None, asked: dict[str, str]) -> Reply | None:
    """Check the authorise parameters. A redirect that is not https or not as registered gives 401."""
    if app is None:
        return _no_client()
    redirect = asked.get("redirect_uri", "")
    if not redirect.startswith("https://") or redirect not in app.redirect_uris:
        return html_reply(401, pages.refusal("The redirect URI is not the one registered for this app."))
    if asked.get("response_type") != "code":
        return html_reply(400, pages.refusal("Only the response type code is supported."))
    return None


def _no_client() -> Reply:
    return html_reply(400, pages.refusal("Client not found."))


def _without_force(request: Request) -> str:
    """Give the way back after a login; asking for the login again would never end."""
    asked = request.parameters() | {"force_login": "0"}
    return f"{request.path}?{urlencode(asked, quote_via=quote)}"


def _redirect(address: str, *headers: tuple[str, str]) -> Reply:
    return Reply(302, (("Location", address), *headers))
