"""Reviews (4/5.2.10(2)): the open ones, and one of them without the names of those who decided."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.desk.asking import Asking, Refusal
from services.desk.fields import Field
from services.desk.forms import send
from services.desk.office_names import names
from services.desk.page import HEADERS, Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
DECISION: Final = (
    Field("result", "choice", "review_result", codes=("upheld", "overturned")),
    Field("reasons", longest=8000),
)


@router.get("/reviews")
async def reviews(request: Request, service: Running, person: Entered) -> Response:
    """The reviews that the person's department is asked for, and those that are decided."""
    return await _list(request, service, person)


@router.post("/reviews/{review}/assignment")
async def assign(request: Request, service: Running, person: Entered, review: str) -> Response:
    """Give it to a reviewer; without a name, by the rule."""
    reviewer = str((await request.form()).get("reviewer") or "")
    content = {"reviewer": reviewer} if reviewer else {}
    try:
        await Asking(service, person).post("reply", f"/reviews/{review}/assignment", json=content)
    except Refusal as refusal:
        return await _list(request, service, person, refusal.status, refusal)
    return go("/desk/reviews", "review_assigned")


@router.get("/reviews/{review}")
async def show(request: Request, service: Running, person: Entered, review: str) -> Response:
    """The case with opinion, evidence and letters, for its reviewer."""
    return await _show(request, service, person, review)


@router.get("/reviews/{review}/letter")
async def letter(service: Running, person: Entered, review: str) -> Response:
    """The final letter as it will look."""
    asking = Asking(service, person)
    found = (await asking.get("reply", f"/reviews/{review}"))["review"]["letter"]
    answer = await asking.response("GET", "reply", f"/letters/{found['id']}/pdf")
    return Response(answer.content, media_type="application/pdf", headers={**HEADERS, "Content-Disposition": "inline"})


@router.post("/reviews/{review}/decision")
async def decide(request: Request, service: Running, person: Entered, review: str) -> Response:
    """Upheld or overturned, with reasons; the letter is handed in to be signed."""
    asking, place = Asking(service, person), f"/reviews/{review}/decision"
    status, sent = await send(request, person, DECISION, lambda content: asking.post("reply", place, json=content))
    if sent:
        return await _show(request, service, person, review, status, sent)
    return go(f"/desk/reviews/{review}", "review_found")


async def _list(
    request: Request, service: Service, person: Person, status: int = 200, refusal: Refusal | None = None
) -> Response:
    asking = Asking(service, person)
    due, decided = await asking.part("reply", "/reviews"), await asking.part("reply", "/reviews", state="decided")
    office = await names(service, asking)
    fit = [one for one in office.officers if "reviewer" in (one.get("roles") or [])]
    return await page(
        request, "reviews.html", person, status, due=due, decided=decided, names=office, reviewers=fit, refusal=refusal
    )


async def _show(
    request: Request, service: Service, person: Person, review: str, status: int = 200, sent: Any = None
) -> Response:
    asking = Asking(service, person)
    seen = await asking.get("reply", f"/reviews/{review}")
    mine = seen["review"]["reviewer"] == person.officer
    return await page(
        request, "review.html", person, status, seen=seen, fields=DECISION, mine=mine, sent=sent or {},
        names=await names(service, asking), officers_for=lambda _: [],
    )  # fmt: skip
