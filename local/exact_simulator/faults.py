"""Faults on demand: what goes wrong at Exact Online, planned by endpoint and by the number of the call.

`simulator.faults.plan(Fault("reply_lost", endpoint="oauth2/token"))`, or the same as JSON by `POST /_admin/fault`.
Several faults may meet one request: the one planned last is the outermost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from local.exact_simulator import fault_events, fault_pages, fault_replies
from local.exact_simulator.books.changes import CHANGES
from local.exact_simulator.fault import Fault, Scene
from local.exact_simulator.reply import Delivery, Reply, Request
from local.exact_simulator.seam import Books

__all__ = ["KINDS", "Fault", "Faults", "Kind"]

type Act = Callable[[Scene], Reply]


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can go wrong, and which of a fault's fields it uses besides when and where."""

    act: Act
    uses: tuple[str, ...]
    meaning: str


KINDS = {
    "status": Kind(fault_replies.status, ("status", "headers", "body"), "any status, with headers and body"),
    "no_answer": Kind(fault_replies.no_answer, ("seconds",), "nothing is done, the connection closes after a while"),
    "reply_lost": Kind(fault_replies.reply_lost, ("seconds",), "the work is done, its reply never arrives"),
    "reset": Kind(fault_replies.travelling(Delivery.RESET), (), "the connection is reset in the middle of the body"),
    "broken_off": Kind(fault_replies.travelling(Delivery.BROKEN_OFF), (), "the connection closes in mid-body"),
    "trickle": Kind(fault_replies.travelling(Delivery.TRICKLE), ("seconds",), "the body comes in eight slow pieces"),
    "truncated": Kind(fault_replies.truncated, (), "half of the body, as if it were all"),
    "empty": Kind(fault_replies.empty, (), "status 200 without a body"),
    "html": Kind(fault_replies.html, ("body",), "status 200 with a page instead of JSON"),
    "skewed": Kind(fault_replies.skewed, ("seconds",), "the server's clock is off"),
    "headers_missing": Kind(fault_replies.headers_missing, (), "no headers on limits"),
    "headers_zero": Kind(fault_replies.headers_zero, (), "headers on limits that all say 0"),
    "pool_empty": Kind(fault_replies.pool_empty, (), "429 with calls left: the licence's pool is empty"),
    "property_gone": Kind(fault_replies.property_gone, ("name",), "400 for queries that name a withdrawn property"),
    "repeated_rows": Kind(fault_pages.repeated_rows, ("rows",), "a page begins with rows of the one before"),
    "repeated_page": Kind(fault_pages.repeated_page, (), "a page comes once more, its link included"),
    "empty_page": Kind(fault_pages.empty_page, (), "a page without rows, but with a link"),
    "foreign_next": Kind(fault_pages.foreign_next, ("name",), "the link to the next page leads to another host"),
    "changed": Kind(fault_events.changed, ("name", "arguments"), "a change of the books happens just before"),
    "moved": Kind(fault_events.moved, (), "the division is moved just before"),
    "committed_late": Kind(fault_events.committed_late, ("rows",), "lines appear below versions handed out"),
    "risen": Kind(fault_events.risen, (), "a row of the page before gets a new version"),
    "right_lost": Kind(fault_events.right_lost, (), "the user loses the right to the list"),
}
_ALWAYS = ("endpoint", "division", "nth", "times")


@dataclass(slots=True)
class _Plan:
    fault: Fault
    count: int = 0

    def meets(self, request: Request) -> bool:
        """Count a request; whether it meets the fault."""
        if not self.fault.is_for(request):
            return False
        self.count += 1
        return self.fault.acts_on(self.count)


class Faults:
    """The faults planned for one simulator. `met`: what happened, as kind and path, in order."""

    def __init__(self, books: Books) -> None:
        self.met: list[tuple[str, str]] = []
        self._books = books
        self._plans: list[_Plan] = []
        self._before: dict[str, Reply] = {}

    def plan(self, fault: Fault) -> None:
        """Let a fault happen. Raises ValueError for one that makes no sense."""
        check(fault)
        self._plans.append(_Plan(fault))

    def calm(self) -> None:
        """Plan nothing any more."""
        self._plans.clear()
        self._before.clear()

    def answer(self, request: Request, user: str, now: datetime, work: Callable[[], Reply]) -> Reply:
        """Give the reply to a request: that of `work`, or what the faults that meet it make of it."""
        if not self._plans:
            return work()
        undisturbed = work
        for plan in self._plans:
            if plan.meets(request):
                self.met.append((plan.fault.kind, request.path))
                before = self._before.get(request.path)
                scene = Scene(plan.fault, request, undisturbed, before, user, self._books, now)
                undisturbed = partial(KINDS[plan.fault.kind].act, scene)
        reply = undisturbed()
        self._before[request.path] = reply
        return reply


def check(fault: Fault) -> None:
    """Raises ValueError for an unknown kind, and for fields the kind does not use."""
    kind = KINDS.get(fault.kind)
    if kind is None:
        raise ValueError(f"no fault {fault.kind!r}: choose one of {', '.join(KINDS)}")
    plain = Fault(fault.kind)
    given = [name for name in Fault.__dataclass_fields__ if getattr(fault, name) != getattr(plain, name)]
    stray = [name for name in given if name not in (*kind.uses, *_ALWAYS)]
    if stray:
        raise ValueError(
            f"a {fault.kind} fault does not use {', '.join(stray)}: it uses {', '.join(kind.uses) or 'none'}"
        )
    if fault.nth < 1 or fault.times < 0:
        raise ValueError("nth begins at 1, times at 0, which stands for every time")
    if fault.kind == "changed" and fault.name not in CHANGES:
        raise ValueError(f"no change {fault.name!r} of the books")
    if fault.kind == "risen" and fault.endpoint.rpartition("/")[2] not in fault_events.RISING:
        raise ValueError(f"rows rise in {', '.join(fault_events.RISING)}: name the endpoint of one")
