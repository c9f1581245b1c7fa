"""Scope checks: a person sees the proposal with its reasons, and registers or refuses (4/5.2.6(2), 4/5.2.7)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from services.desk.asking import Asking, Part, Refusal
from services.desk.fields import Field, body, typed
from services.desk.highlight import pieces
from services.desk.labels import LABELS, at_field, check_labels, labels_of, last_part, proposal_of
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.people import Person, signed_in
from shared.glossary import Language
from shared.procedure import load
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Operator = Annotated[Person, Depends(signed_in("intake.check_scope"))]

REGISTER: Final = (
    *LABELS,
    Field("district", "line", required=False, longest=60),
    Field("named_officers", "officers", required=False),
)


def refuse_fields() -> tuple[Field, ...]:
    """Return the fields of a refusal; where to turn is a list of the policy."""
    bodies = tuple(body.code for body in load().policy.scope_check.outside_bodies)
    return (
        Field("reason", "choice", "refusal_reason", label="refusal_reason"),
        Field("where_to_turn", "choice", "body", codes=bodies),
    )


def body_names(language: Language) -> dict[str, str]:
    """Return the outside bodies by code, in the person's language."""
    return {body.code: body.by_language()[language] for body in load().policy.scope_check.outside_bodies}


@router.get("/scope-checks")
async def waiting(request: Request, service: Running, person: Operator) -> Response:
    """All that wait for the check, the oldest first."""
    asking = Asking(service, person)
    return await page(
        request, "scope_checks.html", person, listing=await asking.part("intake", "/scope-checks", limit=200)
    )


@router.get("/scope-checks/{complaint}")
async def one(request: Request, service: Running, person: Operator, complaint: str) -> Response:
    """One message with its proposal, and both ways out."""
    return await _one(request, service, person, complaint)


@router.post("/scope-checks/{complaint}/registration")
async def register(request: Request, service: Running, person: Operator, complaint: str) -> Response:
    """Within scope: registered with a person's labels."""
    values = typed(REGISTER, await request.form())
    content, wrong = body(REGISTER, values)
    wrong |= check_labels(content)
    return await _do(request, service, person, complaint, "registration", values, wrong, content)


@router.post("/scope-checks/{complaint}/refusal")
async def refuse(request: Request, service: Running, person: Operator, complaint: str) -> Response:
    """Not within scope: refused with the reason and where to turn; the letter goes out by itself."""
    form: FormData = await request.form()
    values = typed(refuse_fields(), form)
    content, wrong = body(refuse_fields(), values)
    return await _do(request, service, person, complaint, "refusal", values, wrong, content)


async def _do(
    request: Request,
    service: Service,
    person: Person,
    complaint: str,
    act: str,
    values: dict[str, Any],
    wrong: dict[str, str],
    content: dict[str, Any],
) -> Response:
    sent: dict[str, Any] = {"act": act, "values": values, "wrong": at_field(wrong, person.language), "refusal": None}
    if wrong:
        return await _one(request, service, person, complaint, 422, sent)
    try:
        sending = labels_of(content) if act == "registration" else content
        await Asking(service, person).post("intake", f"/complaints/{complaint}/{act}", json=sending)
    except Refusal as refusal:
        sent |= {"wrong": last_part(refusal.fields), "refusal": refusal}
        return await _one(request, service, person, complaint, refusal.status, sent)
    return go(f"/desk/complaints/{complaint}", "registered" if act == "registration" else "refused")


async def _one(
    request: Request, service: Service, person: Person, complaint: str, status: int = 200, sent: Any = None
) -> Response:
    asking = Asking(service, person)
    record = await asking.get("intake", f"/complaints/{complaint}")
    if record.get("stage") != "received":
        return go(f"/desk/complaints/{complaint}")
    proposal = await _proposal(asking, record)
    office = await names(service, asking)
    suggested = {name: str(value) for name, value in (proposal or {}).get("labels", {}).items() if value is not None}
    suggested |= {"district": district} if (district := district_of(record)) else {}
    text = str(record.get("text") or "")
    return await page(
        request,
        "scope_check.html",
        person,
        status,
        record=record,
        proposal=proposal,
        pieces=pieces(text, spans(proposal)),
        reasons=reasons(proposal, text),
        sent=sent or {},
        suggested={"importance": "ordinary"} | suggested,
        register=REGISTER,
        refuse=refuse_fields(),
        bodies=body_names(person.language),
        names=office,
        officers_for=lambda _: office.officers,
    )


async def _proposal(asking: Asking, record: dict[str, Any]) -> dict[str, Any] | None:
    """The classifier's answer on the words, with the reasons; else what intake has kept of it."""
    text = record.get("text")
    answer: Part = Part()
    if text:
        try:
            answer = Part(await asking.post("classification", "/suggestions", json={"text": text}))
        except Refusal as refusal:
            answer = Part(refusal=refusal)
    return proposal_of(answer.value) or proposal_of(record.get("proposal")) or _kept(record.get("proposal"))


def _kept(proposal: Any) -> dict[str, Any] | None:
    if not isinstance(proposal, dict):
        return None
    names = ("service", "topic_code", "nature", "kind", "level", "importance", "department", "in_scope")
    return {**proposal, "labels": {name: proposal.get(name) for name in names}}


def district_of(record: dict[str, Any]) -> str:
    """Return the district to offer: as it was given, else the first that the words name (incidents, routing)."""
    given = (record.get("place") or {}).get("district")
    read = (one["words"] for one in record.get("read_places") or [] if one["kind"] == "district")
    return str(given or next(read, ""))


def spans(proposal: dict[str, Any] | None) -> list[tuple[int, int]]:
    """Return where the text speaks of danger, by the classifier's own offsets."""
    cues = (proposal or {}).get("danger_cues") or []
    return [(cue["start"], cue["end"]) for cue in cues if isinstance(cue, dict) and "start" in cue]


def reasons(proposal: dict[str, Any] | None, text: str) -> list[dict[str, Any]]:
    """Return which words decided which label: ``label``, ``value``, ``words``."""
    found: dict[tuple[str, str], list[str]] = {}
    for reason in (proposal or {}).get("reasons") or []:
        start, end = reason.get("start"), reason.get("end")
        words = text[start:end] if isinstance(start, int) and isinstance(end, int) else str(reason.get("term", ""))
        key = (str(reason.get("label", "")), str(reason.get("value", "")))
        if words and words not in found.setdefault(key, []):
            found[key].append(words)
    return [{"label": label, "value": value, "words": words[:6]} for (label, value), words in found.items() if words]
