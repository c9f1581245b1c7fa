"""The roster at the desk: who is on duty now, what rings for whom, shifts entered and handed over (2/1.1.16(1))."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking
from services.desk.fields import Field
from services.desk.forms import send
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.pages_door import Entered
from services.desk.pages_queue import duty_title
from services.desk.people import Person, signed_in
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Keeper = Annotated[Person, Depends(signed_in("casework.keep_roster"))]
OnDuty = Annotated[Person, Depends(signed_in("casework.accept_alarm"))]
HERE: Final = "/desk/office/roster"
SHIFT: Final = (
    Field("kind", "choice", "shift_kind", label="shift_kind"),
    Field("officer", "officer", label="shift_officer"),
    Field("deputy", "officer", required=False, label="shift_deputy"),
    Field("begins_at", "time", label="shift_begins"),
    Field("ends_at", "time", label="shift_ends"),
)
HANDOVER: Final = (Field("officer", "officer", label="shift_taker"), Field("note", "line", label="shift_note"))
_ABLE: Final = frozenset({"operator", "handler", "supervisor"})


@router.get("/office/roster")
async def roster(request: Request, service: Running, person: Entered) -> Response:
    """Whom an alarm rings for at this moment, in order, and the shifts of two weeks."""
    return await _show(request, service, person)


@router.post("/office/roster")
async def enter(request: Request, service: Running, person: Keeper) -> Response:
    """Enter a shift."""
    return await _send(request, service, person, "shift", SHIFT, "/roster")


@router.post("/office/roster/{shift}/handover")
async def hand_over(request: Request, service: Running, person: OnDuty, shift: UUID) -> Response:
    """Hand a running shift over."""
    return await _send(request, service, person, f"handover-{shift}", HANDOVER, f"/roster/{shift}/handover")


@router.post("/office/roster/{shift}/cancellation")
async def cancel(request: Request, service: Running, person: Keeper, shift: UUID) -> Response:
    """Take a shift back that has not begun."""
    return await _send(request, service, person, f"cancel-{shift}", (), f"/roster/{shift}/cancellation")


async def _send(
    request: Request, service: Service, person: Person, name: str, fields: tuple[Field, ...], path: str
) -> Response:
    asking = Asking(service, person)
    status, sent = await send(request, person, fields, lambda content: asking.post("casework", path, json=content))
    return await _show(request, service, person, status, sent | {"form": name}) if sent else go(HERE, "roster")


async def _show(
    request: Request, service: Service, person: Person, status: int = 200, sent: dict[str, Any] | None = None
) -> Response:
    asking = Asking(service, person)
    for_duty = [("casework", "/warnings")] if person.may("casework.accept_alarm") else []
    kept, alarms, *passed = await asking.parts(("casework", "/roster"), ("casework", "/alarms"), *for_duty)
    known = await names(service, asking)
    able = [one for one in known.officers if one.get("active", True) and _ABLE & set(one.get("roles") or ())]
    shifts = (kept.value or {}).get("shifts", [])
    at = (kept.value or {}).get("at", "")
    return await page(
        request, "roster.html", person, status, names=known, kept=kept, alarms=alarms, passed=next(iter(passed), None),
        sent=sent or {},
        running=[one for one in shifts if one["begins_at"] <= at < one["ends_at"]],
        coming=[one for one in shifts if one["begins_at"] > at], over=[one for one in shifts if one["ends_at"] <= at],
        shift=SHIFT, handover=HANDOVER, officers_for=lambda _: able,
        duty_title=lambda due: duty_title(due, person.language),
    )  # fmt: skip
