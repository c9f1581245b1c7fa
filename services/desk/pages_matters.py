"""What a reply has to answer, on the letter's page: each matter with its answer and what carries it (5/1.1)."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.desk.asking import Asking, Refusal
from services.desk.fields import body, typed
from services.desk.labels import at_field, last_part
from services.desk.matter_forms import ADDED, FORMS
from services.desk.page import Page, go
from services.desk.pages_door import Entered
from services.desk.pages_letters import show_letter
from shared.errors import Problem
from shared.running import Running

router = APIRouter(route_class=Page, include_in_schema=False)


@router.post("/letters/{letter}/matters")
async def add(request: Request, service: Running, person: Entered, letter: str) -> Response:
    """A matter that the list does not have."""
    values = typed(ADDED, await request.form())
    content, wrong = body(ADDED, values)
    sent: dict[str, Any] = {"act": "matters", "values": values, "wrong": at_field(wrong, person.language)}
    if not wrong:
        try:
            await Asking(service, person).post("reply", f"/letters/{letter}/matters", json=content)
        except Refusal as refusal:
            sent |= {"wrong": last_part(refusal.fields), "refusal": refusal}
        else:
            return go(f"/desk/letters/{letter}#matters", "matter_added")
    status = sent["refusal"].status if "refusal" in sent else 422
    return await show_letter(request, service, person, letter, status, sent)


@router.post("/letters/{letter}/matters/{matter}/{act}")
async def change(request: Request, service: Running, person: Entered, letter: str, matter: str, act: str) -> Response:
    """Answer a matter, merge it into another one, or remove it with a reason."""
    if act not in FORMS:
        raise Problem(404, "not_found")
    values = typed(FORMS[act], await request.form())
    content, wrong = body(FORMS[act], values)
    sent: dict[str, Any] = {"act": f"{matter}/{act}", "values": values, "wrong": at_field(wrong, person.language)}
    if not wrong:
        asking, place = Asking(service, person), f"/letters/{letter}/matters/{matter}"
        try:
            if act == "answer":
                content["established"] = not content.pop("unknown")
                await asking.put("reply", place, json=content)
            else:
                await asking.post("reply", f"{place}/{act}", json=content)
        except Refusal as refusal:
            sent |= {"wrong": last_part(refusal.fields), "refusal": refusal}
        else:
            return go(f"/desk/letters/{letter}#matters", f"matter_{act}")
    status = sent["refusal"].status if "refusal" in sent else 422
    return await show_letter(request, service, person, letter, status, sent)
