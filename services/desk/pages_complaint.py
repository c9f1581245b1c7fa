"""One complaint: what to do next, the record, the timeline, the ledger - and every step of the road as a form."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.desk.asking import Asking, Refusal
from services.desk.complaint import ALARM, Look, look, said
from services.desk.fields import body, typed
from services.desk.labels import LABELS, at_field, check_labels, labels_of, last_part
from services.desk.page import HEADERS, Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person
from services.desk.sight import Sight
from services.desk.steps import BY_NAME, THEMES, Step, address, offered_for
from services.desk.uploads import hand_over
from shared.errors import Problem
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
_SHOWN_HERE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain"})


@router.get("/complaints/{complaint}")
async def show(request: Request, service: Running, person: Entered, complaint: str) -> Response:
    """The page of one complaint."""
    return await _show(request, service, person, complaint)


@router.get("/complaints/{complaint}/parts/live")
async def live_parts(request: Request, service: Running, person: Entered, complaint: str) -> Response:
    """Ledger and timeline alone, for the page that is open already."""
    seen = await look(service, person, complaint)
    return await page(request, "_live.html", person, look=seen, names=seen.names)


@router.get("/complaints/{complaint}/parts/words")
async def words(request: Request, service: Running, person: Entered, complaint: str) -> Response:
    """What was said, alone: for whoever compares complaints that seem to have one cause (1/1.1.7)."""
    record = await Asking(service, person).part("intake", f"/complaints/{complaint}")
    return await page(request, "_words.html", person, record=record, pieces=said(record))


@router.post("/complaints/{complaint}/steps/{name}")
async def take_step(
    request: Request, service: Running, person: Entered, complaint: str, name: str, item: str = ""
) -> Response:
    """Take one step: the owner decides; when it refuses, the form comes back with what was typed."""
    step = BY_NAME.get(name)
    if step is None:
        raise Problem(404, "not_found")
    form = await request.form()
    values = typed(step.fields, form)
    content, wrong = body(step.fields, values)
    if step.name == "classification":
        wrong |= check_labels(content)
    sent: dict[str, Any] = {
        "step": name,
        "item": item,
        "values": values,
        "wrong": at_field(wrong, person.language),
        "refusal": None,
    }
    if wrong:
        return await _show(request, service, person, complaint, 422, sent)
    try:
        answer = await _send(Asking(service, person), step, complaint, item, content, form)
    except Refusal as refusal:
        sent |= {"wrong": last_part(refusal.fields), "refusal": refusal}
        return await _show(request, service, person, complaint, refusal.status, sent)
    if step.name == "letter":
        return go(f"/desk/letters/{answer['id']}")
    return go(f"/desk/complaints/{complaint}", "step")


async def _send(asking: Asking, step: Step, complaint: str, item: str, content: dict[str, Any], form: FormData) -> Any:
    if step.name == "classification":
        content = labels_of(content) | {"reason": content["reason"]}
        content = {name: content[name] for name in (*(f.name for f in LABELS), "service", "reason") if name in content}
    if step.name == "letter":
        content["purpose"] = "reply"
    if step.name == "evidence":
        handed_over = await hand_over(asking, form, "attachment", complaint)
        content |= {"attachment": handed_over[0]} if handed_over else {}
    if step.name == "supplement":
        content["attachments"] = await hand_over(asking, form, "attachments", complaint)
    return await asking.post(step.service, address(step, complaint, item), json=content)


@router.get("/attachments/{attachment}")
async def attachment(service: Running, person: Entered, attachment: str) -> Response:
    """An attachment as intake keeps it; only pictures, PDF and plain text are shown, the rest is saved."""
    answer = await Asking(service, person).response("GET", "intake", f"/attachments/{attachment}")
    kind = answer.headers.get("content-type", "application/octet-stream").split(";")[0]
    how = "inline" if kind in _SHOWN_HERE else "attachment"
    headers = {**HEADERS, "Content-Disposition": how, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(answer.content, media_type=kind, headers=headers)


async def _show(
    request: Request, service: Service, person: Person, complaint: str, status: int = 200, sent: Any = None
) -> Response:
    seen = await look(service, person, complaint)
    return await page(
        request,
        "complaint.html",
        person,
        status,
        look=seen,
        sight=seen.sight,
        names=seen.names,
        sent=sent or {},
        defaults=seen.defaults(),
        themes=_by_theme(seen),
        items=lambda kind, one: offered_for(kind, one, seen.sight),
        officers_for=lambda field: _officers(seen, seen.sight, field.input),
    )


def _by_theme(seen: Look) -> dict[str, list[Step]]:
    shown = {ALARM, seen.first[0].name if seen.first else ""}
    rest = [step for step in seen.steps if step.name not in shown]
    return {theme: steps for theme in THEMES if (steps := [step for step in rest if step.theme == theme])}


def _officers(seen: Look, sight: Sight, _: str) -> list[dict[str, Any]]:
    """Return whom work can be given to, the case's own department first: handlers, never whom the complaint names."""
    named = set(sight.case.get("named_officers") or [])
    able = [
        officer
        for officer in seen.names.officers
        if officer["id"] not in named and {"handler", "supervisor"} & set(officer.get("roles") or ["handler"])
    ]
    return sorted(able, key=lambda officer: officer["department"] != sight.case.get("department"))
