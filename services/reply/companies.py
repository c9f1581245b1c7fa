"""The companies in whose name letters go out (5/2.1): a complaint's letter bears the company of its service."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply.answers import CompanyOut
from services.reply.tables import Company
from shared.clock import now
from shared.errors import Problem
from shared.glossary import Language
from shared.office import Company as ExampleCompany
from shared.office import example_office
from shared.running import Service
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """A company as letters show it, in one language."""

    name: str
    mailbox: str
    letterhead: tuple[str, ...] = ()
    seal: str = ""


async def open_companies(service: Service) -> None:
    """At first start: the main company, with those of the example office where the settings want it."""
    async with service.database.session() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('companies', 0))"))
        if await session.scalar(select(func.count()).select_from(Company)):
            return
        at = await now(session)
        examples = example_office().companies if service.settings.example_office else ()
        for one in examples or (ExampleCompany(id="main"),):
            session.add(
                Company(
                    id=one.id,
                    main=one.name is None,
                    name=one.name.by_language() if one.name else None,
                    letterhead=one.letterhead.by_language(),
                    seal=one.seal.by_language() if one.seal else {},
                    mailbox=one.mailbox,
                    services=list(one.services),
                    changed_at=at,
                    changed_by="system",
                )
            )


async def company_of(session: AsyncSession, service: str | None) -> Company:
    """Return the company of a service; the main one where no other has it, or the service is not known."""
    mine = or_(Company.main, Company.services.contains([service])) if service else Company.main
    found = await session.scalars(select(Company).where(mine).order_by(Company.main).limit(1))
    return found.one()


def house_of(settings: Settings, company: Company, language: Language) -> House:
    """Return a company as a letter in ``language`` shows it."""
    return House(
        name=name_of(settings, company)[language],
        mailbox=mailbox_of(settings, company),
        letterhead=tuple(company.letterhead.get(language) or ()),
        seal=str(company.seal.get(language) or ""),
    )


def name_of(settings: Settings, company: Company) -> dict[str, str]:
    """Return a company's name by language; the main one's stands in the settings until somebody changes it."""
    return company.name or settings.company_name


def mailbox_of(settings: Settings, company: Company) -> str:
    """Return the address that a company's mails come from (5/2.1)."""
    return company.mailbox or settings.mail_from


def company_view(settings: Settings, company: Company) -> CompanyOut:
    """Return a company with what holds for it now."""
    return CompanyOut.of(company, name=name_of(settings, company), mailbox=mailbox_of(settings, company))


async def all_companies(session: AsyncSession) -> list[Company]:
    """Return every company, the main one first."""
    return list(await session.scalars(select(Company).order_by(Company.main.desc(), Company.id)))


async def change_company(session: AsyncSession, id_: str, values: dict[str, Any], by: str) -> Company:
    """Define a company, or change it. Raises ``Problem`` 409 naming services that are another one's."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('companies', 0))"))
    for other in await all_companies(session):
        if other.id != id_ and (twice := sorted(set(other.services) & set(values["services"]))):
            raise Problem(409, "service_has_company", services=", ".join(twice), company=other.id)
    company = await session.get(Company, id_) or Company(id=id_, main=False)
    for name, value in values.items():
        setattr(company, name, value)
    company.changed_at, company.changed_by = await now(session), by
    session.add(company)
    await session.flush()
    return company
