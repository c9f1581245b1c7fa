"""The OpenAPI document says of each operation what a caller has to know: clause, who may, errors, an example.

All of it is read from what the route is made of anyway: its docstring names the clauses, its dependency the action in
the table of rights, the catalogue of problems the words, the body's schema the example.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.access import ACTIONS
from shared.errors import PROBLEMS

CLAUSE: Final = re.compile(r"\b(?:10|[1-9])/[em]?\d+(?:\.\d+)*(?:\(\d+\))?")
"""As the procedure numbers them: 4/5.2.10(1), 3/m2.2."""
_NAMED: Final = re.compile(r"``(\w+)``")
_CHOICE: Final = re.compile(r"\^\((\w+)(?:\|\w+)*\)\$")
_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "RFC 9457. Further members belong to the code; `errors` names fields and their rules.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "in the language that was asked for"},
        "status": {"type": "integer"},
        "instance": {"type": "string"},
        "code": {"type": "string", "description": "stable, for programs"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "rule": {"type": "string"}}},
        },
    },
}
_EXAMPLES: Final[dict[str, str]] = {
    "date-time": "2026-03-02T09:00:00+08:00",
    "date": "2026-03-12",
    "uuid": "0b7c1a52-6a63-4c5e-9a0e-2f5f0c8a4d11",
    "time": "10:00:00",
    "password": "correct-horse-battery",
    "binary": "…",
}

_PARAMETERS: Final[dict[str, Any]] = {
    "number": "26-0000017-7",
    "X-Receipt-Code": "7M3K-0QXD-4T9A",
    "idempotency-key": "call-2026-03-02-0017",
    "department": "water",
    "officer": "water.handler",
    "company": "water",
    "district": "東區",
    "service": "water",
    "kind": "complaint",
    "outcome": "upheld",
    "year": 2026,
    "quarter": "2026-Q1",
    "version": "shipped",
    **dict.fromkeys(("complaint", "subject", "letter", "file", "analysis"), _EXAMPLES["uuid"]),
}
"""What stands in an address or a header, where its schema does not say enough."""


def documents(app: FastAPI, routers: Iterable[APIRouter], prefix: str) -> Callable[[], dict[str, Any]]:
    """Return what makes the document of an application, once: when it is asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            routes = by_place(app, routers, prefix)
            made = get_openapi(title=app.title, version=app.version, routes=app.routes)
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = _PROBLEM
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for path, operations in made["paths"].items():
                for method, operation in operations.items():
                    describe(operation, routes[path, method], schemas)
            app.openapi_schema = made
        return app.openapi_schema

    return document


def by_place(app: FastAPI, routers: Iterable[APIRouter], prefix: str) -> dict[tuple[str, str], APIRoute]:
    """Return the routes by path and method (small letters): of the routers, and those that stand before them."""
    found = [(prefix + route.path, route) for router in routers for route in routes_of(router)]
    found += [(route.path, route) for route in app.routes if isinstance(route, APIRoute)]
    return {(path, method.lower()): route for path, route in found for method in route.methods or ()}


def routes_of(router: Any) -> Iterator[APIRoute]:
    """Return every route, also those of routers that are included in it."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif inner := getattr(route, "original_router", None):
            yield from routes_of(inner)


def actions_of(route: APIRoute) -> set[str]:
    """Return the actions of the table of rights that a route names."""
    found, waiting = set(), list(route.dependant.dependencies)
    while waiting:
        one = waiting.pop()
        found |= {action} if (action := getattr(one.call, "action", None)) else set()
        waiting += one.dependencies
    return found


def describe(operation: dict[str, Any], route: APIRoute, schemas: Mapping[str, Any]) -> None:
    """Add to an operation: ``x-clauses``, ``x-roles``, its problems, examples of what is sent and answered."""
    text = operation.get("description") or ""
    actions = sorted(actions_of(route))
    roles = sorted({role for action in actions for role in ACTIONS[action]})
    operation["x-clauses"] = list(dict.fromkeys(CLAUSE.findall(text)))
    operation["x-actions"], operation["x-roles"] = actions, roles
    operation["description"] = f"{text}\n\nWho may: {', '.join(roles)}.".strip()
    codes = [one for one in dict.fromkeys(_NAMED.findall(text)) if one in PROBLEMS]
    for status, words in _problems(operation, roles, changes=route.methods != {"GET"}).items():
        own = operation["responses"].get(status, {}).get("content", {}) if int(status) in route.responses else {}
        operation["responses"][status] = {
            "description": f"{words} Codes named above: {', '.join(codes)}." if codes and status == "409" else words,
            "content": own | {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    for parameter in operation.get("parameters", ()):
        parameter.setdefault("example", _for_parameter(parameter, schemas))
    for media in (operation.get("requestBody") or {}).get("content", {}).values():
        media.setdefault("example", example_of(media["schema"], schemas))
    for answer in (one for status, one in operation["responses"].items() if status.startswith("2")):
        for media in answer.get("content", {}).values():
            if example := example_of(media.get("schema", {}), schemas):
                media.setdefault("example", example)


def _for_parameter(parameter: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Return the example that the route gives, else the one for what is so named, else one made of its schema."""
    name, schema = parameter["name"], parameter["schema"]
    several = any(one.get("type") == "array" for one in schema.get("anyOf", (schema,)))
    given = None if several or "examples" in schema else _PARAMETERS.get(name)
    return example_of(schema, schemas, name) if given is None else given


