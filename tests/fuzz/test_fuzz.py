"""No input ends in anything but a value or a named error: kept inputs first, then new ones.

CI throws a few dozen at each reader, the same ones each time; `python -m tests.fuzz` goes on for as long as it is told.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import inputs
from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import CORPUS, kept, throw

KEPT = [(path.parent.name, path) for path in sorted(CORPUS.glob("*/*"))]
BRIEF = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize(("target", "path"), KEPT, ids=[f"{target}-{path.name}" for target, path in KEPT])
def test_a_kept_input_ends_in_a_value_or_a_named_error(target: str, path) -> None:
    throw(target, path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
@BRIEF
@given(data=st.data())
def test_a_new_input_ends_in_a_value_or_a_named_error(target: str, data: st.DataObject) -> None:
    throw(target, data.draw(TARGETS[target].inputs | inputs.mutated(kept(target))))


def test_every_reader_has_kept_inputs() -> None:
    assert {target for target, _ in KEPT} == TARGETS.keys()
