from decimal import Decimal

import pytest

from shared.errors import RecordRefused
from shared.streams.model import SCALE, Word
from shared.warehouse import words
from shared.warehouse.names import Dialect
from tests.support.warehouse import LINES, line

AMOUNTS = (Word.MONEY, Word.RATE, Word.QUANTITY)


def test_every_word_has_a_form_on_both_engines() -> None:
    assert set(words.FORMS) == set(Word)
    assert all(words.sql_type(word, dialect) for word in Word for dialect in Dialect)


@pytest.mark.parametrize("word", AMOUNTS)
def test_amounts_are_whole_numbers_of_the_same_scale_on_both_engines(word: Word) -> None:
    assert words.FORMS[word].encode([Decimal(1), None]) == [10 ** SCALE[word], None]
    assert words.FORMS[word].tsql == f"decimal(19, {SCALE[word]})"


@pytest.mark.parametrize("word", AMOUNTS)
def test_amounts_come_back_with_their_scale(word: Word) -> None:
    (value,) = words.FORMS[word].decode([1])
    assert isinstance(value, Decimal)
    assert value.as_tuple().exponent == -SCALE[word]


def test_the_column_that_does_not_fit_is_named() -> None:
    assert words.misfit(LINES, line(1)) == ""
    assert words.misfit(LINES, line(1, Quantity=Decimal("0.0000001"))) == "Quantity"


def test_a_refusal_names_the_column_and_never_the_value() -> None:
    with pytest.raises(RecordRefused, match="Amount") as refused:
        words.encoded(LINES, LINES.columns, [line(2), line(1, Amount=Decimal("12345.678901"))])
    assert "12345" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_what_is_encoded_is_decoded_the_same() -> None:
    rows = [line(1), line(2, Amount=None, Open=False)]
    assert words.decoded(LINES.columns, words.encoded(LINES, LINES.columns, rows)) == rows
