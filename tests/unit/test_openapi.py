"""The API documents itself: each operation says its clause, who may call it, its errors, examples of both bodies."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from sqlalchemy import MetaData

from services.house import present, spec_of
from shared.common_routes import router as common
from shared.documented import by_place, routes_of
from shared.procedure import load
from shared.service import ServiceSpec, application

_OF_THE_HOUSE = {route.path for route in routes_of(common)}
"""Health, journal, clock …: the machinery, which no clause asks for."""
_HOLLOW: tuple[object, ...] = (None, {}, [{}])


def _documented(spec: ServiceSpec) -> list[str]:
    """Return what is amiss in the document of a service."""
    app, prefix = application(spec), f"/{spec.name}"
    routes = by_place(app, (common, spec.router), prefix)
    return [
        f"{method} {path}: {what}"
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
        for what in _amiss(operation, routes[path, method])
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
    yield from _amiss_in_answers(operation)


def _amiss_in_answers(operation: dict[str, Any]) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        media = answer.get("content", {}).get("application/json")
        if status.startswith("2") and media is not None and media.get("example") in _HOLLOW:
            yield f"there is no example of its answer {status}"


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
def test_each_operation_says_its_clause_its_roles_its_errors_and_examples(service: str) -> None:
    amiss = _documented(spec_of(service))
    assert not amiss, "\n".join(amiss)


def test_an_operation_that_says_too_little_is_seen() -> None:
    router = APIRouter()

    @router.post("/things/{thing}")
    async def make(thing: str, body: dict[str, int]) -> dict[str, object]:
        """Make a thing (4/9.9)."""
        return {}

    amiss = _documented(ServiceSpec("desk", router, MetaData(), {}))
    told = ["there is no clause 4/9.9", "it says not who may call it", "there is no example of thing"]
    told.append("there is no example of its answer 200")
    assert [one.partition(": ")[2] for one in amiss] == told
