"""The queue: what waits for whom, live."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.desk.asking import Asking
from services.desk.live import changes
from services.desk.office_names import names
from services.desk.page import HEADERS, Page, page, pick
from services.desk.pages_door import Entered
from services.desk.people import Person
from services.desk.queues import BESIDE, QUEUES, first_queue, queues_of
from services.desk.words import has, say
from shared.errors import Problem
from shared.glossary import Language
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)

_COUNTED: Final = (("insight", "/counts"), ("casework", "/waiting"), ("reply", "/waiting"))
"""Whom the front page asks how much there is."""
_WARNED: Final = ("casework", "/warnings?mine=true")


@router.get("/")
async def queue(request: Request, service: Running, person: Entered, queue: str = "") -> Response:
    """One of the person's queues, with the counts of all of them."""
    name = queue if queue in QUEUES else first_queue(person)
    asking = Asking(service, person)
    warned = (_WARNED,) if person.may("casework.accept_alarm") else ()
    counts, case, reply, *mine = await asking.parts(*_COUNTED, *warned)
    return await page(
        request,
        "queue.html",
        person,
        queue=name,
        queues=queues_of(person),
        counts=_counts(counts.value or {}),
        beside={name: one for name, one in BESIDE.items() if person.may(one.action)},
        waiting=(case.value or {}) | (reply.value or {}),
        warned=mine[0].value if mine else [],
        **await _content(service, person, asking, name),
    )


@router.get("/queues/{name}")
async def fragment(request: Request, service: Running, person: Entered, name: str) -> Response:
    """The list alone, for the page that is open already."""
    if name not in QUEUES:
        raise Problem(404, "not_found")
    content = await _content(service, person, Asking(service, person), name)
    return await page(request, "_queue.html", person, queue=name, **content)


@router.get("/changes")
async def live(service: Running, person: Entered) -> StreamingResponse:
    """What changes, as it changes (SSE)."""
    stream = changes(service, Asking(service, person).token)
    headers = {**HEADERS, "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _content(service: Service, person: Person, asking: Asking, name: str) -> dict[str, Any]:
    listing = await asking.part("insight", f"/queues/{name}", limit=100)
    return {
        "listing": listing,
        "names": await names(service, asking),
        "duty_title": lambda due: duty_title(due, person.language),
    }


def _counts(answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("queues", answer)
    return found if isinstance(found, dict) else {}


def duty_title(due: dict[str, Any], language: Language) -> str:
    """Return what is due: the title that came along, or our own short word for the duty."""
    if due.get("title"):
        return pick(due["title"], language)
    duty = str(due.get("duty", ""))
    key = f"duty.{duty.split('.', maxsplit=1)[0]}"
    return say(language, key) if has(key) else duty
