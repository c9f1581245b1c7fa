"""What a reply has to answer, on the letter's page: each matter with its answer and what carries it (5/1.1)."""

from typing import Any

from fastapi import APIRouter, Request, Response

from services.desk.asking import Asking
from services.desk.forms import send
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
    asking, place = Asking(service, person), f"/letters/{letter}/matters"
    status, sent = await send(request, person, ADDED, lambda content: asking.post("reply", place, json=content))
    if sent:
        return await show_letter(request, service, person, letter, status, sent | {"act": "matters"})
    return go(f"/desk/letters/{letter}#matters", "matter_added")


@router.post("/letters/{letter}/matters/{matter}/{act}")
async def change(request: Request, service: Running, person: Entered, letter: str, matter: str, act: str) -> Response:
    """Answer a matter, merge it into another one, or remove it with a reason."""
    if act not in FORMS:
        raise Problem(404, "not_found")
    asking, place = Asking(service, person), f"/letters/{letter}/matters/{matter}"

    async def hand_on(content: dict[str, Any]) -> None:
        if act == "answer":
            content["established"] = not content.pop("unknown")
            await asking.put("reply", place, json=content)
        else:
            await asking.post("reply", f"{place}/{act}", json=content)

    status, sent = await send(request, person, FORMS[act], hand_on)
    if sent:
        return await show_letter(request, service, person, letter, status, sent | {"act": f"{matter}/{act}"})
    return go(f"/desk/letters/{letter}#matters", f"matter_{act}")
