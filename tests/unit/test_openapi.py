"""The API documents itself: each operation says its clause, who may call it, its errors, an example of its body."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from services.house import present, spec_of
from shared.common_routes import router as common
from shared.documented import documents, routes_of
from shared.procedure import load

_OF_THE_HOUSE = {route.path for route in routes_of(common)}
"""Health, journal, clock …: the machinery, which no clause asks for."""


def _documented(service: str, router: Any) -> list[str]:
    """Return what is amiss in the document of a service with these routes."""
    app, own = FastAPI(title=service), [*routes_of(common), *routes_of(router)]
    app.include_router(common, prefix=f"/{service}")
    app.include_router(router, prefix=f"/{service}")
    document = documents(app, (common, router), f"/{service}")()
    return [
        f"{route.methods} {route.path}: {what}"
        for route in own
        if route.include_in_schema
        for method in route.methods
        for what in _amiss(document["paths"][f"/{service}{route.path}"][method.lower()], route)
    ]


def _amiss(operation: dict[str, Any], route: APIRoute) -> Iterator[str]:
    clauses, known = operation["x-clauses"], load().clauses
    if not clauses and route.path not in _OF_THE_HOUSE:
        yield "it names no clause"
    for one in clauses:
        if one not in known and not any(each.startswith(f"{one}(") for each in known):
            yield f"there is no clause {one}"
    if not operation["x-roles"]:
        yield "it says not who may call it"
    wanted = {"503"} | ({"401", "403"} if operation["x-roles"] != ["anyone"] else set())
    wanted |= {"413", "422"} if "requestBody" in operation else set()
    wanted |= {"409"} if route.methods != {"GET"} else set()
    wanted |= {"404"} if "{" in route.path else set()
    for status in sorted(wanted):
        if "application/problem+json" not in operation["responses"].get(status, {}).get("content", {}):
            yield f"it tells of no {status}"
    for parameter in operation.get("parameters", ()):
        if "example" not in parameter or parameter["example"] == parameter["name"]:
            yield f"there is no example of {parameter['name']}"
    yield from _amiss_in_body(operation, route)


def _amiss_in_body(operation: dict[str, Any], route: APIRoute) -> Iterator[str]:
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        if "example" not in media:
            yield "there is no example of its body"
        elif kind == "application/json" and route.body_field is not None:
            try:
                TypeAdapter(route.body_field.field_info.annotation).validate_python(media["example"])
            except ValueError as wrong:
                yield f"its example {media['example']} does not fit: {wrong}"


@pytest.mark.parametrize("service", present())
def test_each_operation_says_its_clause_its_roles_its_errors_and_an_example(service: str) -> None:
    amiss = _documented(service, spec_of(service).router)
    assert not amiss, "\n".join(amiss)


def test_an_operation_that_says_too_little_is_seen() -> None:
    router = APIRouter()

    @router.post("/things/{thing}")
    async def make(thing: str, body: dict[str, int]) -> None:
        """Make a thing (4/9.9)."""

    amiss = _documented("desk", router)
    told = ["there is no clause 4/9.9", "it says not who may call it", "there is no example of thing"]
    assert [one.partition(": ")[2] for one in amiss] == told
