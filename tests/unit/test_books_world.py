"""Worlds: from a seed, of the size asked for, with the companies and calendars they promise."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random

import pytest

from local.exact_simulator.books import CANARY, BooksError, World, random_change

TODAY = date(2026, 11, 25)


def everything(world: World) -> str:
    companies = world.divisions.values()
    rows = [[list(company.truth(name)) for name in company.entities()] for company in companies]
    totals = [[company.reporting_balance(year) for year in company.years()] for company in companies]
    return repr(
        [
            rows,
            totals,
            [company.info for company in companies],
            [list(company.deleted_since(0)) for company in companies],
        ]
    )


def lived(seed: int) -> World:
    world, rng = World(seed, 1200, TODAY), Random(seed)
    for _ in range(60):
        random_change(rng.choice(list(world.divisions.values())), rng)
    return world


def test_the_same_seed_and_changes_give_the_same_world() -> None:
    first, second = lived(5), lived(5)
    assert everything(first) == everything(second)
    assert first.users == second.users


def test_another_seed_gives_another_world() -> None:
    assert everything(World(5, 1200, TODAY)) != everything(World(6, 1200, TODAY))


@pytest.mark.parametrize(("lines", "companies"), [(1000, 2), (1001, 3), (4321, 2), (9000, 1)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_world_has_exactly_the_lines_asked_for(seed: int, lines: int, companies: int) -> None:
    world = World(seed, lines, TODAY, companies)
    assert len(world.divisions) == companies
    assert sum(company.count("TransactionLines") for company in world.divisions.values()) == lines


def test_a_world_too_small_for_its_years_is_refused() -> None:
    with pytest.raises(BooksError, match="too few"):
        World(1, 60, TODAY)


def test_companies_have_their_own_chart_currency_and_calendar(books_world: World) -> None:
    first, second, _ = books_world.divisions.values()
    charts = [{row["Code"] for row in company.rows("GLAccounts")} for company in (first, second)]
    assert charts[0] - charts[1]
    assert charts[1] - charts[0]
    assert (first.info["Currency"], second.info["Currency"]) == ("EUR", "GBP")
    assert first.books.calendar.start != second.books.calendar.start


@pytest.mark.parametrize("today", [date(2026, 1, 2), date(2026, 3, 31), date(2026, 11, 25), date(2028, 2, 29)])
def test_periods_follow_each_other_without_gap_and_the_last_year_holds_today(today: date) -> None:
    for company in World(1, 1500, today, 3).divisions.values():
        periods = company.books.calendar.periods
        assert all((after.start - before.end).days == 1 for before, after in pairwise(periods))
        assert company.books.calendar.at(today).year == company.years()[-1]
        assert company.years() == sorted(set(company.years()))
        assert len(company.years()) == 3


def test_the_years_include_a_short_one_one_from_april_to_march_and_one_of_thirteen_periods(books_world: World) -> None:
    years = [company.books.calendar.of(year) for company in books_world.divisions.values() for year in company.years()]
    lengths = [(year[-1].end - year[0].start).days for year in years]
    assert min(lengths) < 200
    assert any(
        year[0].start.month == 4 and year[-1].end.month == 3 and length > 360
        for year, length in zip(years, lengths, strict=True)
    )
    assert any(len(year) == 13 for year in years)


def test_every_kind_of_booking_occurs(books_world: World) -> None:
    kinds = {entry.type for company in books_world.divisions.values() for entry in company.books.entries.values()}
    assert kinds >= {10, 20, 21, 30, 31, 40, 50, 70, 82, 83, 96, 170, 310, 322, 323, 326, 327, 328}


def test_a_converted_administration_has_its_opening_outside_the_lines(books_world: World) -> None:
    booked, converted, _ = books_world.divisions.values()
    assert not booked.books.opening
    assert sum(converted.books.opening.values()) == 0
    assert not [row for row in converted.since("TransactionLines", 0) if row["Type"] == 10]
    assert [row for row in converted.reporting_balance(converted.years()[0]) if row["Type"] == 10]


def test_users_can_do_different_things_and_their_secrets_bear_the_canary(books_world: World) -> None:
    full, partial = books_world.users.values()
    assert full.divisions == set(books_world.divisions)
    assert len(partial.divisions) == 1
    assert partial.rights
    assert all(CANARY in text for user in (full, partial) for text in (user.email, user.password, user.full_name))
