"""host.json with the documented defaults, and the app settings that override it.

Source: https://learn.microsoft.com/azure/azure-functions/functions-host-json and
https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#hostjson-settings
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from local.host.errors import HostError

TIME_SPAN = re.compile(r"(?:(?P<days>\d+)\.)?(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d(?:\.\d+)?)")

#: `AzureFunctionsJobHost__extensions__queues__batchSize=1` overrides extensions.queues.batchSize
OVERRIDE = "AzureFunctionsJobHost__"


class TimeSpan(timedelta):
    """A duration written as .NET does: `hh:mm:ss`, `d.hh:mm:ss`, with or without a fraction."""


class Limit(TimeSpan):
    """A duration, or `-1` for none: negative then."""


class QueueOptions(msgspec.Struct, frozen=True, rename="camel"):
    """`extensions.queues`: one set for every queue function of the app."""

    batch_size: Annotated[int, msgspec.Meta(ge=1, le=32)] = 16
    new_batch_threshold: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_dequeue_count: Annotated[int, msgspec.Meta(ge=1)] = 5
    visibility_timeout: TimeSpan = TimeSpan(0)
    max_polling_interval: TimeSpan = TimeSpan(minutes=1)
    message_encoding: Literal["base64", "none"] = "base64"

    @property
    def threshold(self) -> int:
        """A new batch is fetched when no more than this many messages are being worked on; half a batch unless set."""
        return self.batch_size // 2 if self.new_batch_threshold is None else self.new_batch_threshold


class HttpOptions(msgspec.Struct, frozen=True, rename="camel"):
    """`extensions.http`."""

    route_prefix: str = "api"


class Extensions(msgspec.Struct, frozen=True):
    """`extensions`: the two kinds of bindings with options here."""

    queues: QueueOptions = QueueOptions()
    http: HttpOptions = HttpOptions()


class HostJson(msgspec.Struct, frozen=True, rename="camel"):
    """What this host reads of host.json; everything else is left to Azure."""

    version: Literal["2.0"]
    extensions: Extensions = Extensions()
    function_timeout: Limit = Limit(minutes=30)

    @property
    def timeout(self) -> float | None:
        """Seconds one invocation may take, None without bound. The default is that of Flex Consumption."""
        seconds = self.function_timeout.total_seconds()
        return None if seconds < 0 else seconds


def read_host_json(app: Path, settings: Mapping[str, str]) -> HostJson:
    """Read the app's host.json under the overrides in `settings`. Raises HostError naming the key that is wrong."""
    file = app / "host.json"
    try:
        tree = json.loads(file.read_text(encoding="utf-8"))
        for name in sorted(settings):
            if name.startswith(OVERRIDE):
                _put(tree, name.removeprefix(OVERRIDE).split("__"), settings[name])
        return msgspec.convert(tree, HostJson, strict=False, dec_hook=_time_span)
    except FileNotFoundError:
        raise HostError(f'{file} is not there: every function app has one, at least {{"version": "2.0"}}') from None
    except ValueError as error:
        raise HostError(f"{file}: {error}") from None


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


def _time_span(kind: type[TimeSpan], value: Any) -> TimeSpan:
    if kind is Limit and value == "-1":
        return Limit(seconds=-1)
    match = TIME_SPAN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is no {kind.__name__}; write hh:mm:ss")
    return kind(**{unit: float(number or 0) for unit, number in match.groupdict().items()})
