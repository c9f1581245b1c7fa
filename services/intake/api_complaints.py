"""The edge: complaints come in, and complainants follow them by number and receipt code."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic_core import to_json

from services.intake import acts as rules
from services.intake.answers import ActOut, Received, StatusOut
from services.intake.callers import AtTheEdge, Follower, at_the_edge
from services.intake.inputs import ActIn, NewComplaint
from services.intake.receiving import Answer, receive
from services.intake.routing import Bounded, straight
from services.intake.status import letter_pdf, status
from shared.errors import Problem, language_of
from shared.glossary import Language
from shared.running import Running, Service, running

router = APIRouter(route_class=Bounded, tags=["complaints"])
_may_receive = at_the_edge("intake.receive")
_LONGEST_KEY: Final = 200


def _language(request: Request) -> Language | None:
    return language_of(request) if request.headers.get("Accept-Language") else None


async def _receive_straight(request: Request) -> Response | None:
    key = request.headers.get("Idempotency-Key")
    if request.headers.get("Content-Type") != "application/json" or len(key or "") > _LONGEST_KEY:
        return None
    try:
        body = NewComplaint.model_validate(await request.json())
    except ValueError:
        return None
    answer = await _take_in(request, running(request), await _may_receive(request), body, key)
    return Response(to_json(answer), status_code=201, media_type="application/json")


async def _take_in(request: Request, service: Service, edge: AtTheEdge, body: NewComplaint, key: str | None) -> Answer:
    if body.channel not in edge.channels:
        raise Problem(403, "channel_not_yours")
    return await receive(service, edge.sender, body, idempotency_key=key, language=_language(request))


async def receive_complaint(
    body: NewComplaint,
    request: Request,
    service: Running,
    edge: Annotated[AtTheEdge, Depends(_may_receive)],
    idempotency_key: Annotated[str | None, Header(max_length=_LONGEST_KEY)] = None,
) -> Received:
    """Take a complaint in (1/1.1.6-1.1.9, 4/5.2.6(1)): by channel key for its channels, by an operator for all.

    The same `Idempotency-Key` and body, or the same `external_id` of a channel and body, get the same answer;
    another body gets 422 or 409. Words of danger ring at once.
    """
    return Received.model_validate(await _take_in(request, service, edge, body, idempotency_key))


def entrance(first: APIRouter, prefix: str) -> None:
    """Put the hot path before all other routes: to look through them costs as much as to validate a complaint."""
    first.add_api_route(
        f"{prefix}/complaints",
        receive_complaint,
        methods=["POST"],
        status_code=201,
        tags=["complaints"],
        route_class_override=straight(_receive_straight),
    )


@router.get("/complaints/{number}/status")
async def complaint_status(request: Request, service: Running, follower: Follower) -> StatusOut:
    """How a complaint stands, for its complainant (header `X-Receipt-Code`): dates, history, letters, possible acts
    (6/3.4.4(1)).
    """
    complaint = follower.complaint
    language: Language = _language(request) or complaint.language  # type: ignore[assignment]  # stored as it was checked
    return StatusOut.model_validate(await status(service, complaint, language))


@router.get("/complaints/{number}/letters/{letter}", response_class=Response)
async def complaint_letter(letter: str, service: Running, follower: Follower) -> Response:
    """A letter that was sent to the complainant, as PDF (header `X-Receipt-Code`) (4/5.2.10(1))."""
    return pdf(await letter_pdf(service, follower.complaint, letter))


def pdf(content: bytes) -> Response:
    """Return a PDF that no cache keeps."""
    headers = {
        "Content-Disposition": 'inline; filename="letter.pdf"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/complaints/{number}/acts")
async def complainant_acts(body: ActIn, request: Request, service: Running, follower: Follower) -> ActOut:
    """What the complainant does (header `X-Receipt-Code`): add, urge (6/3.4.3(2)), withdraw, rate (8/e2.1),
    not_solved (3/5.2), review (4/5.2.10(2)). Intake asks the owner of the step; a wrong step is 409.
    """
    done = await rules.act(service, follower.complaint, body, follower.owner, language_of(request))
    return ActOut.model_validate(done)
