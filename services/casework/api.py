"""The office, the cases and the alarms: what can be looked at, and the office changed."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import select

from services.casework import (
    api_case,
    api_disputes,
    api_effects,
    api_emergency,
    api_investigation,
    api_roster,
    api_standing,
    api_sub_tasks,
    api_tracking,
    api_waiting,
    office,
    problems,
)
from services.casework.api_incidents import router as incidents_router
from services.casework.api_outages import router as outages_router
from services.casework.bodies import DepartmentIn, Id, OfficerIn
from services.casework.documents import DocumentOut, documents
from services.casework.tables import OPEN_STAGES, Alarm, Case, Department, Officer
from services.casework.view import CaseOut, view
from services.casework.work import Work, on_case
from shared.access import Caller, allowed
from shared.glossary import Stage
from shared.running import Session

router = APIRouter(tags=["casework"])
router.include_router(incidents_router)
router.include_router(outages_router)
Reader = Annotated[Caller, Depends(allowed("casework.read"))]
Manager = Annotated[Caller, Depends(allowed("casework.manage_office"))]
assert problems  # casework's own problems are defined with its routes


class DepartmentOut(BaseModel):
    """A department with those below it."""

    id: str
    name: dict[str, str]
    parent: str | None
    head: str | None
    services: list[str]
    departments: list["DepartmentOut"]


class OfficerOut(BaseModel):
    """An officer, and how many open cases they have."""

    id: str
    name: dict[str, str]
    department: str
    roles: list[str]
    active: bool
    open_cases: int


class CaseLine(BaseModel):
    """A case in a list."""

    id: str
    number: str
    stage: str
    service: str | None
    topic_code: str | None
    kind: str | None
    level: int | None
    importance: str | None
    urgent: bool
    department: str | None
    officer: str | None
    accepted: bool
    received_at: datetime
    registered_at: datetime | None


class AlarmOut(BaseModel):
    """An alarm that rings: of which complaint, since when, and why."""

    id: str
    complaint: str
    number: str
    stage: str
    cause: str
    cues: list[str]
    raised_at: datetime
    officer: str | None
    rings_for: str | None
    """At whom it rings now."""
    step: int
    """How often it has climbed."""


@router.get("/departments", summary="The departments as a tree")
async def departments(session: Session, _: Reader) -> list[DepartmentOut]:
    """The departments, from the root down; the next higher one reviews (4/5.2.10(2))."""
    rows = list(await session.scalars(select(Department).order_by(Department.id)))

    def below(parent: str | None) -> list[DepartmentOut]:
        return [
            DepartmentOut(
                id=row.id,
                name=_name(row),
                parent=row.parent,
                head=row.head,
                services=row.services,
                departments=below(row.id),
            )
            for row in rows
            if row.parent == parent
        ]

    return below(None)


def _name(row: Department | Officer) -> dict[str, str]:
    return {"zh-Hant": row.name_zh_hant, "zh-Hans": row.name_zh_hans, "en": row.name_en}


@router.get("/officers", summary="The officers")
async def officers(session: Session, _: Reader, department: Id | None = None) -> list[OfficerOut]:
    """The officers, with roles and open cases (6/3.4.2(2))."""
    load = await office.open_cases(session)
    asked = select(Officer).order_by(Officer.id)
    if department is not None:
        asked = asked.where(Officer.department == department)
    return [
        OfficerOut(
            id=row.id,
            name=_name(row),
            department=row.department,
            roles=row.roles,
            active=row.active,
            open_cases=load.get(row.id, 0),
        )
        for row in await session.scalars(asked)
    ]


@router.post("/departments", summary="Add or change a department")
async def define_department(body: DepartmentIn, session: Session, _: Manager) -> list[DepartmentOut]:
    """Add a department, or change it as a whole. 422 where the departments would no longer be one tree (6/3.4.2(2))."""
    await office.define_department(
        session, body.id, body.name.model_dump(), body.parent, body.head, list(body.services)
    )
    return await departments(session, _)


@router.post("/officers", summary="Add or change an officer")
async def define_officer(body: OfficerIn, session: Session, _: Manager) -> OfficerOut:
    """Add an officer, or change them as a whole; the account is made at the desk (6/3.4.2(2))."""
    await office.define_officer(
        session, body.id, body.name.model_dump(), body.department, list(body.roles), active=body.active
    )
    return next(one for one in await officers(session, _) if one.id == body.id)


@router.get("/cases", summary="Cases by officer, department or stage")
async def cases(
    session: Session,
    caller: Reader,
    officer: Id | None = None,
    department: Id | None = None,
    stage: Stage | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[CaseLine]:
    """Cases, the oldest first; without a stage, those that are somebody's work. Never those that name the caller
    (6/3.4.3(1)).
    """
    asked = select(Case).where(Case.stage == stage if stage else Case.stage.in_(OPEN_STAGES))
    asked = asked.where(await office.not_about(session, caller.acts_as))
    if officer:
        asked = asked.where(Case.officer == officer)
    if department:
        asked = asked.where(Case.department == department)
    found = await session.scalars(asked.order_by(Case.received_at, Case.complaint).limit(limit))
    return [
        CaseLine.model_validate(
            {name: getattr(case, name, None) for name in CaseLine.model_fields}
            | {"id": case.complaint, "accepted": case.accepted_at is not None}
        )
        for case in found
    ]


@router.get("/alarms", summary="Alarms that ring")
async def alarms(session: Session, caller: Reader, limit: Annotated[int, Query(ge=1, le=500)] = 200) -> list[AlarmOut]:
    """The alarms that nobody has taken yet, the newest first (2/1.1.16(1))."""
    asked = select(Alarm, Case).join(Case, Case.complaint == Alarm.complaint).where(Alarm.accepted_at.is_(None))
    asked = asked.where(await office.not_about(session, caller.acts_as))
    return [
        AlarmOut(
            id=alarm.id,
            complaint=case.complaint,
            number=case.number,
            stage=case.stage,
            cause=alarm.cause,
            cues=alarm.cues,
            raised_at=alarm.at,
            officer=case.officer or case.responsible,
            rings_for=next(reversed(alarm.called), None),
            step=max(0, len(alarm.called) - 1),
        )
        for alarm, case in await session.execute(asked.order_by(Alarm.at.desc(), Alarm.id).limit(limit))
    ]


@router.get("/complaints/{complaint}", summary="The case")
async def case(
    work: Annotated[Work, Depends(on_case("casework.read", look=True), scope="function")],
) -> CaseOut:
    """The case with everything on record; those whom it names, and their superiors, may not read it (4/5.2.2)."""
    return await view(work)


@router.get("/complaints/{complaint}/documents", summary="Everything for the file")
async def for_the_file(
    work: Annotated[Work, Depends(on_case("casework.read_documents", look=True), scope="function")],
) -> list[DocumentOut]:
    """Each record as a document, sealed under the complaint's key, with the hash of the sealed bytes (10/5.2.5)."""
    return await documents(work)


for part in (
    api_case,
    api_disputes,
    api_effects,
    api_emergency,
    api_investigation,
    api_roster,
    api_standing,
    api_sub_tasks,
    api_tracking,
    api_waiting,
):
    router.include_router(part.router)
