"""Routes on the companies in whose name letters go out (5/2.1)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from pydantic import Field, StringConstraints

from services.reply.answers import CompanyOut
from services.reply.api_bodies import In
from services.reply.companies import all_companies, change_company, company_view
from shared.access import Caller, allowed
from shared.glossary import Service as ServiceCode
from shared.running import Running, Session

router = APIRouter(prefix="/companies", tags=["companies"])
CompanyId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
Mailbox = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}$")]
Line = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]
Named = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]


class ThreeNames(In):
    """A company's name in each language."""

    zh_hant: Named
    zh_hans: Named
    en: Named


class ThreeLetterheads(In):
    """The lines under its name, at most six."""

    zh_hant: list[Line] = Field(default_factory=list, max_length=6)
    zh_hans: list[Line] = Field(default_factory=list, max_length=6)
    en: list[Line] = Field(default_factory=list, max_length=6)


class ThreeSeals(In):
    """What stands at the place of the seal."""

    zh_hant: Line = ""
    zh_hans: Line = ""
    en: Line = ""


class CompanyIn(In):
    """A company as it shall stand: the letters signed from now on bear it."""

    name: ThreeNames
    letterhead: ThreeLetterheads = ThreeLetterheads()
    seal: ThreeSeals = ThreeSeals()
    mailbox: Mailbox
    services: list[ServiceCode] = Field(default_factory=list)


@router.get("", summary="The companies")
async def read_companies(
    session: Session, service: Running, _: Annotated[Caller, Depends(allowed("reply.read"))]
) -> list[CompanyOut]:
    """In whose name letters go out, by service; the main one has what no other serves (5/2.1). Staff."""
    return [company_view(service.settings, one) for one in await all_companies(session)]


@router.put("/{company}", summary="Define or change a company")
async def define_company(
    company: CompanyId,
    body: CompanyIn,
    session: Session,
    service: Running,
    caller: Annotated[Caller, Depends(allowed("reply.manage_companies"))],
) -> CompanyOut:
    """Name, letterhead, seal, mailbox and services (5/2.1). Administrator; 409 for a service that is another one's.

    Letters that are signed already stay as they are.
    """
    values = {name: _by_language(getattr(body, name).model_dump()) for name in ("name", "letterhead", "seal")} | {
        "mailbox": body.mailbox,
        "services": sorted(set(body.services)),
    }
    return company_view(service.settings, await change_company(session, company, values, caller.acts_as))


def _by_language(three: dict[str, Any]) -> dict[str, Any]:
    return {"zh-Hant": three["zh_hant"], "zh-Hans": three["zh_hans"], "en": three["en"]}
