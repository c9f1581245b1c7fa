"""The public pages: the web form, and the status page by number and code. They work without scripts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from services.intake import acts, limits
from services.intake.api_complaints import pdf
from services.intake.attachments import keep
from services.intake.callers import ANONYMOUS_FORM, Complainant, complainant_of
from services.intake.inputs import ActIn, NewComplaint
from services.intake.media import MOST_BYTES
from services.intake.receiving import receive
from services.intake.rendering import STATIC, language_for, page
from services.intake.routing import Bounded, open_to_all
from services.intake.status import letter_pdf, status
from services.intake.words import word
from shared.errors import Problem, rule_sentence, sentence
from shared.glossary import Language
from shared.running import Running, Service

router = APIRouter(route_class=Bounded, include_in_schema=False)
Open = Depends(open_to_all("intake.receive"))
Followed = Depends(open_to_all("intake.follow"))
_MOST_FILES: Final = 5
_CONTACTS: Final = ("phone", "email", "postal_address")
_FIELDS: Final = {
    "text": "text",
    "remedy_sought": "remedy_sought",
    "place.address": "address",
    "references.customer": "customer",
    "service": "service",
    "attachments": "files",
    **{f"complainant.{name}": name for name in ("name", *_CONTACTS)},
}

Errors = dict[str, str]


@router.get("/", dependencies=[Open])
async def web_form(request: Request) -> HTMLResponse:
    """The form (1/1.1.2)."""
    return page(request, "form.html", values={}, errors={}, token=str(uuid4()))


@router.post("/", dependencies=[Open])
async def hand_in(request: Request, service: Running) -> HTMLResponse:
    """Take the form in; what was typed is kept when something has to be corrected."""
    language = language_for(request)
    async with request.form(max_files=_MOST_FILES, max_fields=30) as form:
        values = {name: value for name, value in form.items() if isinstance(value, str)}
        try:
            await limits.count(service, limits.FORMS, request.client.host if request.client else "")
            body, errors = _complaint(values, language)
            if body is not None:
                answer = await _take_in(service, form, body, values.get("token", ""), language)
                return page(request, "received.html", status=201, **answer)
        except Problem as problem:
            errors = _errors(problem, language)
            return page(
                request, "form.html", status=problem.status, values=values, errors=errors, token=values.get("token")
            )
    return page(request, "form.html", status=422, values=values, errors=errors, token=values.get("token"))


async def _take_in(
    service: Service, form: FormData, body: NewComplaint, token: str, language: Language
) -> dict[str, Any]:
    kept = []
    for file in form.getlist("files"):
        if isinstance(file, UploadFile) and file.filename:
            content = await file.read(MOST_BYTES + 1)
            try:
                kept.append((await keep(service, ANONYMOUS_FORM.id, file.filename, content))["id"])
            except Problem as problem:
                raise Problem(422, "invalid", errors=[("attachments", problem.code)]) from None
    body = NewComplaint.model_validate({**body.model_dump(exclude_unset=True), "attachments": kept})
    answer = await receive(
        service,
        ANONYMOUS_FORM,
        body,
        idempotency_key=f"form {token}" if token else None,
        language=language,
        alike_without=frozenset({"attachments"}),
    )
    promises = [each | {"due_at": datetime.fromisoformat(each["due_at"])} for each in answer["promised"]]
    return {"answer": answer, "promises": promises}


def _complaint(values: Mapping[str, str], language: Language) -> tuple[NewComplaint | None, Errors]:
    """Return the complaint of a form, or what is wrong with it by field."""
    contact = {name: values.get(name, "").strip() for name in ("name", *_CONTACTS)}
    person = {name: value for name, value in contact.items() if value}
    nameless = {"name": word("name_needed", language)} if person and "name" not in person else {}
    given = {
        "channel": "website",
        "text": values.get("text", ""),
        "remedy_sought": values.get("remedy_sought", ""),
        "place": {"address": address} if (address := values.get("address", "").strip()) else None,
        "references": {"customer": customer} if (customer := values.get("customer", "").strip()) else None,
        "service": values.get("service") or None,
        "danger": "danger" in values,
        "complainant": {"name": "?", **person, "confidential": "confidential" in values} if person else None,
    }
    try:
        body = NewComplaint.model_validate(given)
    except ValidationError as wrong:
        found = {_field(item["loc"]): rule_sentence(_rule(item), language) for item in wrong.errors()}
        return None, found | nameless
    return (None, nameless) if nameless else (body, {})


def _rule(item: Mapping[str, Any]) -> str:
    return str(item["ctx"]["error"]) if item["type"] == "value_error" else str(item["type"])


def _field(location: tuple[int | str, ...]) -> str:
    return _FIELDS.get(".".join(map(str, location)), "text")


def _errors(problem: Problem, language: Language) -> Errors:
    if problem.errors:
        return {_FIELDS.get(field, field): rule_sentence(rule, language) for field, rule in problem.errors}
    return {"": problem.title or sentence(problem.code, language, problem.params)}


@router.get("/status", dependencies=[Followed])
async def ask_number(request: Request) -> HTMLResponse:
    """Ask for number and code."""
    return page(request, "ask.html", errors={}, number="")


@router.post("/status", dependencies=[Followed])
async def show_status(request: Request, service: Running) -> HTMLResponse:
    """Show how a complaint stands; number and code travel in the body only, never in an address."""
    async with request.form(max_files=0, max_fields=5) as form:
        number, code = str(form.get("number", "")), str(form.get("code", ""))
    return await _status_page(request, service, number, code)


@router.post("/status/acts", dependencies=[Followed])
async def take_act(request: Request, service: Running) -> HTMLResponse:
    """Do what the complainant wants, and show the page again with what came of it."""
    language = language_for(request)
    async with request.form(max_files=_MOST_FILES, max_fields=10) as form:
        values = {name: value for name, value in form.items() if isinstance(value, str)}
        number, code = values.get("number", ""), values.get("code", "")
        try:
            follower = await complainant_of(service, number, code)
            kept = [await _keep_for(service, follower, file) for file in form.getlist("files")]
            wanted = ActIn.model_validate(
                {
                    "act": values.get("act"),
                    "text": values.get("text"),
                    "score": values.get("score") or None,
                    "attachments": [each for each in kept if each],
                }
            )
            await acts.act(service, follower.complaint, wanted, follower.owner, language)
        except Problem as problem:
            return await _status_page(request, service, number, code, errors=_errors(problem, language))
        except ValidationError:
            wrong = {"": sentence("invalid", language)}
            return await _status_page(request, service, number, code, errors=wrong)
    return await _status_page(request, service, number, code, done=word("act_done", language))


async def _keep_for(service: Service, follower: Complainant, file: object) -> str | None:
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content = await file.read(MOST_BYTES + 1)
    kept = await keep(service, follower.owner, file.filename, content, follower.complaint.id)
    return str(kept["id"])


@router.post("/status/letters/{letter}", dependencies=[Followed])
async def open_letter(letter: str, request: Request, service: Running) -> Response:
    """Open a letter."""
    async with request.form(max_files=0, max_fields=5) as form:
        number, code = str(form.get("number", "")), str(form.get("code", ""))
    try:
        follower = await complainant_of(service, number, code)
        return pdf(await letter_pdf(service, follower.complaint, letter))
    except Problem as problem:
        return await _status_page(request, service, number, code, errors=_errors(problem, language_for(request)))


async def _status_page(
    request: Request, service: Service, number: str, code: str, errors: Errors | None = None, done: str = ""
) -> HTMLResponse:
    language = language_for(request)
    try:
        follower = await complainant_of(service, number, code)
    except Problem as problem:
        return page(request, "ask.html", status=problem.status, errors=_errors(problem, language), number=number)
    found = await status(service, follower.complaint, language)
    wrong = errors or {}
    return page(request, "status.html", status=422 if wrong else 200, found=found, code=code, errors=wrong, done=done)


@router.get("/static/{name}", dependencies=[Open])
async def static(name: str) -> Response:
    """The pages' stylesheet."""
    if name not in STATIC:
        raise Problem(404, "not_found")
    file, media_type = STATIC[name]
    return FileResponse(file, media_type=media_type, headers={"Cache-Control": "public, max-age=300"})