def _problems(operation: Mapping[str, Any], roles: list[str], *, changes: bool) -> dict[str, str]:
    """Return the statuses of the problems that an operation answers with, each with its words."""
    found: dict[str, str] = {}
    if roles != ["anyone"]:
        found |= {"401": "Nobody is known by this token or key.", "403": "Not allowed to whoever asks."}
    if any(one["in"] == "path" for one in operation.get("parameters", ())):
        found["404"] = "There is no such thing."
    if "requestBody" in operation or operation.get("parameters"):
        found["422"] = "Something in the request is not right: `errors` names each field and its rule."
    if changes:
        found["409"] = "It does not fit what stands now."
    if "requestBody" in operation:
        found["413"] = "The request is too large."
    return found | {"503": "Not just now: try again after `Retry-After` seconds."}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """Return a value that fits a schema: the one that it gives itself, else one made of its parts."""
    if kind := _kind(schema):
        inside = {one: what for one, what in schemas.items() if one != kind}
        return example_of(schemas[kind], inside, name)
    for given in ("example", "const", "default"):
        if schema.get(given) is not None:
            return schema[given]
    if schema.get("examples") or schema.get("enum"):
        return (schema.get("examples") or schema["enum"])[0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            fit = next((one for one in schema[several] if one.get("type") != "null"), None)
            return example_of(fit, schemas, name) if fit else None
    return _of_type(schema, schemas, name)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str) -> Any:
    type_ = schema.get("type")
    if type_ == "object":
        return _of_object(schema, schemas)
    if type_ == "array":
        if (kind := _kind(schema.get("items", {}))) and kind not in schemas:
            return []  # of its own kind: a department inside departments ends here
        several = schema.get("prefixItems") or [schema.get("items", {})] * max(1, schema.get("minItems", 1))
        return [example_of(one, schemas, name) for one in several]
    if type_ == "string":
        return _text(schema, name)
    if type_ in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        return int(least) if type_ == "integer" else least
    return True if type_ == "boolean" else None


def _of_object(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return its fields; of a map one entry, where the schema says what its names are."""
    if names := schema.get("propertyNames"):
        one = example_of({"type": "string"} | names, schemas)
        return {one: example_of(schema["additionalProperties"], schemas)}
    known = schema.get("properties", {})
    return {one: example_of(known[one], schemas, one) for one in schema.get("required", ()) if one in known}


def _kind(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _text(schema: Mapping[str, Any], name: str) -> str:
    if (format_ := str(schema.get("format"))) in _EXAMPLES:
        return _EXAMPLES[format_]
    if pattern := schema.get("pattern"):
        if choice := _CHOICE.fullmatch(pattern):
            return str(choice[1])
        fits = ("water.handler", _EXAMPLES["uuid"], "2026-Q1", "photo", name, "10:00", "complaints@example.org", "1")
        return next((one for one in fits if re.search(str(pattern), one)), "")
    words = name.replace("_", " ") or "text"
    return str(words * (1 + schema.get("minLength", 1) // len(words)))[: schema.get("maxLength", 200)]
