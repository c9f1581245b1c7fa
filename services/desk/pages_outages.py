"""Planned outages at the desk: entered beforehand, so that whoever takes a call knows (2/1.1.12)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking
from services.desk.fields import Field
from services.desk.forms import send
from services.desk.labels import last_part
from services.desk.page import Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person, signed_in
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Planner = Annotated[Person, Depends(signed_in("casework.plan_outages"))]
FIELDS: Final = (
    Field("service", "choice", "service"),
    Field("districts", "list", required=False),
    Field("begins_at", "time", label="outage_begins"),
    Field("ends_at", "time", label="outage_ends"),
    Field("zh_hant", required=False, longest=2000, label="notice_zh_hant"),
    Field("zh_hans", required=False, longest=2000, label="notice_zh_hans"),
    Field("en", required=False, longest=2000, label="notice_en"),
)


@router.get("/outages")
async def listing(request: Request, service: Running, person: Entered) -> Response:
    """Those that run or are to come, those that are over, and the form."""
    return await _show(request, service, person)


@router.post("/outages")
async def plan(request: Request, service: Running, person: Planner) -> Response:
    """Enter one."""
    asking = Asking(service, person)
    status, sent = await send(
        request, person, FIELDS, lambda content: asking.post("casework", "/outages", json=content), _at_form
    )
    return await _show(request, service, person, status, **sent) if sent else go("/desk/outages", "outage")


def _at_form(fields: Mapping[str, str]) -> dict[str, str]:
    wrong = last_part(fields)
    return wrong | ({"zh_hant": wrong["words"]} if "words" in wrong else {})


@router.post("/outages/{outage}/cancellation")
async def cancel(service: Running, person: Planner, outage: str) -> Response:
    """It does not take place."""
    await Asking(service, person).post("casework", f"/outages/{outage}/cancellation")
    return go("/desk/outages", "outage_cancelled")


async def _show(request: Request, service: Service, person: Person, status: int = 200, **sent: Any) -> Response:
    coming, past = await Asking(service, person).parts(("casework", "/outages"), ("casework", "/outages?past=true"))
    return await page(
        request, "outages.html", person, status, coming=coming, past=past, form_fields=FIELDS,
        **{"values": {}, "wrong": {}, "refusal": None, **sent},
    )  # fmt: skip
