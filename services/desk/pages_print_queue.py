"""Letters to be posted: print each, and put its posting on record - only then it is sent (6/3.4.4(2), 4/5.2.10(1))."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking
from services.desk.fields import Field
from services.desk.forms import send
from services.desk.page import Page, go, page
from services.desk.people import Person, signed_in
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Sender = Annotated[Person, Depends(signed_in("reply.send"))]
HERE: Final = "/desk/print-queue"
_AT_ONCE: Final = 50
"""So many envelopes are addressed on one page."""
POSTING: Final = (Field("text", "line", longest=400, label="posting_text"),)


@router.get("/print-queue")
async def queue(request: Request, service: Running, person: Sender) -> Response:
    """What waits to be printed and posted, the oldest first."""
    return await _show(request, service, person)


@router.post("/print-queue/{letter}")
async def post(request: Request, service: Running, person: Sender, letter: str) -> Response:
    """A letter was posted: with what the post office gave for it."""

    async def record(content: dict[str, Any]) -> None:
        proof = {"proof": "posting_record", **content}
        await Asking(service, person).post("reply", f"/letters/{letter}/delivery", json=proof)

    status, sent = await send(request, person, POSTING, record)
    return await _show(request, service, person, status, sent | {"letter": letter}) if sent else go(HERE, "posted")


@router.post("/print-queue/{letter}/taking-out")
async def take_out(request: Request, service: Running, person: Sender, letter: str) -> Response:
    """A refusal that a review has set aside was not posted, and is not (4/5.2.10(2))."""

    async def record(_: dict[str, Any]) -> None:
        await Asking(service, person).post("reply", f"/letters/{letter}/taking-out")

    status, sent = await send(request, person, (), record)
    return await _show(request, service, person, status, sent | {"letter": letter}) if sent else go(HERE, "taken_out")


async def _show(request: Request, service: Service, person: Person, status: int = 200, sent: Any = None) -> Response:
    asking = Asking(service, person)
    waiting, unclear = await asyncio.gather(
        *(asking.part("reply", "/print-queue", state=one) for one in ("printing", "maybe_sent"))
    )
    to = list(dict.fromkeys(one["complaint"] for one in waiting.value or []))[:_AT_ONCE]
    records = await asking.parts(*(("intake", f"/complaints/{complaint}") for complaint in to))
    addressees = {one: (record.value or {}).get("complainant") for one, record in zip(to, records, strict=True)}
    return await page(
        request, "print_queue.html", person, status, waiting=waiting, unclear=unclear.value or [], posting=POSTING,
        addressees=addressees, sent=sent or {},
    )  # fmt: skip
