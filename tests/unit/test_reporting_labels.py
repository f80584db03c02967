"""Names in both languages for everything a reader sees, and the dictionary that shows them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from shared.errors import Broken, Cause, Refused
from shared.reporting import VIEWS, labels, view
from shared.reporting.codes import CARRY_OVER, OPENING, RESULT_CLOSING, codes
from shared.reporting.dictionary import document, unit

ROOT = Path(__file__).parents[2]
NAMED = {("view", name) for name in VIEWS} | {
    ("column", column.name) for each in VIEWS.values() for column in each.columns
}


def test_every_view_and_column_has_a_label_and_no_label_is_left_over() -> None:
    assert set(labels.table()) == NAMED


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_label_says_heading_and_meaning_in_both_languages(name: tuple[str, str]) -> None:
    label = labels.table()[name]
    texts = [label.heading("nl"), label.heading("en"), label.meaning("nl"), label.meaning("en")]
    assert all(text and text == text.strip() and not text.endswith(".") for text in texts)


def test_a_column_means_the_same_wherever_it_stands() -> None:
    words = defaultdict(set)
    for each in VIEWS.values():
        for column in each.columns:
            words[column.name].add((column.word, unit(column)))
    assert {name: found for name, found in words.items() if len(found) > 1} == {}


def test_the_headings_of_one_view_differ_in_each_language() -> None:
    for each in VIEWS.values():
        for language in ("nl", "en"):
            headings = [labels.of_column(column.name).heading(language) for column in each.columns]  # type: ignore[arg-type]
            assert len(set(headings)) == len(headings), (each.name, language)


def test_the_dictionary_in_the_documents_is_that_of_the_views() -> None:
    written = (ROOT / "docs" / "reporting.md").read_text(encoding="utf-8")
    assert written == document(), "run: python -m shared.reporting"


def test_every_column_says_where_it_comes_from() -> None:
    assert [(each.name, column.name) for each in VIEWS.values() for column, of in each.sources() if not of] == []


def test_a_view_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        view("cashflow")
    assert refused.value.cause is Cause.BAD_REQUEST
    with pytest.raises(Broken):
        labels.of_view("cashflow")


def test_every_entry_type_has_one_group_and_a_name_in_both_languages() -> None:
    types = [int(each.code) for each in codes() if each.list == "entry_type"]
    assert len(types) == len(set(types))
    assert {OPENING, *RESULT_CLOSING, *CARRY_OVER} <= set(types)
    assert all(each.nl and each.en for each in codes())
