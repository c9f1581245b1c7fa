"""Return visits (3/5.2): the list of what is due, and the form with its questions."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.desk.asking import Asking, Part
from services.desk.fields import Field
from services.desk.forms import send
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person
from shared.errors import Problem
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
QUESTION: Final = "question-"
_SCORE: Final = ("5", "4", "3", "2", "1")
_WAY: Final = Field("way", "choice", "visit_way", label="visit_way")
ACTS: Final[dict[str, tuple[Field, ...]]] = {
    "result": (
        _WAY,
        Field("solved", "yes_no"),
        Field("score", "choice", "score", codes=_SCORE, number=True, label="visit_score"),
        Field("text", label="visit_text", longest=4000),
        Field("wants_review", "tick"),
    ),
    "attempts": (_WAY, Field("text", label="attempt_text", longest=4000)),
    "impossibility": (
        Field("reason", "choice", "not_visited", label="not_visited"),
        Field("text", label="attempt_text", longest=4000),
    ),
}


@router.get("/visits")
async def visits(request: Request, service: Running, person: Entered) -> Response:
    """What is to be visited, the most pressing first, and what was."""
    asking = Asking(service, person)
    due, ended = await asking.part("reply", "/visits"), await asking.part("reply", "/visits", state="ended")
    return await page(request, "visits.html", person, due=due, ended=ended, names=await names(service, asking))


@router.get("/visits/{visit}")
async def visit(request: Request, service: Running, person: Entered, visit: str) -> Response:
    """One visit: whom, about what, and the form."""
    return await _show(request, service, person, visit)


@router.post("/visits/{visit}/{act}")
async def record(request: Request, service: Running, person: Entered, visit: str, act: str) -> Response:
    """Record the result, an attempt, or that it is not possible."""
    if act not in ACTS:
        raise Problem(404, "not_found")
    asking = Asking(service, person)
    questions = await _questions(asking) if act == "result" else []

    async def hand_on(content: dict[str, Any]) -> None:
        if act == "result":
            content["questions"] = {one.name.removeprefix(QUESTION): content.pop(one.name) for one in questions}
        await asking.post("reply", f"/visits/{visit}/{act}", json=content)

    status, sent = await send(request, person, (*ACTS[act], *questions), hand_on)
    if sent:
        return await _show(request, service, person, visit, status, sent | {"act": act})
    return go(f"/desk/visits/{visit}" if act == "attempts" else "/desk/visits", f"visit_{act}")


async def _questions(asking: Asking) -> list[Field]:
    asked = await asking.get("reply", "/visit-questions")
    return [
        Field(f"{QUESTION}{one['code']}", "choice", "score", codes=_SCORE, number=True, label=f"question.{one['code']}")
        for one in asked
    ]


async def _show(
    request: Request, service: Service, person: Person, visit: str, status: int = 200, sent: Any = None
) -> Response:
    asking = Asking(service, person)
    found = await asking.get("reply", f"/visits/{visit}")
    questions = await asking.get("reply", "/visit-questions")
    record: Part = await asking.part("intake", f"/complaints/{found['complaint']}")
    return await page(
        request, "visit.html", person, status, visit=found, questions=questions, record=record, acts=ACTS,
        sent=sent or {}, names=await names(service, asking), score_codes=_SCORE, officers_for=lambda _: [],
    )  # fmt: skip
