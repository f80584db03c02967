import pytest

from shared.errors import Broken
from shared.streams import CATALOGUE
from shared.warehouse.keys import key_text
from shared.warehouse.names import Dialect, quoted


@pytest.mark.parametrize(
    ("dialect", "table", "column"),
    [(Dialect.SQLITE, '"exact_Items"', '"Code"'), (Dialect.TSQL, "[exact].[Items]", "[Code]")],
)
def test_one_function_writes_names_for_both_engines(dialect: Dialect, table: str, column: str) -> None:
    assert quoted(dialect, "exact", "Items") == table
    assert quoted(dialect, "Code") == column


@pytest.mark.parametrize("name", ["", 'a"b', "a]b", "a b", "a.b", "a;", "é", "1a", "a\n", "a" * 65])
def test_what_is_no_plain_name_is_never_quoted(name: str) -> None:
    with pytest.raises(Broken):
        quoted(Dialect.SQLITE, "exact", name)


def test_every_name_of_the_catalogue_can_be_quoted() -> None:
    for stream in CATALOGUE.values():
        for name in (stream.name, *stream.names):
            assert name in quoted(Dialect.TSQL, name)


@pytest.mark.parametrize(("parts", "text"), [(("a",), "a"), ((7,), "7"), ((2026, None, "", "x"), "2026|||x")])
def test_a_key_has_one_text(parts: tuple[object, ...], text: str) -> None:
    assert key_text(parts) == text  # type: ignore[arg-type]
