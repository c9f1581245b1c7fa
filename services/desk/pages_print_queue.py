"""Letters to be posted: print each, and put its posting on record - only then it is sent (6/3.4.4(2), 4/5.2.10(1))."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Refusal
from services.desk.fields import Field, body, typed
from services.desk.labels import at_field, last_part
from services.desk.page import Page, go, page
from services.desk.people import Person, signed_in
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Sender = Annotated[Person, Depends(signed_in("reply.send"))]
POSTING: Final = (Field("text", "line", longest=400, label="posting_text"),)


@router.get("/print-queue")
async def queue(request: Request, service: Running, person: Sender) -> Response:
    """What waits to be printed and posted, the oldest first."""
    return await _show(request, service, person)


@router.post("/print-queue/{letter}")
async def post(request: Request, service: Running, person: Sender, letter: str) -> Response:
    """A letter was posted: with what the post office gave for it."""
    values = typed(POSTING, await request.form())
    content, wrong = body(POSTING, values)
    sent: dict[str, Any] = {"letter": letter, "values": values, "wrong": at_field(wrong, person.language)}
    if not wrong:
        try:
            proof = {"proof": "posting_record", **content}
            await Asking(service, person).post("reply", f"/letters/{letter}/delivery", json=proof)
        except Refusal as refusal:
            sent |= {"wrong": last_part(refusal.fields), "refusal": refusal}
        else:
            return go("/desk/print-queue", "posted")
    return await _show(request, service, person, sent["refusal"].status if "refusal" in sent else 422, sent)


async def _show(request: Request, service: Service, person: Person, status: int = 200, sent: Any = None) -> Response:
    waiting = await Asking(service, person).part("reply", "/print-queue")
    return await page(request, "print_queue.html", person, status, waiting=waiting, posting=POSTING, sent=sent or {})
