"""The vendor's `$filter` as a predicate over rows.

Comparisons of one property with one constant, joined by `and`, `or` and parentheses. Everything else (functions, a
property against a property, navigation) is refused, as Exact refuses it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from local.exact_simulator.books.values import Value
from local.exact_simulator.lexer import SYNTAX, BadQueryError, Token, constant, tokens
from local.exact_simulator.schema import Entity

type Predicate = Callable[[Mapping[str, Value]], bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`Name op constant`, checked against the entity."""

    name: str
    operator: str
    value: Value


_OPERATORS: dict[str, Callable[[Any, Any], object]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
#: which literals may stand beside a property of an Edm type
_FITS = {
    "Guid": {"guid"},
    "DateTime": {"datetime"},
    "String": {"string"},
    "Boolean": {"bool"},
    "Double": {"double", "int", "long"},
    **{edm: {"int", "long"} for edm in ("Int64", "Int32", "Int16", "Byte")},
}
#: what a refusal calls the type of a literal
_EDM = {
    "guid": "Edm.Guid",
    "datetime": "Edm.DateTime",
    "string": "Edm.String",
    "bool": "Edm.Boolean",
    "long": "Edm.Int64",
    "double": "Edm.Double",
}


def predicate(text: str, entity: Entity) -> Predicate:
    """Compile a `$filter`; BadQueryError when the vendor would refuse it."""
    return _Parser(text, entity).parse()


def comparison(text: str, entity: Entity) -> Comparison:
    """Read a filter that is one comparison; BadQueryError when it is more, or none."""
    parser = _Parser(text, entity)
    single = parser.comparison()
    parser.end()
    return single


class _Parser:
    """Recursive descent over or, and, parentheses, comparison."""

    def __init__(self, text: str, entity: Entity) -> None:
        self._text = text
        self._entity = entity
        self._tokens = [*tokens(text), Token("end", "", len(text))]

    def parse(self) -> Predicate:
        whole = self._either()
        self.end()
        return whole

    def end(self) -> None:
        if self._tokens[0].kind != "end":
            raise BadQueryError(SYNTAX)

    def comparison(self) -> Comparison:
        name, sign, literal = self._take("word"), self._take("word"), self._take()
        if name.text not in self._entity.properties:
            raise BadQueryError(
                f"No property '{name.text}' exists in type '{self._entity.type}' at position {name.at}."
            )
        if sign.text not in _OPERATORS:
            raise BadQueryError(SYNTAX)
        value = constant(literal, self._text)
        _must_fit(self._entity.properties[name.text], literal, sign)
        return Comparison(name.text, sign.text, value)

    def _either(self) -> Predicate:
        left = self._both()
        while self._next_is("or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Predicate:
        left = self._one()
        while self._next_is("and"):
            left = _and(left, self._one())
        return left

    def _one(self) -> Predicate:
        if not self._next_is("("):
            return _compare(self.comparison())
        inside = self._either()
        if not self._next_is(")"):
            raise BadQueryError(SYNTAX)
        return inside

    def _next_is(self, text: str) -> bool:
        if self._tokens[0].text != text:
            return False
        self._tokens.pop(0)
        return True

    def _take(self, kind: str = "") -> Token:
        token = self._tokens.pop(0)
        if token.kind in {"end", "sign"} or (kind and token.kind != kind):
            raise BadQueryError(SYNTAX)
        return token


def _must_fit(edm: str, literal: Token, sign: Token) -> None:
    kind = "bool" if literal.text in {"true", "false"} else literal.kind
    if literal.text != "null" and kind not in _FITS.get(edm, set()):
        raise BadQueryError(
            f"Operator '{sign.text}' incompatible with operand types 'Edm.{edm}' and '{_EDM.get(kind, 'Edm.Int32')}'"
            f" at position {sign.at}."
        )


def _compare(wanted: Comparison) -> Predicate:
    name, value, holds = wanted.name, comparable(wanted.value), _OPERATORS[wanted.operator]
    if value is None or wanted.operator in {"eq", "ne"}:
        return lambda row: bool(holds(comparable(row[name]), value))
    return lambda row: row[name] is not None and bool(holds(comparable(row[name]), value))


def comparable(value: Value) -> Value:
    """Give days and moments one form, and texts the form in which SQL Server compares them."""
    if isinstance(value, str):
        return value.casefold().rstrip(" ")
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 -- Exact's clock has no zone
    return value


def _or(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) or right(row)


def _and(left: Predicate, right: Predicate) -> Predicate:
    return lambda row: left(row) and right(row)
