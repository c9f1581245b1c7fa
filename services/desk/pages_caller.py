"""While a caller talks: who it is and what they told earlier, and what is going on where they are. Nothing is kept."""

import asyncio
import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Part, Refusal
from services.desk.labels import proposal_of
from services.desk.page import Page, page
from services.desk.people import Person, signed_in
from shared.running import Running

router = APIRouter(route_class=Page, include_in_schema=False)
Operator = Annotated[Person, Depends(signed_in("intake.check_scope"))]

_NUMBER: Final = re.compile(r"\d{2}-\d{7}-\d")
_PHONE: Final = re.compile(r"[+\d][\d\s()\-]{4,24}")
_SHOWN: Final = 8
_PERSON: Final = ("name", "phone", "email", "postal_address")
_REFERENCES: Final = ("customer", "meter", "asset")


def ways(who: str) -> tuple[str, ...]:
    """Return what may have been typed: a number of ours or another's, an address, a telephone, a name. Pure.

    >>> ways("26-0000017-7"), ways("a@b.cn"), ways("何女士")
    (('number',), ('email',), ('name',))
    """
    if _NUMBER.fullmatch(who):
        return ("number",)
    if "@" in who:
        return ("email",)
    references = (*_REFERENCES, "platform")
    if _PHONE.fullmatch(who):
        return ("phone", *references)
    return references if any(sign.isdigit() for sign in who) else ("name",)


@router.post("/new/earlier")
async def earlier(request: Request, service: Running, person: Operator) -> Response:
    """This person's earlier complaints: by what was searched for, else by what stands in the form (1/1.1.8)."""
    form, asking = await request.form(), Asking(service, person)
    who = str(form.get("who") or "").strip()[:200]
    if who:
        found = await _by(asking, dict.fromkeys(ways(who), who))
    else:
        # a name alone is not a person: asked for only where nothing better stands there
        typed = {way: str(form.get(way) or "").strip()[:200] for way in (*_PERSON[:3], *_REFERENCES)}
        better = {way: value for way, value in typed.items() if value and way != "name"}
        found = await _by(asking, better or {"name": typed["name"]})
    shown = sorted(found.values(), key=lambda one: str(one["received_at"]), reverse=True)[:_SHOWN]
    stages = await asking.parts(*(("insight", f"/complaints/{one['id']}") for one in shown))
    lines = [
        one | {"stage": (part.value or {}).get("stage") or one["stage"]}
        for one, part in zip(shown, stages, strict=True)
    ]
    return await page(
        request, "_earlier.html", person, lines=lines, more=len(found) - len(shown), asked=bool(who),
        caller=await _caller(asking, shown),
    )  # fmt: skip


async def _by(asking: Asking, wanted: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Return what is found by any of the ways, by id; a way that does not fit finds nothing."""
    answers = await asyncio.gather(*(_one_way(asking, way, value) for way, value in wanted.items() if value))
    return {one["id"]: one | {"by": way} for way, rows in reversed(answers) for one in rows}


async def _one_way(asking: Asking, way: str, value: str) -> tuple[str, list[dict[str, Any]]]:
    try:
        if way == "number":
            record = await asking.get("intake", f"/complaints/{value}")
            labels = record.get("labels") or {}
            return way, [record | {name: labels.get(name) for name in ("topic_code", "level")}]
        return way, await asking.post("intake", "/people/search", json={way: value})
    except Refusal:
        return way, []


async def _caller(asking: Asking, shown: list[dict[str, Any]]) -> dict[str, str]:
    """Return the particulars of the newest complaint that has some, to be taken over into the form."""
    for one in shown[:1]:
        record = (await asking.part("intake", f"/complaints/{one['id']}")).value or {}
        who = record.get("complainant") or {}
        if who.get("name"):
            return {name: str(who[name]) for name in _PERSON if who.get(name)}
    return {}


@router.post("/new/near")
async def near(request: Request, service: Running, person: Operator) -> Response:
    """Open incidents, similar open complaints and planned outages there, while the caller still talks."""
    form, asking = await request.form(), Asking(service, person)
    said = {name: str(form.get(name) or "").strip() for name in ("topic_code", "district", "address", "text")}
    return await _near(request, person, asking, said)


@router.get("/scope-checks/{complaint}/near")
async def near_message(request: Request, service: Running, person: Operator, complaint: str) -> Response:
    """The same for a message that waits for its scope check."""
    asking = Asking(service, person)
    record = (await asking.part("intake", f"/complaints/{complaint}")).value or {}
    place = record.get("place") or {}
    said = {name: str(place.get(name) or "") for name in ("district", "address")}
    said |= {
        "text": str(record.get("text") or ""),
        "topic_code": str((record.get("proposal") or {}).get("topic_code") or ""),
    }
    return await _near(request, person, asking, said)


async def _near(request: Request, person: Person, asking: Asking, said: dict[str, str]) -> Response:
    topic = said["topic_code"] or await _topic(asking, said["text"])
    wanted = {
        "topic_code": topic or None,
        "service": topic.split(".")[0] if topic else None,
        "district": said["district"][:60] or None,
        "address": said["address"][:300] or None,
        "text": said["text"][:8000],
    }
    try:
        part = Part(await asking.post("casework", "/incidents/near", json=wanted))
    except Refusal as refusal:
        part = Part(refusal=refusal)
    return await page(request, "_near.html", person, part=part)


async def _topic(asking: Asking, text: str) -> str:
    """Return the topic that the classifier reads in the words, as long as nobody has chosen one."""
    if len(text) < 6:
        return ""
    try:
        proposal = proposal_of(await asking.post("classification", "/suggestions", json={"text": text[:8000]}))
    except Refusal:
        return ""
    return str(((proposal or {}).get("labels") or {}).get("topic_code") or "")
