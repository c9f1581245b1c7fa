"""The office's own ledger: what standing duties ask for, done with one button, and the versions of the procedure."""

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Refusal
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person, signed_in
from shared.clock import now
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
MailCollector = Annotated[Person, Depends(signed_in("intake.collect_mailbox"))]
ProgressReviewer = Annotated[Person, Depends(signed_in("casework.review_progress"))]
HERE: Final = "/desk/office/ledger"
_SHOWN: Final = timedelta(days=14)


@router.get("/office/ledger")
async def office_ledger(request: Request, service: Running, person: Entered) -> Response:
    """The rows of the last two weeks, the newest first (1/1.1.4, 6/3.4.3(1), 4/5.2.11(2))."""
    return await _show(request, service, person)


@router.post("/office/ledger/mailbox")
async def mailbox(request: Request, service: Running, person: MailCollector) -> Response:
    """The mailbox was collected (1/1.1.4)."""
    typed = str((await request.form()).get("letters", ""))
    body = {"letters": int(typed) if typed.isdecimal() and len(typed) < 6 else -1}
    return await _send(request, service, person, "intake", "/mailbox-collections", body, "mailbox")


@router.post("/office/ledger/progress")
async def progress(request: Request, service: Running, person: ProgressReviewer) -> Response:
    """Progress was reviewed; what was seen is counted by casework (6/3.4.3(1))."""
    return await _send(request, service, person, "casework", "/progress-reviews", {}, "progress")


async def _send(
    request: Request, service: Service, person: Person, owner: str, path: str, body: dict[str, Any], done: str
) -> Response:
    try:
        await Asking(service, person).post(owner, path, json=body)
    except Refusal as refusal:
        return await _show(request, service, person, refusal.status, refusal)
    return go(HERE, done)


async def _show(
    request: Request, service: Service, person: Person, status: int = 200, refusal: Refusal | None = None
) -> Response:
    asking = Asking(service, person)
    async with service.database.session() as session:
        since = (await now(session)) - _SHOWN
    kept = await asking.part("sla", "/standing-duties", **{"from": since.isoformat()})
    versions = await asking.part("sla", "/procedure/versions")
    rows = list(reversed(kept.value["rows"])) if kept.value else []
    return await page(
        request, "office_ledger.html", person, status, kept=kept, rows=rows, versions=versions, refusal=refusal,
        names=await names(service, asking),
    )  # fmt: skip
