"""One disturbance of Exact Online as a value, and the scene it acts on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from local.exact_simulator.reply import Reply, Request
from local.exact_simulator.routes import Route, route
from local.exact_simulator.seam import Books, Company, Person


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens, to which request, how often; made from JSON as it stands. `faults.KINDS` says what a kind uses."""

    kind: str
    endpoint: str = ""  #: the end of the path, such as "sync/Deleted" or "oauth2/token"; "" for every request
    division: int | None = None  #: only of this division
    nth: int = 1  #: the first request that meets it, counted among the matching ones from the planning on
    times: int = 1  #: requests running that meet it; 0: all
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    seconds: float = 0.0
    rows: int = 1
    name: str = ""  #: a property, a host or a change of the books
    arguments: Mapping[str, object] = field(default_factory=dict)  #: of the change

    def is_for(self, request: Request) -> bool:
        """Whether it counts this request."""
        if self.division is not None and f"/{self.division}/" not in request.path:
            return False
        return request.path.endswith(f"/{self.endpoint}") if self.endpoint else True

    def acts_on(self, count: int) -> bool:
        """Whether the matching request of this number, the first being 1, meets it."""
        return self.nth <= count and (not self.times or count < self.nth + self.times)


@dataclass(frozen=True, slots=True)
class Scene:
    """A request that meets a fault. `answer` does the work and gives the reply the client would have got."""

    fault: Fault
    request: Request
    answer: Callable[[], Reply]
    before: Reply | None  #: the last reply at the same path, None when there was none since the planning
    user: str  #: id of the caller, "" outside the data API
    books: Books
    now: datetime

    @property
    def route(self) -> Route | None:
        """The endpoint of the data API."""
        return route(self.request.path)

    @property
    def company(self) -> Company | None:
        """The company asked for."""
        found = self.route
        return self.books.divisions.get(found.division) if found and found.division is not None else None

    @property
    def person(self) -> Person | None:
        """The user behind the call."""
        return self.books.users.get(self.user)
