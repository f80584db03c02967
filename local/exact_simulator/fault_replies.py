"""Faults of the reply alone: its status, its head, its body, its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime

from local.exact_simulator import layout
from local.exact_simulator.fault import Scene
from local.exact_simulator.reply import Delivery, Reply, html_reply, json_reply

LIMIT = "x-ratelimit"
MAINTENANCE = "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon.</body></html>"


def status(scene: Scene) -> Reply:
    """Answer with the fault's own status, headers and body; no work is done."""
    fault = scene.fault
    return Reply(fault.status, tuple(fault.headers.items()), fault.body.encode())


def no_answer(scene: Scene) -> Reply:
    """Do nothing and answer nothing."""
    return Reply(0, delivery=Delivery.LOST, pause=scene.fault.seconds)


def reply_lost(scene: Scene) -> Reply:
    """Do the work and lose the reply."""
    return replace(scene.answer(), delivery=Delivery.LOST, pause=scene.fault.seconds)


def travelling(way: Delivery) -> Callable[[Scene], Reply]:
    """Make the fault that disturbs the reply on its way."""
    return lambda scene: replace(scene.answer(), delivery=way, pause=scene.fault.seconds)


def truncated(scene: Scene) -> Reply:
    """Send half of the body as if it were all."""
    whole = scene.answer()
    return replace(whole, body=whole.body[: len(whole.body) // 2])


def empty(scene: Scene) -> Reply:
    """Send no body."""
    return replace(scene.answer(), body=b"")


def html(scene: Scene) -> Reply:
    """Send a page with status 200 instead of JSON, as load balancers do."""
    return html_reply(200, scene.fault.body or MAINTENANCE)


def skewed(scene: Scene) -> Reply:
    """Answer as a server whose clock is `seconds` ahead (behind when negative): its Date and its resets."""
    whole, ahead = scene.answer(), scene.fault.seconds
    date = format_datetime((scene.now + timedelta(seconds=ahead)).astimezone(UTC), usegmt=True)
    return _with_limits(whole, lambda name, value: _later(value, ahead) if name.endswith("-reset") else value, date)


def headers_missing(scene: Scene) -> Reply:
    """Answer without a word on limits."""
    return _with_limits(scene.answer(), lambda _name, _value: None)


def headers_zero(scene: Scene) -> Reply:
    """Answer with zeros for limits."""
    return _with_limits(scene.answer(), lambda _name, _value: "0")


def pool_empty(scene: Scene) -> Reply:
    """Refuse with calls left in minute and day: the pool of the licence is empty."""
    limits = tuple(pair for pair in scene.answer().headers if pair[0].lower().startswith(LIMIT))
    return Reply(429, limits)


def property_gone(scene: Scene) -> Reply:
    """Refuse a query that names the property, as Exact does once it is withdrawn."""
    asked = scene.request.parameters().get("$select", "").split(",")
    found = scene.route
    if scene.fault.name not in asked or found is None or found.entity is None:
        return scene.answer()
    text = f"Could not find a property named '{scene.fault.name}' on type '{found.entity.type}'."
    return json_reply(400, layout.error(text))


def _with_limits(whole: Reply, change: Callable[[str, str], str | None], date: str = "") -> Reply:
    """Change the headers on limits; None takes one away."""
    pairs = [
        (name, change(name.lower(), value) if name.lower().startswith(LIMIT) else value)
        for name, value in whole.headers
    ]
    kept = [(name, value) for name, value in pairs if value is not None]
    return replace(whole, headers=(*kept, *([("Date", date)] if date else [])))


def _later(reset: str, seconds: float) -> str:
    return str(int(reset) + int(seconds * 1000))
