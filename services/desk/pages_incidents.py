"""Incidents at the desk: what is proposed, declared and joined; its members; the replies to all in one go."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from services.desk.asking import Asking, Part, Refusal
from services.desk.fields import Field
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person, signed_in
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Joiner = Annotated[Person, Depends(signed_in("casework.join_incidents"))]

TEXTS: Final = ("analysis", "measures", "answer")
"""What one text says in every letter of a language."""
STEPS: Final = (
    ("letters", "reply.write"),
    ("check", "reply.check"),
    ("signature", "reply.sign"),
    ("sending", "reply.send"),
)
REASON: Final = Field("reason", longest=2000)


@router.get("/incidents")
async def listing(request: Request, service: Running, person: Entered) -> Response:
    """Open incidents, complaints that seem to have one cause, and incidents that are over."""
    return await _list(request, service, person)


@router.post("/incidents")
async def declare(request: Request, service: Running, person: Joiner) -> Response:
    """A person says that the complaints that are ticked have one cause; or adds them to an incident."""
    form = await request.form()
    chosen, incident = _ticked(form), str(form.get("incident") or "")
    try:
        if incident:
            await Asking(service, person).post(
                "casework", f"/incidents/{incident}/members", json={"complaints": chosen}
            )
        else:
            made = await Asking(service, person).post("casework", "/incidents", json={"complaints": chosen})
            incident = made["id"]
    except Refusal as refusal:
        return await _list(request, service, person, refusal)
    return go(f"/desk/incidents/{incident}", "incident")


@router.get("/incidents/{incident}")
async def show(request: Request, service: Running, person: Entered, incident: str) -> Response:
    """One incident."""
    return await _show(request, service, person, incident)


@router.post("/incidents/{incident}/members")
async def join(request: Request, service: Running, person: Joiner, incident: str) -> Response:
    """Complaints by their numbers."""
    asking = Asking(service, person)
    typed = str((await request.form()).get("numbers") or "")
    try:
        ids = [await _id_of(asking, number) for number in typed.replace("、", " ").replace(",", " ").split()[:50]]
        await asking.post("casework", f"/incidents/{incident}/members", json={"complaints": ids})
    except Refusal as refusal:
        return await _show(request, service, person, incident, refusal, typed)
    return go(f"/desk/incidents/{incident}", "joined")


@router.post("/incidents/{incident}/members/{complaint}/leaving")
async def leave(request: Request, service: Running, person: Joiner, incident: str, complaint: str) -> Response:
    """Taken out again, with a reason."""
    reason = str((await request.form()).get("reason") or "")
    return await _do(request, service, person, incident, f"/members/{complaint}/leaving", {"reason": reason}, "left")


@router.post("/incidents/{incident}/ending")
async def end(request: Request, service: Running, person: Joiner, incident: str) -> Response:
    """The cause is gone."""
    return await _do(request, service, person, incident, "/ending", {}, "incident_over")


@router.post("/incidents/{incident}/letters")
async def letters(request: Request, service: Running, person: Entered, incident: str) -> Response:
    """Some of the letters; the page goes on by itself until all are taken, or with its button."""
    form, asking = await request.form(), Asking(service, person)
    step = str(form.get("go_on") or form.get("step") or "")
    if step not in dict(STEPS):
        return await _show(request, service, person, incident)
    body: dict[str, Any] = {"after": str(form.get("after") or "") or None}
    texts = _texts(form)
    if step == "letters":
        body["texts"] = {
            language: {name: said for name, said in each.items() if said} for language, each in texts.items()
        }
    progress, refusal = None, None
    try:
        progress = await asking.post("reply", _mailing(incident, step), json=body)
    except Refusal as refused:
        refusal = refused
    if request.headers.get("HX-Request"):
        found = await _of(asking, incident)
        return await page(
            request, "_mailing.html", person, refusal.status if refusal else 200, progress=Part(progress),
            step=step, texts=texts, refusal=refusal, incident=found, steps=STEPS, fields=TEXTS,
        )  # fmt: skip
    return await _show(request, service, person, incident, refusal, progress=progress, step=step, texts=texts)


@router.get("/complaints/{complaint}/parts/incident")
async def hint(request: Request, service: Running, person: Entered, complaint: str) -> Response:
    """Beside a complaint: its incident, or the proposal that it is part of, and planned outages."""
    asking = Asking(service, person)
    part = await asking.part("casework", f"/complaints/{complaint}/incident")
    return await page(request, "_incident.html", person, part=part, complaint=complaint)


def _ticked(form: FormData) -> list[str]:
    return list(dict.fromkeys(str(one) for one in form.getlist("complaints")))


def _texts(form: FormData) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, value in form.multi_items():
        language, _, name = key.partition(".")
        if name in TEXTS and isinstance(value, str):
            found.setdefault(language, {})[name] = value.strip()
    return found


def _mailing(incident: str, step: str) -> str:
    return f"/incidents/{incident}/letters" + ("" if step == "letters" else f"/{step}")


async def _id_of(asking: Asking, number: str) -> str:
    return str((await asking.get("insight", f"/complaints/{number}"))["complaint"])


async def _of(asking: Asking, incident: str) -> Any:
    return await asking.get("casework", f"/incidents/{incident}")


async def _do(
    request: Request, service: Service, person: Person, incident: str, path: str, body: dict[str, Any], done: str
) -> Response:
    try:
        await Asking(service, person).post("casework", f"/incidents/{incident}{path}", json=body)
    except Refusal as refusal:
        return await _show(request, service, person, incident, refusal)
    return go(f"/desk/incidents/{incident}", done)


async def _list(request: Request, service: Service, person: Person, refusal: Refusal | None = None) -> Response:
    asking = Asking(service, person)
    open_ones, over, outages = await asking.parts(
        ("casework", "/incidents"), ("casework", "/incidents?ended=true"), ("casework", "/outages")
    )
    proposed = (
        await asking.part("casework", "/incidents/proposals") if person.may("casework.join_incidents") else Part()
    )
    return await page(
        request, "incidents.html", person, refusal.status if refusal else 200, incidents=open_ones, over=over,
        proposed=proposed, outages=outages, refusal=refusal, names=await names(service, asking),
    )  # fmt: skip


async def _show(
    request: Request,
    service: Service,
    person: Person,
    incident: str,
    refusal: Refusal | None = None,
    numbers: str = "",
    progress: Any = None,
    **mailing: Any,
) -> Response:
    asking = Asking(service, person)
    found = await _of(asking, incident)
    far = Part(progress) if progress else await asking.part("reply", f"/incidents/{incident}/letters")
    return await page(
        request, "incident.html", person, refusal.status if refusal else 200, incident=found, progress=far,
        refusal=refusal, numbers=numbers, names=await names(service, asking), steps=STEPS, fields=TEXTS, reason=REASON,
        **{"step": "", "texts": {}, **mailing},
    )  # fmt: skip
