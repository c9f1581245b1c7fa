"""Routes on the quarterly analysis of the files (4/5.2.11(2))."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select

from services.archive.analysing import analyse, figures_of, findings_of, finish, office_zone
from services.archive.bodies import In
from services.archive.figures import last_quarter
from services.archive.tables import Analysis, Finding
from shared.access import Caller, allowed
from shared.clock import now
from shared.errors import Problem
from shared.running import Session

router = APIRouter(tags=["analyses"])
Reader = Annotated[Caller, Depends(allowed("archive.look_up"))]
Analyst = Annotated[Caller, Depends(allowed("archive.analyse"))]
Quarter = Annotated[str, StringConstraints(pattern=r"^\d{4}-Q[1-4]$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class FindingIn(In):
    """What was found, who sees to it, and until when."""

    finding: Text
    owner: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    due_on: date | None = None


class AnalysisIn(In):
    """The analysis of a quarter that is over; the figures are the archive's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "quarter": "2026-Q1",
                "findings": [
                    {"finding": "Most outages were not announced.", "owner": "water.head", "due_on": "2026-06-30"}
                ],
            }
        },
    )
    quarter: Quarter
    findings: list[FindingIn] = Field(min_length=1, max_length=50)


class DoneIn(In):
    """What was done about a finding."""

    text: Text


class FindingOut(BaseModel):
    """A finding with its owner, and what was done about it."""

    model_config = ConfigDict(from_attributes=True)
    position: int
    finding: str
    owner: str
    due_on: date | None
    done: str | None
    done_at: datetime | None
    done_by: str | None


class AnalysisOut(BaseModel):
    """An analysis with the figures of its moment."""

    id: str
    quarter: str
    figures: dict[str, Any]
    at: datetime
    by: str
    findings: list[FindingOut]


class FiguresOut(BaseModel):
    """The figures of a quarter as the archive has them now."""

    quarter: str
    figures: dict[str, Any]


@router.get("/figures", summary="The figures of a quarter")
async def read_figures(session: Session, _: Reader, quarter: Annotated[str, Query(max_length=7)] = "") -> FiguresOut:
    """Counted from the files of what ended in the quarter, by default the one that was over last (4/5.2.11(2)).

    Archivist, supervisor, analyst; 422 ``not_a_quarter``.
    """
    chosen = quarter or last_quarter(await now(session), office_zone())
    return FiguresOut(quarter=chosen, figures=await figures_of(session, chosen))


@router.get("/analyses", summary="Past analyses")
async def read_analyses(
    session: Session, _: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 40
) -> list[AnalysisOut]:
    """The analyses on record, the newest quarter first (4/5.2.11(2)). Archivist, supervisor, analyst."""
    order = (Analysis.quarter.desc(), Analysis.at.desc())
    rows = list(await session.scalars(select(Analysis).order_by(*order).limit(limit)))
    findings = await findings_of(session, [row.id for row in rows])
    return [_out(row, findings[row.id]) for row in rows]


@router.get("/analyses/{analysis}", summary="One analysis")
async def read_analysis(analysis: str, session: Session, _: Reader) -> AnalysisOut:
    """An analysis with its figures and findings (4/5.2.11(2)). Archivist, supervisor, analyst."""
    row = await session.get(Analysis, analysis)
    if row is None:
        raise Problem(404, "not_found")
    return _out(row, (await findings_of(session, [row.id]))[row.id])


@router.post("/analyses", status_code=201, summary="Record an analysis")
async def record_analysis(body: AnalysisIn, session: Session, caller: Analyst) -> AnalysisOut:
    """Figures counted by the archive, findings with their owners; fulfils the duty of the quarter (4/5.2.11(2)).

    Archivist, analyst; 409 ``quarter_not_over``, 422 ``findings_wrong`` naming owner or date.
    """
    findings = [one.model_dump() for one in body.findings]
    row = await analyse(session, body.quarter, findings, caller.acts_as)
    return _out(row, (await findings_of(session, [row.id]))[row.id])


@router.post("/analyses/{analysis}/findings/{position}/done", summary="A finding is dealt with")
async def finish_finding(
    analysis: str, position: Annotated[int, Path(ge=1, le=50)], body: DoneIn, session: Session, caller: Analyst
) -> AnalysisOut:
    """What was done about a finding (4/5.2.11(2)). Archivist, analyst; 409 ``finding_done``."""
    row = await finish(session, analysis, position, body.text, caller.acts_as)
    return _out(row, (await findings_of(session, [row.id]))[row.id])


def _out(row: Analysis, findings: list[Finding]) -> AnalysisOut:
    shown = [FindingOut.model_validate(one) for one in findings]
    return AnalysisOut(id=row.id, quarter=row.quarter, figures=row.figures, at=row.at, by=row.by, findings=shown)
