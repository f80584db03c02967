"""`@app.retry` on a timer: the one trigger here for which the real host honours it.

https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from local.host.messages import RpcRetryOptions


@dataclass(frozen=True, slots=True)
class Retry:
    """Tries after the first (-1: without end), and the wait before each: doubling from `first`, at most `longest`."""

    most: int
    first: timedelta
    longest: timedelta

    def waits(self) -> Iterator[timedelta]:
        """Give the wait before each further try."""
        for number in count() if self.most < 0 else range(self.most):
            yield min(self.first * 2 ** min(number, 30), self.longest)


NO_RETRY = Retry(0, timedelta(0), timedelta(0))


def read_retry(options: RpcRetryOptions | None) -> Retry:
    """Read the policy as the engine reports it; a fixed delay is one that does not double."""
    if options is None:
        return NO_RETRY
    if options.retry_strategy == "fixed_delay":
        return Retry(options.max_retry_count, options.delay_interval, options.delay_interval)
    return Retry(options.max_retry_count, options.minimum_interval, options.maximum_interval)
