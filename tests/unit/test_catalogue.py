"""The catalogue against the vendor's metadata: what is asked for exists, has the type we think, and names nobody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.errors import Cause, Refused
from shared.streams import CATALOGUE, CHANGES, DELETED, DELETED_TYPES, SNAPSHOTS, TOTALS, stream
from shared.streams.model import Kind, Stream, Word

type Metadata = dict[str, dict[str, Any]]

WORDS_OF_EDM = {
    "Edm.Guid": {Word.KEY},
    "Edm.String": {Word.CODE, Word.TEXT},
    "Edm.DateTime": {Word.DAY, Word.LOCAL_TIME},
    "Edm.Double": {Word.MONEY, Word.RATE, Word.QUANTITY},
    "Edm.Int64": {Word.VERSION},
    "Edm.Int32": {Word.NUMBER},
    "Edm.Int16": {Word.NUMBER},
    "Edm.Byte": {Word.FLAG, Word.NUMBER},
    "Edm.Boolean": {Word.FLAG},
}

#: filled in by the reader, unknown to Exact
OURS = {("OpeningBalances", "Variant")}

ALL = [*CATALOGUE.values(), DELETED]
EVERY_STREAM = pytest.mark.parametrize("found", ALL, ids=[found.name for found in ALL])


@pytest.fixture(scope="session")
def metadata(kit: Path) -> Metadata:
    """Each endpoint by its path below /api/v1/."""
    endpoints = json.loads((kit / "facts/exact-metadata/endpoints.json").read_text())
    return {endpoint["path"].removeprefix("/api/v1/"): endpoint for endpoint in endpoints}


@pytest.fixture
def properties(found: Stream, metadata: Metadata) -> Metadata:
    return {entry["name"]: entry for entry in metadata[address(found)]["properties"]}


def address(found: Stream) -> str:
    return found.path.replace("{scope}", found.scopes[0])


def asked(found: Stream) -> list[str]:
    return [name for name in found.names if (found.name, name) not in OURS]


def names(flag: str) -> dict[str, set[str]]:
    marked = {found.name: {c.name for c in found.columns if getattr(c, flag)} for found in ALL}
    return {name: columns for name, columns in marked.items() if columns}


@EVERY_STREAM
def test_every_column_exists_with_the_type_its_word_stands_for(found: Stream, properties: Metadata) -> None:
    wrong = [
        (column.name, column.word)
        for column in found.columns
        if column.name in asked(found) and column.word not in WORDS_OF_EDM[properties[column.name]["edm"]]
    ]
    assert wrong == []


@EVERY_STREAM
def test_every_field_that_matters_for_reporting_is_read(found: Stream, metadata: Metadata) -> None:
    assert set(metadata[address(found)]["bi_fields"]) <= set(found.names)


@EVERY_STREAM
def test_nothing_is_read_that_the_metadata_says_to_leave_out(found: Stream, properties: Metadata) -> None:
    hints = {name: properties[name].get("personal_data_hint") for name in asked(found)}
    assert "leave out by default" not in hints.values()


@EVERY_STREAM
def test_every_column_that_can_identify_a_person_is_soft(found: Stream, properties: Metadata) -> None:
    hinted = {name for name in asked(found) if properties[name].get("personal_data_hint")}
    assert hinted <= names("soft").get(found.name, set())


@EVERY_STREAM
def test_nothing_is_asked_that_a_newer_client_no_longer_knows(found: Stream, properties: Metadata) -> None:
    gone = [n for n in asked(found) if {"obsolete_doc", "not_in_client_2025_12"} & properties[n].keys()]
    assert gone == []


@EVERY_STREAM
def test_page_sizes_are_the_documented_ones(found: Stream, metadata: Metadata) -> None:
    assert found.page_size == metadata[address(found)]["page_size_doc"]


@EVERY_STREAM
def test_scope_groups_are_those_of_the_metadata(found: Stream, metadata: Metadata) -> None:
    newer = {"Journals": "financial/accounting"}  # an audit of August 2026 found another than the metadata of 2022
    documented = metadata[address(found)]["permission_group"].lower().replace(" ", "/")
    assert found.scope_group == newer.get(found.name, documented)


@pytest.mark.parametrize("scope", CATALOGUE["OpeningBalances"].scopes)
def test_every_variant_of_the_opening_balances_has_its_endpoint(scope: str, metadata: Metadata) -> None:
    assert CATALOGUE["OpeningBalances"].path.replace("{scope}", scope) in metadata


def test_deletions_are_numbered_as_the_vendor_numbers_them(kit: Path) -> None:
    index = json.loads((kit / "facts/exact-metadata/sync-bulk-index.json").read_text())
    labels = {entry["number"]: entry["label"] for entry in index["deleted_entity_types"]}
    assert {number: found.name for number, found in DELETED_TYPES.items()} == {
        number: labels[number] for number in DELETED_TYPES
    }


def test_every_stream_of_changes_learns_of_its_deletions() -> None:
    assert set(DELETED_TYPES.values()) == set(CHANGES)


@EVERY_STREAM
def test_rights_are_asked_for_the_very_path_that_is_read(found: Stream) -> None:
    assert found.rights == address(found).replace("{division}/", "").removeprefix("beta/")


@EVERY_STREAM
def test_keys_and_versions_are_among_the_columns(found: Stream) -> None:
    version = [found.version] if found.version else []
    assert {*found.key, *version, *filter(None, [found.person, found.scope_column])} <= set(found.names)


@EVERY_STREAM
def test_no_column_is_named_twice(found: Stream) -> None:
    assert len({name.lower() for name in found.names}) == len(found.names)


@EVERY_STREAM
def test_only_streams_of_changes_have_row_versions(found: Stream) -> None:
    assert (found.version == "Timestamp") == (found.kind is Kind.CHANGES)


@EVERY_STREAM
def test_a_key_is_never_derived_nor_soft(found: Stream) -> None:
    loose = {column.name for column in found.columns if column.derived or column.soft}
    assert not loose & {*found.key, found.version, found.person}


@EVERY_STREAM
def test_soft_columns_know_whose_they_are(found: Stream) -> None:
    assert any(column.soft for column in found.columns) == (found.person is not None)


def test_every_stream_of_the_design_is_there() -> None:
    assert {found.name for found in CHANGES} == {
        "TransactionLines",
        "PaymentTerms",
        "GLAccounts",
        "GLClassifications",
        "Accounts",
        "Items",
        "Projects",
    }
    assert {found.name for found in SNAPSHOTS} == {
        "Divisions",
        "Journals",
        "FinancialPeriods",
        "GLAccountClassificationMappings",
        "GLSchemes",
        "VATCodes",
        "VatPercentages",
        "Costcenters",
        "Costunits",
        "PaymentConditions",
        "Currencies",
        "ExchangeRates",
        "Budgets",
        "BudgetScenarios",
        "ItemGroups",
        "AccountClassifications",
        "AccountClassificationNames",
    }
    assert {found.name for found in TOTALS} == {"ReportingBalance", "OpeningBalances"}


def test_what_refers_is_read_before_what_it_refers_to_and_totals_last() -> None:
    order = list(CATALOGUE)
    assert tuple(order[:2]) == ("TransactionLines", "PaymentTerms")
    assert tuple(order[-2:]) == ("ReportingBalance", "OpeningBalances")


def test_the_soft_columns_are_these_and_no_others() -> None:
    assert names("soft") == {
        "Accounts": {"Name", "City", "Postcode", "VATNumber", "ChamberOfCommerce"},
        "TransactionLines": {"Description", "YourRef", "PaymentReference"},
        "PaymentTerms": {"Description", "YourRef", "PaymentReference"},
        "Projects": {"Description"},
    }


def test_the_derived_columns_are_these_and_no_others() -> None:
    assert names("derived") == {
        "TransactionLines": {"DocumentNumber", "GLAccountCode", "AccountCode", "ProjectCode", "ItemCode"},
        "PaymentTerms": {
            "AccountCode",
            "GLAccountCode",
            "TransactionAmountDC",
            "TransactionAmountFC",
            "TransactionDueDate",
            "TransactionIsReversal",
            "TransactionReportingYear",
            "TransactionReportingPeriod",
            "TransactionStatus",
            "TransactionType",
        },
        "GLAccounts": {"TypeDescription"},
        "GLClassifications": {"TaxonomyNamespaceDescription"},
        "GLAccountClassificationMappings": {
            "GLAccountCode",
            "GLAccountDescription",
            "GLSchemeCode",
            "GLSchemeDescription",
            "ClassificationCode",
            "ClassificationDescription",
        },
        "Accounts": {"CountryName"},
        "Journals": {"GLAccountCode", "GLAccountType"},
        "Projects": {"AccountCode", "TypeDescription"},
        "Items": {"ItemGroupCode"},
        "Budgets": {"BudgetScenarioCode", "BudgetScenarioDescription", "GLAccountCode"},
        "ReportingBalance": {"ID", "GLAccountCode", "BalanceType"},
        "OpeningBalances": {"GLAccountCode", "BalanceSide"},
        "Divisions": {"CustomerName"},
    }


def test_an_unknown_stream_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="Ledger") as caught:
        stream("Ledger")
    assert caught.value.cause is Cause.BAD_REQUEST
