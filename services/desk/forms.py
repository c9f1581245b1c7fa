"""A form that a person sends: read, handed on, and shown again with what they typed where something is wrong."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request

from services.desk.asking import Refusal
from services.desk.fields import Field, body, typed
from services.desk.labels import at_field, last_part
from services.desk.people import Person

HandOn = Callable[[dict[str, Any]], Awaitable[Any]]
"""Hands the JSON of a form to its owner. Raises ``Refusal``."""


async def send(
    request: Request,
    person: Person,
    fields: Sequence[Field],
    hand_on: HandOn,
    at: Callable[[Mapping[str, str]], dict[str, str]] = last_part,
) -> tuple[int, dict[str, Any]]:
    """Return 200 and nothing when the owner has taken it; else a status, and what the page shows again.

    ``at``: from the fields of the owner's refusal to those of the form.
    """
    values = typed(fields, await request.form())
    content, wrong = body(fields, values)
    if wrong:
        return 422, {"values": values, "wrong": at_field(wrong, person.language), "refusal": None}
    try:
        await hand_on(content)
    except Refusal as refusal:
        return refusal.status, {"values": values, "wrong": at(refusal.fields), "refusal": refusal}
    return 200, {}
