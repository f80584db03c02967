from __future__ import annotations

import pytest

from local.host.bindings import Function, HttpTrigger
from local.host.errors import HostError
from local.host.routes import Match, Router


def route(template: str, *methods: str, name: str = "") -> Function:
    return Function(name or template, template, HttpTrigger("req", template, methods, "anonymous"), ())


def found(router: Router, path: str, method: str = "GET") -> tuple[str, dict[str, str]]:
    match = router.find(method, path)
    assert isinstance(match, Match)
    return match.route.function.name, match.parameters


@pytest.mark.parametrize(
    ("template", "path", "parameters"),
    [
        ("connect", "/api/connect", {}),
        ("connect", "/API/Connect/", {}),  # ASP.NET does not mind case or a last slash
        ("a/{id}", "/api/a/x%20y", {"id": "x y"}),
        ("a/{id:int}", "/api/a/-7", {"id": "-7"}),
        ("a/{id?}", "/api/a", {}),
        ("a/{id?}", "/api/a/7", {"id": "7"}),
        ("a/{id:int?}", "/api/a/7", {"id": "7"}),
        ("{name}.{kind}", "/api/book.pdf", {"name": "book", "kind": "pdf"}),
        ("files/{*path}", "/api/files/a/b/c", {"path": "a/b/c"}),
    ],
)
def test_a_path_that_fits_gives_its_parameters(template: str, path: str, parameters: dict[str, str]) -> None:
    assert found(Router([route(template)], "api"), path) == (template, parameters)


@pytest.mark.parametrize(
    ("template", "path"),
    [("a", "/a"), ("a", "/api/a/b"), ("a/{id}", "/api/a"), ("a/{id:int}", "/api/a/x"), ("a.b", "/api/axb")],
)
def test_a_path_that_does_not_fit_is_unknown(template: str, path: str) -> None:
    assert Router([route(template)], "api").find("GET", path) == set()


def test_the_most_literal_route_wins() -> None:
    router = Router([route("{*all}"), route("a/{id}"), route("a/{id:int}"), route("a/b")], "")
    assert [found(router, path)[0] for path in ("/a/b", "/a/7", "/a/x", "/z/z")] == [
        "a/b",
        "a/{id:int}",
        "a/{id}",
        "{*all}",
    ]


def test_one_path_may_have_a_function_per_method() -> None:
    router = Router([route("a", "GET", name="get"), route("a", "POST", name="post")], "api")
    assert [found(router, "/api/a", method)[0] for method in ("GET", "POST")] == ["get", "post"]
    assert router.find("PUT", "/api/a") == {"GET", "POST"}


def test_an_unknown_constraint_is_refused() -> None:
    with pytest.raises(HostError, match="no route constraint 'prime'"):
        Router([route("a/{n:prime}")], "api")
