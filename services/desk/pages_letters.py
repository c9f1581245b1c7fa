"""A letter: its fields on the left, its PDF beside it; and the mails that lie in the data folder."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from services.desk.asking import Asking, Part, Refusal
from services.desk.fields import Field, typed
from services.desk.forms import send
from services.desk.matter_forms import ADDED, FORMS, supports
from services.desk.office_names import names
from services.desk.page import HEADERS, Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person
from shared.errors import Problem
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)

PARTS: Final = (
    Field("salutation", "line", longest=300),
    Field("summary", longest=4000, label="letter_summary"),
    Field("analysis", longest=8000),
    Field("measures", longest=8000, label="letter_measures"),
    Field("review", longest=1000, label="letter_review"),
    Field("closing", longest=1000, label="letter_closing"),
)
ACTS: Final[dict[str, tuple[Field, ...]]] = {
    "submission": (),
    "check": (),
    "return": (Field("reason", longest=2000, label="return_reason"),),
    "signature": (),
    "sending": (
        Field("way", "choice", "way", codes=("mail", "letter", "status_page"), required=False, label="letter_way"),
    ),
    "delivery": (
        Field("proof", "choice", "proof", codes=("posting_record", "attempt_recorded", "smtp_accepted")),
        Field("text", required=False, label="proof_text", longest=2000),
    ),
}  # fmt: skip
_RIGHTS: Final = {
    "submission": "reply.write",
    "check": "reply.check",
    "return": "reply.check",
    "signature": "reply.sign",
    "sending": "reply.send",
    "delivery": "reply.send",
}
_STATES: Final = {
    "submission": {"draft"},
    "check": {"submitted"},
    "return": {"submitted", "checked"},
    "signature": {"submitted", "checked"},
    "sending": {"signed", "maybe_sent"},
    "delivery": {"printing", "maybe_sent"},
}


def acts_for(letter: dict[str, Any], person: Person) -> list[str]:
    """Return what this person can do with the letter as it stands; the reply service has the last word.

    What may have gone out is put on record, or sent again (6/3.4.4(2)).
    """
    if letter.get("by_machine") and letter.get("state") not in _STATES["delivery"]:
        return []
    mine = person.officer in (letter.get("authors") or [letter.get("author")])
    found = [act for act, states in _STATES.items() if letter.get("state") in states and person.may(_RIGHTS[act])]
    return [act for act in found if mine == (act == "submission") or act in ("sending", "delivery")]


def fields_for(letter: dict[str, Any]) -> dict[str, tuple[Field, ...]]:
    """Return the fields of each act; what proves a delivery depends on how far the letter has come."""
    codes = ("posting_record",) if letter.get("state") == "printing" else ("smtp_accepted", "attempt_recorded")
    return ACTS | {"delivery": (Field("proof", "choice", "proof", codes=codes), *ACTS["delivery"][1:])}


@router.get("/letters/{letter}")
async def show(request: Request, service: Running, person: Entered, letter: str) -> Response:
    """The letter with its PDF."""
    return await show_letter(request, service, person, letter)


@router.get("/letters/{letter}/pdf")
async def pdf(service: Running, person: Entered, letter: str) -> Response:
    """The letter's PDF, to be shown within our own page."""
    answer = await Asking(service, person).response("GET", "reply", f"/letters/{letter}/pdf")
    policy = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
    headers = {**HEADERS, "Content-Security-Policy": policy, "Content-Disposition": "inline"}
    return Response(answer.content, media_type="application/pdf", headers=headers)


@router.post("/letters/{letter}")
async def save(request: Request, service: Running, person: Entered, letter: str) -> Response:
    """Keep the words of a draft; `then` submits it in the same go."""
    form = await request.form()
    values = {name: value.replace("\r\n", "\n") for name, value in typed(PARTS, form).items()}
    version = str(form.get("version") or "0")
    content = {"fields": values, "version": int(version) if version.isdigit() else 0}
    asking = Asking(service, person)
    try:
        await asking.put("reply", f"/letters/{letter}", json=content)
        if form.get("then") == "submission":
            await asking.post("reply", f"/letters/{letter}/submission")
    except Refusal as refusal:
        wrong = {name.removeprefix("fields."): message for name, message in refusal.fields.items()}
        sent = {"act": "save", "values": values, "wrong": wrong, "refusal": refusal}
        return await show_letter(request, service, person, letter, refusal.status, sent)
    return go(f"/desk/letters/{letter}", "submitted" if form.get("then") == "submission" else "saved")


@router.post("/letters/{letter}/{act}")
async def do(request: Request, service: Running, person: Entered, letter: str, act: str) -> Response:
    """Check, return, sign, send, or record the delivery."""
    if act not in ACTS:
        raise Problem(404, "not_found")
    asking, place = Asking(service, person), f"/letters/{letter}/{act}"
    status, sent = await send(request, person, ACTS[act], lambda content: asking.post("reply", place, json=content))
    if sent:
        return await show_letter(request, service, person, letter, status, sent | {"act": act})
    return go(f"/desk/letters/{letter}", f"letter_{act}")


async def show_letter(
    request: Request, service: Service, person: Person, letter: str, status: int = 200, sent: Any = None
) -> Response:
    """The letter's page; ``sent`` holds what was refused, so that nothing typed is lost."""
    asking = Asking(service, person)
    found = await asking.get("reply", f"/letters/{letter}")
    case = await asking.part("casework", f"/complaints/{found['complaint']}") if found.get("matters") else Part({})
    editable = found.get("state") == "draft" and person.may("reply.write") and not found.get("by_machine")
    return await page(
        request, "letter.html", person, status, letter=found, parts=PARTS, acts=acts_for(found, person),
        act_fields=fields_for(found), editable=editable, sent=sent or {}, names=await names(service, asking),
        supports=supports(case.value), matter_forms=FORMS, matter_added=ADDED,
        officers_for=lambda _: [],
    )  # fmt: skip


@router.get("/mails")
async def mails(request: Request, service: Running, person: Entered) -> Response:
    """Mails that lie in the data folder, because no mail server is set."""
    listing = await Asking(service, person).part("reply", "/mails")
    rows = (listing.value or {}).get("items", [])
    server = bool(service.settings.smtp_url)
    return await page(request, "mails.html", person, listing=listing, mails=rows, mail_server=server)


@router.get("/mails/{name}")
async def mail(request: Request, service: Running, person: Entered, name: str) -> Response:
    """One of them, as it would have gone out."""
    answer = await Asking(service, person).response("GET", "reply", f"/mails/{name}")
    return await page(request, "mail.html", person, name=name, mail=Part(read_mail(answer.content)))


def read_mail(raw: bytes) -> dict[str, Any]:
    """Return what people want to see of a mail: its heads, its text, and what is attached."""
    from email import policy
    from email.parser import BytesParser

    message = BytesParser(policy=policy.default).parsebytes(raw)
    text = message.get_body(("plain",))
    return {
        "heads": [
            (name, str(message[name])) for name in ("From", "To", "Date", "Subject", "Message-ID") if message[name]
        ],
        "text": text.get_content() if text else "",
        "attached": [part.get_filename() or part.get_content_type() for part in message.iter_attachments()],
    }
