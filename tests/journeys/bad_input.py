"""Bad input of many kinds, each with marks in it, for every route that takes something in."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.common_routes import router as common
from shared.documented import by_place
from tests.journeys.marks import Marks

_FORM_FIELDS = (
    *("text", "name", "phone", "email", "postal_address", "address", "customer", "remedy_sought", "reason", "matter"),
    *("username", "password", "number", "code", "title", "words", "q", "token", "act", "score", "id", "department"),
    *("date", "kind", "until", "level", "roles", "key", "channel", "received_at", "platform_reference", "district"),
)
_HEADERS = ("X-Receipt-Code", "X-Api-Key", "Idempotency-Key", "Accept-Language", "Last-Event-ID")


@dataclass(frozen=True)
class Bad:
    method: str
    path: str
    options: dict[str, Any]


def bad_requests(app: FastAPI, mark: Marks, complaint: str, number: str, *, forms: bool = False) -> Iterator[Bad]:
    """Requests to all POST and PUT routes of a service; erasing comes last. ``forms``: filled-in ones only."""
    spec = app.state.service.spec
    places = by_place(app, (spec.router, common), f"/{spec.name}")
    for (place, method), route in sorted(places.items(), key=lambda one: "erasure" in one[0][0]):
        if method not in {"post", "put"}:
            continue
        path = _filled(place, complaint, number)
        if not forms:
            yield from (Bad(method, path, options) for options in _options(route, mark))
        elif not route.include_in_schema and "sign-" not in path:
            yield Bad(method, path, {"data": {name: mark(name) for name in _FORM_FIELDS}})


def _filled(path: str, complaint: str, number: str) -> str:
    known = {"complaint": complaint, "subject": complaint, "number": number, "name": "mainland"}
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: known.get(found[1], str(uuid4())), path)


def _options(route: APIRoute, mark: Marks) -> Iterator[dict[str, Any]]:
    names = _fields(route)
    documents: list[Any] = [
        mark("document"),
        [mark("list"), {mark.words("key"): mark("value")}],
        {mark.words("unknown"): mark("value")},
        {mark.phone(): mark("value")},
        {name: mark(name) for name in names},
        {name: [mark(name)] for name in names},
        {name: {mark.phone(): mark(name), mark.words("key"): mark(name)} for name in names},
        dict.fromkeys(names, 10**400) | {mark.words("unknown"): 1},
    ]
    for document in documents:
        yield _json(json.dumps(document).encode())
    yield _json(f'{{"text": "{mark("broken")}'.encode())
    yield _json(b'{"text": "' + mark("no_utf8").encode() + b'\xff\xfe"}')
    yield _json(json.dumps({"text": f"\ud800\x00{mark('surrogate')}"}).encode())
    yield {"data": {name: mark(name) for name in (*names, *_FORM_FIELDS[:5])}}
    yield {"files": {"file": (f"{mark('page')}.html", f"<html>{mark('html')}</html>".encode(), "text/html")}}
    yield {"files": {mark("field"): (mark("nothing"), b"", mark("media_type"))}}
    yield {"content": mark("plain").encode(), "headers": {"Content-Type": f"text/{mark('type')}"}}
    yield {"params": {"number": mark("query"), "limit": mark("limit"), mark("parameter"): mark("value")}}
    yield _json(b"{}", **{name: mark("header") for name in _HEADERS})
    yield _json(b"{}", Authorization=f"Bearer {mark('bearer')}")
    yield _json(b"{}", Authorization=f"{mark('scheme')} {mark('credentials')}", Cookie=f"redress_session={mark('c')}")


def _json(content: bytes, **headers: str) -> dict[str, Any]:
    return {"content": content, "headers": {"Content-Type": "application/json", **headers}}


def _fields(route: APIRoute) -> list[str]:
    model = route.body_field.field_info.annotation if route.body_field else None
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else ["text"]
