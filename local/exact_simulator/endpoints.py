"""The data API: everything below /api/v1/, in the order in which Exact refuses."""

from __future__ import annotations

from collections.abc import Iterable

from local.exact_simulator import layout
from local.exact_simulator.chains import Consent
from local.exact_simulator.clock import Clock
from local.exact_simulator.lexer import BadQueryError
from local.exact_simulator.me import me
from local.exact_simulator.paging import chosen, page, start_version
from local.exact_simulator.people import People, scope_refused
from local.exact_simulator.query import Query, parse
from local.exact_simulator.reply import Reply, Request, json_reply
from local.exact_simulator.routes import Route, by_right
from local.exact_simulator.rows import RowWriter
from local.exact_simulator.schema import Entity
from local.exact_simulator.seam import Books, Row
from local.exact_simulator.settings import Settings
from local.exact_simulator.sources import changes, whole


class DataApi:
    """Answers data calls of a caller whose token was good."""

    def __init__(self, settings: Settings, books: Books, people: People, clock: Clock) -> None:
        self._settings = settings
        self._apps = {app.client_id: app for app in settings.apps}
        self._books = books
        self._people = people
        self._clock = clock

    def answer(self, request: Request, route: Route, consent: Consent) -> Reply:
        """Give the rows, or the refusal."""
        refused = self._refused(request, route, consent)
        if refused is not None:
            return refused
        if route.entity is None:
            return self._has_right(request, route, consent)
        try:
            return self._list(request, route, route.entity, consent)
        except BadQueryError as bad:
            return json_reply(400, layout.error(str(bad)))

    def _refused(self, request: Request, route: Route, consent: Consent) -> Reply | None:
        """Refuse what does not depend on the query."""
        if request.method != "GET":
            return Reply(405, (("Allow", "GET"),))
        if "application/json" not in request.headers.get("accept", ""):
            return json_reply(415, layout.error("Unsupported media type requested."))
        return (
            self._people.user_refused(consent)
            or (route.entity and scope_refused(self._apps[consent.client_id], route.entity))
            or (None if route.division is None else self._people.division_refused(consent, route.division))
        )

    def _list(self, request: Request, route: Route, entity: Entity, consent: Consent) -> Reply:
        query = parse(request.query, entity)
        size = self._settings.page_size_sync if entity.is_sync else self._settings.page_size
        rows = self._rows(route, entity, query, consent)
        found = page(rows, query, entity, size, next_on_full=self._settings.next_on_full_last_page)
        collection = f"https://{request.host}{request.path}"
        write = RowWriter(entity, query.selected, collection)
        link = found.next_link(collection)
        return json_reply(200, layout.listing(map(write, found.rows), link, as_array=found.as_array))

    def _rows(self, route: Route, entity: Entity, query: Query, consent: Consent) -> Iterable[Row]:
        """Give the rows from the page's first one on; none where the user lacks the right."""
        if route.division is None:
            person = self._books.users[consent.user_id]
            return [me(person, self._people.visible(consent), self._clock)]
        if entity.name == "Divisions":
            return chosen((company.info for company in self._people.visible(consent)), query, entity)
        company = self._books.divisions[route.division]
        allowed = self._people.may_read(consent, route.division, entity.name)
        if entity.is_sync:
            version = start_version(query, entity)
            return changes(company, entity, version) if allowed else ()
        return chosen(whole(company, entity, query.filter) if allowed else (), query, entity)

    def _has_right(self, request: Request, route: Route, consent: Consent) -> Reply:
        """Answer UserHasRights; wrong parameters gave an empty 503."""
        asked = request.parameters()
        entity = by_right(asked.get("endpoint", "").strip("'"))
        if entity is None or asked.get("action", "") not in {"'GET'", "'POST'", "'PUT'", "'DELETE'"}:
            return Reply(503)
        allowed = asked["action"] == "'GET'" and self._people.may_read(consent, route.division or 0, entity.name)
        member = f'"UserHasRights": {layout.scalar(allowed)}'
        return json_reply(200, layout.document("d", layout.brace(member)))
