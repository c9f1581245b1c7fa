"""The office as it stands in the database: read once a transaction, and published when it changes."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import ColumnElement, func, not_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.staff import Person, Staff, Unit
from services.casework.tables import OPEN_STAGES, Case, Department, Officer
from shared.errors import Problem
from shared.events import DepartmentDefined, OfficerDefined
from shared.glossary import Role
from shared.office import example_office
from shared.outbox import hold, publish
from shared.running import Service

Name = Mapping[str, str]
"""A name by ``zh_hant``, ``zh_hans`` and ``en``."""


async def staff(session: AsyncSession) -> Staff:
    """Return departments and officers as this transaction sees them."""
    if "staff" not in session.info:
        units = await session.execute(select(Department.id, Department.parent, Department.head, Department.services))
        people = await session.execute(select(Officer.id, Officer.department, Officer.roles, Officer.active))
        session.info["staff"] = Staff(
            {row.id: Unit(row.id, row.parent, row.head, tuple(row.services)) for row in units},
            {row.id: Person(row.id, row.department, frozenset(row.roles), row.active) for row in people},
        )
    return cast("Staff", session.info["staff"])


async def not_about(session: AsyncSession, officer: str) -> ColumnElement[bool]:
    """Return the condition that leaves out what names an officer or somebody they directly lead (4/5.2.2)."""
    about: ColumnElement[bool] = Case.named_officers.overlap(sorted((await staff(session)).concern(officer)))
    return not_(about)


async def open_cases(session: AsyncSession) -> dict[str, int]:
    """Return how many open cases each officer has; kept for the transaction, so that a batch is spread evenly."""
    if "load" not in session.info:
        counted = await session.execute(
            select(Case.officer, func.count())
            .where(Case.stage.in_(OPEN_STAGES), Case.officer.is_not(None))
            .group_by(Case.officer)
        )
        session.info["load"] = {str(officer): count for officer, count in counted}
    return cast("dict[str, int]", session.info["load"])


async def define_department(
    session: AsyncSession, id_: str, name: Name, parent: str | None, head: str | None, services: list[str]
) -> None:
    """Add a department or change it; the departments stay one tree. Raises ``Problem`` 422.

    ``head`` may be an officer who is defined next: a new office is made of both.
    """
    office = await staff(session)
    roots = {unit.id for unit in office.units.values() if unit.parent is None}
    if id_ in office.above(parent) or (parent is None and roots - {id_}) or (parent is not None and roots == {id_}):
        raise Problem(422, "invalid", errors=[("parent", "tree_broken")])
    if parent is not None and parent not in office.units:
        raise Problem(422, "invalid", errors=[("parent", "department_unknown")])
    if office.people and head is not None and head not in office.people:
        raise Problem(422, "invalid", errors=[("head", "head_unknown")])
    values = {"id": id_, "parent": parent, "head": head, "services": services, **_columns(name)}
    await hold(session, id_)
    await _write(session, Department, values)
    await publish(session, id_, DepartmentDefined.model_validate(values | {"department": id_}))


async def define_officer(
    session: AsyncSession, id_: str, name: Name, department: str, roles: list[Role], *, active: bool = True
) -> None:
    """Add an officer or change department, roles, name or whether they are active. Raises ``Problem`` 422."""
    if department not in (await staff(session)).units:
        raise Problem(422, "invalid", errors=[("department", "department_unknown")])
    values = {"id": id_, "department": department, "roles": list(roles), "active": active, **_columns(name)}
    await hold(session, id_)
    await _write(session, Officer, values)
    await publish(session, id_, OfficerDefined(officer=id_, department=department, roles=tuple(roles), active=active))


def _columns(name: Name) -> dict[str, str]:
    return {f"name_{language}": words for language, words in name.items()}


async def _write(session: AsyncSession, table: type[Department | Officer], values: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if name != "id"}
    await session.execute(insert(table).values(values).on_conflict_do_update(index_elements=["id"], set_=changed))
    session.info.pop("staff", None)


async def open_office(service: Service) -> None:
    """At first start: the example office, where the settings want it and there is none yet."""
    if not service.settings.example_office:
        return
    async with service.database.session() as session:
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('example office', 0))"))
        if await session.scalar(select(func.count()).select_from(Department)):
            return
        office = example_office()
        for unit in office.departments:
            name = unit.name.model_dump()
            await define_department(session, unit.id, name, unit.parent, unit.head, list(unit.services))
        for one in office.officers:
            await define_officer(session, one.id, one.name.model_dump(), one.department, list(one.roles))
