"""The archive: look up files, accept or return them, read entries, verify the chain (4/5.2.11, chapter 10)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Part, Refusal
from services.desk.fields import Field, body, typed
from services.desk.labels import at_field, last_part
from services.desk.office_names import names
from services.desk.page import HEADERS, Page, go, page
from services.desk.people import Person, signed_in
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Reader = Annotated[Person, Depends(signed_in("archive.look_up"))]
Completer = Annotated[Person, Depends(signed_in("archive.collect"))]
_SHOWN: Final = frozenset({"text/plain", "application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"})
RETURN: Final = (
    Field("missing", "list", required=False, label="missing_parts"),
    Field("reason", longest=2000, label="file_return_reason"),
)
ACCEPT: Final = (Field("reason", longest=2000, label="incomplete_reason"),)
WANTED: Final = ("number", "service", "kind", "level", "outcome", "district", "from", "to", "state")
STATES: Final = ("collecting", "collected", "returned", "sealed", "filed", "voided")


@router.get("/files")
async def look_up(request: Request, service: Running, person: Reader) -> Response:
    """Files by number, labels, place, date and state (4/5.2.11(1))."""
    wanted = {name: request.query_params.get(name, "") for name in WANTED}
    listing = await Asking(service, person).part("archive", "/files", **wanted)
    return await _list(request, person, listing, wanted)


@router.post("/files/person")
async def of_person(request: Request, service: Running, person: Reader) -> Response:
    """Files of a person: intake finds the complaints by keyed hash, the archive is asked for those (4/5.2.11(1))."""
    form = await request.form()
    who = {name: str(form.get(name) or "").strip()[:200] for name in ("name", "phone", "email")}
    asking, blank = Asking(service, person), dict.fromkeys(WANTED, "")
    asked = {name: value for name, value in who.items() if value}
    try:
        found = await asking.post("intake", "/people/search", json=asked) if asked else []
    except Refusal as refusal:
        return await _list(request, person, Part(refusal=refusal), blank, by_person=who)
    ids = [one["id"] for one in found]
    listing = await asking.part("archive", "/files", complaint=ids) if ids else Part({"items": []})
    return await _list(request, person, listing, blank, by_person=who)


async def _list(
    request: Request, person: Person, listing: Part, wanted: dict[str, str], verified: Any = None, by_person: Any = None
) -> Response:
    files = listing.value["items"] if listing.value else []
    return await page(
        request, "files.html", person, listing=listing, files=files, wanted=wanted, states=STATES, verified=verified,
        by_person=by_person,
    )  # fmt: skip


@router.post("/files/verification")
async def verify(request: Request, service: Running, person: Reader) -> Response:
    """Verify chain and content of every file; what was tampered with is named."""
    asking = Asking(service, person)
    result = await asking.post("archive", "/verifications")
    listing = await asking.part("archive", "/files")
    return await _list(request, person, listing, dict.fromkeys(WANTED, ""), verified=result)


@router.get("/files/{file}")
async def show(request: Request, service: Running, person: Reader, file: str) -> Response:
    """One file: its entries, its seal, and whether it is complete."""
    return await _show(request, service, person, file)


@router.post("/files/{file}/acceptance")
async def accept(request: Request, service: Running, person: Reader, file: str) -> Response:
    """The archivist takes the volume in: it is sealed. An incomplete one is accepted with a reason only."""
    values = typed(ACCEPT, await request.form())
    return await _do(request, service, person, file, "acceptance", values, body(ACCEPT, values)[0])


@router.post("/files/{file}/collection")
async def collect(request: Request, service: Running, person: Completer, file: str) -> Response:
    """Collect a returned volume anew, once what was missing is there."""
    back = str((await request.form()).get("back") or "")
    if not back:
        return await _do(request, service, person, file, "collection", {}, {})
    await Asking(service, person).post("archive", f"/files/{file}/collection")
    return go(f"/desk/complaints/{back}", "file_collection")


@router.post("/files/{file}/return")
async def give_back(request: Request, service: Running, person: Reader, file: str) -> Response:
    """The archivist sends it back to the handler, naming what is missing."""
    values = typed(RETURN, await request.form())
    content, wrong = body(RETURN, values)
    if wrong:
        sent = {"act": "return", "values": values, "wrong": at_field(wrong, person.language), "refusal": None}
        return await _show(request, service, person, file, 422, sent)
    return await _do(request, service, person, file, "return", values, content)


@router.get("/files/{file}/entries/{number}")
async def entry(service: Running, person: Reader, file: str, number: int) -> Response:
    """The content of an entry, opened with the complaint's key; the archive records every look."""
    answer = await Asking(service, person).response("GET", "archive", f"/files/{file}/entries/{number}")
    kind = answer.headers.get("content-type", "application/octet-stream").split(";")[0]
    shown = "text/plain; charset=utf-8" if kind in ("application/json", "text/plain") else kind
    how = "inline" if kind in _SHOWN or kind == "application/json" else "attachment"
    headers = {**HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": how}
    return Response(answer.content, media_type=shown, headers=headers)


async def _do(
    request: Request, service: Service, person: Person, file: str, act: str, values: Any, content: dict[str, Any]
) -> Response:
    try:
        await Asking(service, person).post("archive", f"/files/{file}/{act}", json=content)
    except Refusal as refusal:
        sent = {"act": act, "values": values, "wrong": last_part(refusal.fields), "refusal": refusal}
        return await _show(request, service, person, file, refusal.status, sent)
    return go(f"/desk/files/{file}", f"file_{act}")


async def _show(
    request: Request, service: Service, person: Person, file: str, status: int = 200, sent: Any = None
) -> Response:
    asking = Asking(service, person)
    found = await asking.get("archive", f"/files/{file}")
    return await page(
        request, "file.html", person, status, file=found, names=await names(service, asking), give_back=RETURN,
        accept=ACCEPT, sent=sent or {}, officers_for=lambda _: [],
    )  # fmt: skip
