"""A talking caller, a person at the window, the day's letters: danger first, then the matter, registered in one step.

Serves 4/5.2.7; a letter, fax or third party's complaint counts from the day on which it reached the office.
"""

import secrets
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Refusal
from services.desk.fields import Field, body, typed
from services.desk.labels import LABELS, at_field, check_labels, labels_of, last_part, proposal_of
from services.desk.office_names import names
from services.desk.page import Page, page
from services.desk.people import Person, signed_in
from services.desk.uploads import hand_over
from shared.glossary import LANGUAGES
from shared.running import Running

router = APIRouter(route_class=Page, include_in_schema=False)
Operator = Annotated[Person, Depends(signed_in("intake.check_scope"))]

CHANNELS: Final = ("phone", "window", "letter", "fax", "third_party", "email", "social_media", "internal")
"""What a person of the office enters; the other channels come by themselves."""
CALL: Final = (
    Field("channel", "choice", "channel", codes=CHANNELS),
    Field("form", "choice", "form", required=False),
    Field("received_at", "day", required=False, label="arrived_on"),
    Field("language", "choice", "language", codes=LANGUAGES, required=False, label="their_language"),
)
PLATFORM: Final = (
    Field("platform_name", "line", required=False),
    Field("platform_kind", "choice", "source", required=False),
    Field("platform_reference", "line", required=False),
    Field("platform_due_at", "time", required=False),
)
MATTER: Final = (
    Field("text", label="their_words"),
    Field("object", "line", required=False),
    Field("matter", "line", required=False),
    Field("reason", "line", required=False, label="their_reason"),
    Field("remedy_sought", "line", required=False),
)
PLACE: Final = (
    Field("address", "line", required=False),
    Field("district", "line", required=False, longest=100),
)
PERSON: Final = (
    Field("name", "line", required=False),
    Field("phone", "line", required=False, longest=40),
    Field("email", "line", required=False),
    Field("postal_address", "line", required=False),
    Field("confidential", "tick", required=False),
)
REPRESENTATIVE: Final = (
    Field("rep_name", "line", required=False, label="name"),
    Field("rep_phone", "line", required=False, longest=40, label="phone"),
    Field("rep_email", "line", required=False, label="email"),
    Field("rep_postal_address", "line", required=False, label="postal_address"),
)
"""Who speaks for the complainant, apart from them."""
REFERENCES: Final = (
    Field("customer", "line", required=False, longest=60),
    Field("meter", "line", required=False, longest=60),
    Field("asset", "line", required=False, longest=60),
)
FILES: Final = (Field("attachments", "file", required=False, label="scans"),)
NAMED: Final = (Field("named_officers", "officers", required=False),)
DANGER: Final = (Field("danger", "yes_no"),)
_ALL: Final = (*DANGER, *CALL, *PLATFORM, *MATTER, *PLACE, *PERSON, *REPRESENTATIVE, *REFERENCES, *NAMED, *LABELS)


def complaint_of(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the body of `POST /intake/complaints` for what was typed, and what is wrong at which field."""
    content, wrong = body(_ALL, values)
    wrong |= check_labels(content)
    if not content.get("name") and any(content.get(field.name) for field in PERSON):
        wrong["name"] = "error.name_needed"
    if not content.get("rep_name") and any(content.get(field.name) for field in REPRESENTATIVE):
        wrong["rep_name"] = "error.name_needed"
    if wrong:
        return {}, wrong
    parts = {
        "complainant": PERSON,
        "place": PLACE,
        "references": REFERENCES,
    }
    complaint = {field.name: content[field.name] for field in (*DANGER, *CALL, *MATTER) if field.name in content}
    for part, fields in parts.items():
        said = {field.name: content[field.name] for field in fields if content.get(field.name)}
        if said:
            complaint[part] = said
    speaks = {
        field.name.removeprefix("rep_"): content[field.name] for field in REPRESENTATIVE if content.get(field.name)
    }
    if speaks:
        complaint["representative"] = speaks
    platform = {
        field.name.removeprefix("platform_"): content[field.name] for field in PLATFORM if content.get(field.name)
    }
    if platform:
        complaint["platform"] = platform
    if content["channel"] != "window":
        complaint.pop("form", None)
    if content.get("named_officers"):
        complaint["named_officers"] = content["named_officers"]
    complaint["registration"] = labels_of(content)
    return complaint, {}


async def _form(request: Request, service: Running, person: Person, status: int = 200, **context: Any) -> Response:
    blank = {
        "values": {"channel": "phone", "importance": "ordinary", "kind": "complaint"},
        "wrong": {},
        "refusal": None,
        "key": secrets.token_urlsafe(18),
    }
    office = await names(service, Asking(service, person))
    groups = {
        "call": CALL,
        "platform": PLATFORM,
        "matter": MATTER,
        "place": PLACE,
        "about": PERSON,
        "speaks": REPRESENTATIVE,
        "refs": REFERENCES,
        "files": FILES,
        "named": NAMED,
        "labels": LABELS,
    }
    return await page(
        request, "new.html", person, status, names=office, officers_for=lambda _: office.officers, groups=groups,
        danger=DANGER[0], **{**blank, **context},
    )  # fmt: skip


@router.get("/new")
async def empty(request: Request, service: Running, person: Operator) -> Response:
    """The empty form."""
    return await _form(request, service, person)


@router.post("/new")
async def take(request: Request, service: Running, person: Operator) -> Response:
    """Record and register in one step; the answer shows the number, the code and the dates to read out."""
    form = await request.form()
    values, key = typed(_ALL, form), str(form.get("key") or secrets.token_urlsafe(18))
    complaint, wrong = complaint_of(values)
    asking, values["kept"] = Asking(service, person), [str(one) for one in form.getlist("kept")]
    try:
        # what has been handed in once is kept, also when another field has to be corrected
        values["kept"] += await hand_over(asking, form, "attachments")
        if wrong:
            wrong = at_field(wrong, person.language)
            return await _form(request, service, person, 422, values=values, wrong=wrong, key=key)
        complaint["attachments"] = values["kept"]
        answer = await asking.post("intake", "/complaints", json=complaint, headers={"Idempotency-Key": key})
    except Refusal as refusal:
        # a refused form may be corrected, and another body under the same key would be refused for that alone
        fresh = secrets.token_urlsafe(18)
        fields = last_part(refusal.fields)
        return await _form(
            request, service, person, refusal.status, values=values, wrong=fields, refusal=refusal, key=fresh
        )
    said = {name: values.get(name) or "" for name in ("channel", "name", "matter", "topic_code")}
    return await page(request, "new_done.html", person, answer=answer, said=said)


@router.post("/new/suggestion")
async def suggest(request: Request, service: Running, person: Operator) -> Response:
    """What the classifier would propose for the words so far; nothing is kept."""
    text = str((await request.form()).get("text") or "")[:8000]
    part = None
    if len(text) >= 6:
        try:
            part = await Asking(service, person).post("classification", "/suggestions", json={"text": text})
        except Refusal:
            part = None
    return await page(request, "_suggestion.html", person, suggestion=proposal_of(part), form_id="call")
