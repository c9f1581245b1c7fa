"""What waits for a look at effect, for an arbiter, or for the supervisor of slow ones; each leads to its form."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking
from services.desk.office_names import names
from services.desk.page import Page, page
from services.desk.people import Person, signed_in
from shared.running import Running

router = APIRouter(route_class=Page, include_in_schema=False)
Looker = Annotated[Person, Depends(signed_in("casework.look_at_effect"))]
Approver = Annotated[Person, Depends(signed_in("reply.approve_extension"))]
Leader = Annotated[Person, Depends(signed_in("casework.assign"))]
Arbiter = Annotated[Person, Depends(signed_in("casework.arbitrate"))]


@dataclass(frozen=True)
class Listed:
    """A list: where it comes from, what its last column tells, and the step that each of its lines leads to."""

    service: str
    path: str
    told: str
    step: str
    officer: str
    """Whose name stands beside a line; ``department`` likewise."""
    department: str = "department"
    item: str = ""
    """What the step is about, where a complaint can have several."""


LISTS: Final = {
    "effects": Listed("casework", "/effects", "effects.which", "effect", "owner", item="measure"),
    "disputes": Listed("casework", "/disputes", "field.proposed_department", "dispute_decision", "by",
                       department="from_department"),
    "unanswered": Listed("casework", "/unanswered-urgings", "unanswered.urgings", "assignment", "officer"),
    "extensions": Listed("reply", "/extensions", "extensions.until", "extension_approval", "requested_by",
                         item="extension"),
}  # fmt: skip


@router.get("/effects")
async def effects(request: Request, service: Running, person: Looker) -> Response:
    """Measures whose effect can be looked at now, the earliest due first (4/5.2.9(3))."""
    return await _show(request, service, person, "effects")


@router.get("/disputes")
async def disputes(request: Request, service: Running, person: Arbiter) -> Response:
    """Disputes on assignments that this person may decide (6/3.4.2(2))."""
    return await _show(request, service, person, "disputes")


@router.get("/unanswered")
async def unanswered(request: Request, service: Running, person: Leader) -> Response:
    """Complaints urged twice without an answer: the supervisor sees to them (6/3.4.3(2))."""
    return await _show(request, service, person, "unanswered")


@router.get("/extensions")
async def extensions(request: Request, service: Running, person: Approver) -> Response:
    """Extensions that this person can approve before the date that they replace (5/3.4)."""
    return await _show(request, service, person, "extensions")


async def _show(request: Request, service: Running, person: Person, what: str) -> Response:
    asking = Asking(service, person)
    kept = LISTS[what]
    listing = await asking.part(kept.service, kept.path)
    return await page(
        request, "waiting.html", person, what=what, kept=kept, listing=listing, names=await names(service, asking)
    )
