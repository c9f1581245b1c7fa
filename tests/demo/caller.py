"""What an operator does while somebody talks, and with what is handed over the counter, before it is written down."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from tests.demo.place import Place
    from tests.demo.samples import Sample


async def listen(place: Place, who: str, sample: Sample) -> None:
    """Look up this person's earlier complaints, and what goes on where they are (1/1.1.1)."""
    phone = (sample.body.get("complainant") or {}).get("phone")
    if phone:
        await place.as_(who, "POST", "/intake/people/search", {"phone": phone})
    labels, where = sample.expected or {}, sample.body.get("place") or {}
    said = {"service": labels.get("service"), "topic_code": labels.get("topic_code")} | where
    await place.as_(who, "POST", "/casework/incidents/near", said | {"text": sample.body["text"][:8000]})


async def scanned(place: Place, who: str) -> list[str]:
    """A letter is scanned; return what intake keeps it as (1/1.1.4)."""
    return [await place.attach(who, "scan.png", picture())]


def asked_first(sample: Sample) -> dict[str, Any]:
    """Return what the caller says to the first question: whether there is danger (2/1.1.15(1))."""
    return {"danger": True} if (sample.expected or {}).get("level") == 1 else {}


@cache
def picture() -> bytes:
    """Return a picture such as a scanner or a telephone makes: a sheet with lines on it."""
    sheet = Image.new("L", (248, 351), 255)
    pen = ImageDraw.Draw(sheet)
    for line in range(40, 310, 18):
        pen.line((28, line, 220 - line % 40, line), fill=60, width=3)
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue()
