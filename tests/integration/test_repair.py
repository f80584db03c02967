"""Differences planted in the copy: each is found, named and healed with the calls that were promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.support.planting import Copy
LIST, LINES_CALL, LOG, BALANCE = (
    "financialtransaction/TransactionLines",
    "sync/Financial/TransactionLines",
    "sync/Deleted",
    "financial/ReportingBalance",
)


@pytest.mark.parametrize("plant", ["lose", "double", "add_cent", "move", "miss_deletion"])
def test_a_planted(proven: Copy, plant: str, caplog) -> None:
    import logging
    print(proven.history(), proven.standing)
    with caplog.at_level("INFO", "qics"):
        getattr(proven, plant)()
        proven.run()
    calls = proven.pipeline.calls()
    print(proven.history())
    print(proven.standing)
    print({k: calls[k] for k in (LIST, LINES_CALL, LOG, BALANCE, "users/UserHasRights")}, calls)
    for r in caplog.records:
        if any(w in r.message for w in ("proof","part","repair","standing","alert","list.")): print(r.message)
    print(proven.pipeline.differences())
    assert 0
