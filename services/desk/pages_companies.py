"""The companies in whose name letters go out: everybody sees them, administrators change them (5/2.1)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking
from services.desk.fields import Field
from services.desk.forms import send
from services.desk.labels import last_part
from services.desk.page import Page, go, page
from services.desk.pages_door import Entered
from services.desk.people import Person, signed_in
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Administrator = Annotated[Person, Depends(signed_in("reply.manage_companies"))]
LANGUAGES: Final = {"zh_hant": "zh-Hant", "zh_hans": "zh-Hans", "en": "en"}
COMPANY: Final = (
    *(Field(f"name_{one}", "line", longest=120, label=f"name_{one}") for one in LANGUAGES),
    *(Field(f"letterhead_{one}", required=False, longest=800, label=f"letterhead_{one}") for one in LANGUAGES),
    *(Field(f"seal_{one}", "line", required=False, longest=120, label=f"seal_{one}") for one in LANGUAGES),
    Field("mailbox", "line", longest=200, label="company_mailbox"),
    Field("services", "choices", "service", required=False, label="services"),
)
NEW: Final = (Field("id", "line", longest=40, label="code"), *COMPANY)


@router.get("/office/companies")
async def companies(request: Request, service: Running, person: Entered) -> Response:
    """Each with its name, letterhead, seal, mailbox and services."""
    return await _show(request, service, person)


@router.post("/office/companies")
async def define(request: Request, service: Running, person: Administrator) -> Response:
    """Change a company, or define one: the same code stands for the same company."""
    asking = Asking(service, person)
    status, sent = await send(
        request, person, NEW,
        lambda content: asking.put("reply", f"/companies/{content['id']}", json=_company(content)), _at_form,
    )  # fmt: skip
    if sent:
        return await _show(request, service, person, status, sent | {"id": sent["values"]["id"]})
    return go("/desk/office/companies", "company")


def _company(content: dict[str, Any]) -> dict[str, Any]:
    """Return what reply takes, from the form's fields."""
    letterhead = {
        one: [line.strip() for line in content.get(f"letterhead_{one}", "").splitlines() if line.strip()]
        for one in LANGUAGES
    }
    return {
        "name": {one: content[f"name_{one}"] for one in LANGUAGES},
        "letterhead": letterhead,
        "seal": {one: content.get(f"seal_{one}", "") for one in LANGUAGES},
        "mailbox": content["mailbox"],
        "services": content.get("services", []),
    }


def _at_form(fields: Mapping[str, str]) -> dict[str, str]:
    return {"_".join(name.split(".")[:2]): message for name, message in fields.items()} | last_part(fields)


def as_form(company: dict[str, Any]) -> dict[str, Any]:
    """Return a company as its form begins with it."""
    found: dict[str, Any] = {"id": company["id"], "mailbox": company["mailbox"], "services": company["services"]}
    for one, tag in LANGUAGES.items():
        found[f"name_{one}"] = company["name"].get(tag, "")
        found[f"letterhead_{one}"] = "\n".join(company["letterhead"].get(tag) or ())
        found[f"seal_{one}"] = company["seal"].get(tag, "")
    return found


async def _show(request: Request, service: Service, person: Person, status: int = 200, sent: Any = None) -> Response:
    listing = await Asking(service, person).part("reply", "/companies")
    return await page(
        request, "companies.html", person, status, listing=listing, fields=COMPANY, new=NEW, as_form=as_form,
        sent=sent or {},
    )  # fmt: skip
