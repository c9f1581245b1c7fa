"""The versions of the procedure: which is in force, which bind open complaints, and what a new one would change."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text

from services.sla import calendar_entries
from services.sla.api_rows import PreviewOut
from services.sla.keeping import procedure_of, version_of
from services.sla.ledger import Ledger, ledger
from services.sla.previewing import differences, moved
from shared.access import Caller, allowed
from shared.clock import now
from shared.errors import Problem
from shared.events import Event
from shared.procedure import Procedure, load, read, versions
from shared.service import Session
from shared.yaml_files import YamlMistake

router = APIRouter(tags=["procedure"])
_BOUND = text("SELECT version, count(*) AS open FROM timers WHERE open AND version IS NOT NULL GROUP BY version")


class VersionOut(BaseModel):
    """A version of the procedure that is at hand, and how many open complaints were registered under it."""

    version: str
    in_force: bool
    open_complaints: int


class DifferentOut(BaseModel):
    """A key of a duty that the new version has otherwise; `id`: the duty comes or goes."""

    duty: str
    key: str
    before: Any
    after: Any


class NewVersionIn(BaseModel):
    """A whole procedure, as `procedure.yaml` has it."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(max_length=400_000)]


class NewVersionOut(PreviewOut):
    """What would differ: between the duties, and for open complaints - only those not registered yet can change."""

    version: str
    replaces: str
    duties: list[DifferentOut]


@router.get("/procedure/versions", summary="The versions of the procedure")
async def procedure_versions(session: Session, _: Annotated[Caller, Depends(allowed("sla.read"))]) -> list[VersionOut]:
    """A complaint keeps the version in force at its registration (8/1.1)."""
    bound = Counter({row.version: row.open for row in await session.execute(_BOUND)})
    in_force = load().version
    names = sorted({*versions(), *bound})
    return [VersionOut(version=name, in_force=name == in_force, open_complaints=bound[name]) for name in names]


@router.post("/procedure/preview", summary="What a new version would change")
async def preview_version(
    body: NewVersionIn, session: Session, _: Annotated[Caller, Depends(allowed("sla.change_calendar"))]
) -> NewVersionOut:
    """Check a new version as at start, and compare; nothing is changed (8/1.1). 422 names the line of a mistake."""
    try:
        coming = read(body.text)
    except YamlMistake as error:
        raise Problem(422, "procedure_wrong", line=error.line, mistake=str(error)) from None
    standing = load()
    if coming.version in versions():
        raise Problem(409, "version_taken", version=coming.version)
    at, office = await now(session), await calendar_entries.load(session)

    def by(procedure: Procedure, history: Sequence[Event]) -> Ledger:
        return ledger(history, procedure, office, at)

    def then(history: Sequence[Event]) -> Ledger:
        return by(coming if version_of(history) is None else procedure_of(history), history)

    found = PreviewOut.of(await moved(session, lambda told: by(procedure_of(told), told), then))
    duties = [
        DifferentOut(duty=one.duty, key=one.key, before=one.before, after=one.after)
        for one in differences(standing, coming)
    ]
    return NewVersionOut(**found.model_dump(), version=coming.version, replaces=standing.version, duties=duties)
