"""Hosts, first addresses and next links."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Broken, Cause, Refused, StreamStopped
from shared.exact import hosts, query
from shared.exact.pages import Paging, following
from shared.streams import CATALOGUE, DELETED, stream

NL = "https://start.exactonline.nl"
PAGE = f"{NL}/api/v1/7/sync/Deleted?$filter=Timestamp%20gt%201L"


@pytest.mark.parametrize("country", ["nl", "be", "de", "fr", "es", "com"])
def test_each_country_has_its_own_host(country):
    assert hosts.base(country) == f"https://start.exactonline.{country}"


def test_the_british_host_ends_in_co_uk():
    assert hosts.base("uk") == "https://start.exactonline.co.uk"


def test_an_unknown_country_is_refused_with_the_known_ones():
    with pytest.raises(Refused, match="country 'xx' has no Exact Online; there are nl, be"):
        hosts.base("xx")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (PAGE, "sync/Deleted"),
        (f"{NL}/api/v1/current/Me", "current/Me"),
        (f"{NL}/api/v1/beta/7/budget/BudgetScenarios?$select=ID", "beta/budget/BudgetScenarios"),
    ],
)
def test_an_endpoint_is_named_without_division_and_query(url, name):
    assert hosts.endpoint(url) == name


@pytest.mark.parametrize(
    "url",
    [
        "http://start.exactonline.nl/api/v1/7/x",
        "https://start.exactonline.be/api/v1/7/x",
        "https://start.exactonline.nl.evil.example/api/v1/7/x",
        "https://start.exactonline.nl@evil.example/api/v1/7/x",
        "https://start.exactonline.nl\\@evil.example/api/v1/7/x",
        "https://start.exactonline.nl:444/api/v1/7/x",
        "https://start.exactonline.nl/docs/Login.aspx",
        "//start.exactonline.nl/api/v1/7/x",
        "https://[",
    ],
)
def test_no_link_leads_off_the_grants_own_api(url):
    with pytest.raises(StreamStopped) as raised:
        following("nl", url, PAGE)
    assert raised.value.cause is Cause.FOREIGN_LINK
    assert "evil" not in str(raised.value)


@pytest.mark.parametrize("each", [*CATALOGUE.values(), DELETED], ids=lambda each: each.name)
def test_the_first_address_of_every_stream_asks_for_named_columns_only(each):
    url = query.first_url("nl", each, 7, above=1 if each.version else None, scope=each.scopes[0], columns=each.names)
    parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query, strict_parsing=True))
    assert options["$select"].split(",") == list(each.names)
    assert not {"$top", "$skip", "$orderby", "$skiptoken", "$expand"} & options.keys()
    assert (parts.scheme, parts.netloc, len(url) < 6000) == ("https", "start.exactonline.nl", True)
    assert url.isascii()
    assert " " not in url


def test_changes_are_asked_above_a_version_as_a_64_bit_literal():
    url = query.first_url("nl", stream("GLAccounts"), 7, above=2**62, scope="", columns=("Timestamp", "ID"))
    assert url == f"{NL}/api/v1/7/sync/Financial/GLAccounts?$select=ID,Timestamp&$filter=Timestamp%20gt%20{2**62}L"


def test_dropped_columns_are_not_asked_for_and_the_catalogues_order_stays():
    url = query.first_url("nl", stream("Journals"), 7, above=None, scope="", columns={"Type", "Code", "ID"})
    assert url == f"{NL}/api/v1/7/financial/Journals?$select=ID,Code,Type"


def test_a_year_is_filtered_by_its_scope():
    url = query.first_url("nl", stream("ReportingBalance"), 7, above=None, scope="2025", columns=("ID",))
    assert url.endswith("ReportingBalance?$select=ID&$filter=ReportingYear%20eq%202025")


def test_a_scope_in_the_path_is_no_filter():
    url = query.first_url(
        "nl", stream("OpeningBalances"), 7, above=None, scope="CurrentYear/Processed", columns=("Amount",)
    )
    assert url == f"{NL}/api/v1/7/openingbalance/CurrentYear/Processed?$select=Amount"


def test_a_scope_that_is_no_year_never_reaches_a_filter():
    with pytest.raises(Broken, match="is no year"):
        query.first_url("nl", stream("ReportingBalance"), 7, above=None, scope="2025 or 1 eq 1", columns=("ID",))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_as_an_odata_literal_in_an_address(value):
    url = query.api("nl", "7/users/UserHasRights", endpoint=query.text(value))
    literal = dict(parse_qsl(urlsplit(url).query))["endpoint"]
    assert (literal[0], literal[-1], literal[1:-1].replace("''", "'")) == ("'", "'", value)


def link(token):
    return f"{NL}/api/v1/7/sync/Deleted?$select=ID&$skiptoken={token}"


def test_the_last_page_has_no_link():
    assert Paging("nl").check("", PAGE) == ""


def test_a_page_that_names_itself_is_a_loop():
    with pytest.raises(StreamStopped) as raised:
        following("nl", link("5L"), f"{NL}/api/v1/7/sync/Deleted?$skiptoken=5L&$select=ID")
    assert raised.value.cause is Cause.PAGING_LOOP


@given(st.integers(1, 30), st.data())
def test_a_circle_of_any_length_is_noticed_where_it_closes(length, data):
    paging, links = Paging("nl"), [PAGE, *(link(f"{n}L") for n in range(length))]
    for previous, following_link in pairwise(links):
        assert paging.check(following_link, previous) == following_link
    back = data.draw(st.sampled_from(links))
    with pytest.raises(StreamStopped, match="paging-loop"):
        paging.check(back, links[-1])


@given(st.lists(st.integers(0, 10**12), unique=True, max_size=40))
def test_a_list_without_a_circle_is_followed_to_its_end(tokens):
    paging, url = Paging("nl"), PAGE
    for token in tokens:
        url = paging.check(link(f"{token}L"), url)
    assert paging.check("", url) == ""
