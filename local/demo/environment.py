"""What the app is told in the demo: settings and network, as environment variables."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from shared.settings import TABLE

#: the app's public name in the demo; `.test` is reserved and leads nowhere else
APP_HOST = "app.qics.test"
BASE_URL = f"https://{APP_HOST}"

#: settings of the demo that are not the app's defaults
OWN = {
    "QICS_BASE_URL": BASE_URL,
    "QICS_PLAN_SCHEDULE": "*/2 * * * * *",
    # short steps: the first copy is seen to go from message to message, and Ctrl-C waits for one step at most
    "QICS_STEP_SECONDS": "4",
    "QICS_LEASE_SECONDS": "60",
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.200",
    "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",  # a step that fails shows soon
    "PYTHON_THREADPOOL_THREAD_COUNT": "8",
}


def settings(data: Path, storage: str) -> dict[str, str]:
    """Every setting of the app: none is left to what the machine happens to have set."""
    defaults = {variable.name: variable.default for variable in TABLE if variable.default is not None}
    return defaults | OWN | {"QICS_DATA": str(data), "AzureWebJobsStorage": storage}


def network(proxy: str, bundle: Path) -> dict[str, str]:
    """The way to the local servers under their real names. Both spellings: the small one wins where both are set."""
    routes = {"HTTPS_PROXY": proxy, "NO_PROXY": "127.0.0.1"}
    small = {name.lower(): value for name, value in routes.items()}
    return routes | small | {"REQUESTS_CA_BUNDLE": str(bundle)}


@contextmanager
def applied(values: Mapping[str, str]) -> Iterator[None]:
    """Have this process and everything it starts see `values`, until the block ends."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def write(path: Path, values: Mapping[str, str]) -> None:
    """Write `values` as a file that a shell can read, so that `qics` can be used on what the demo left."""
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(values.items())))
