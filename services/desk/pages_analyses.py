"""The quarterly analysis of the files: the archive's figures, a person's findings with their owners (4/5.2.11(2))."""

from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from services.desk.asking import Asking, Refusal
from services.desk.dates import OFFICE
from services.desk.labels import last_part
from services.desk.office_names import names
from services.desk.page import Page, go, page
from services.desk.people import Person, signed_in
from services.desk.words import say
from shared.clock import now
from shared.running import Running, Service

router = APIRouter(route_class=Page, include_in_schema=False)
Reader = Annotated[Person, Depends(signed_in("archive.look_up"))]
Analyst = Annotated[Person, Depends(signed_in("archive.analyse"))]
HERE: Final = "/desk/files/analyses"
FINDINGS: Final = 3
"""Findings that the form takes at once; there can be more analyses of one quarter."""
COUNTED: Final = (("by_service", "service"), ("by_kind", "kind"), ("by_level", "level"), ("by_outcome", "outcome"))


@router.get("/files/analyses")
async def analyses(request: Request, service: Running, person: Reader) -> Response:
    """The figures of a quarter, the form, and past analyses."""
    return await _show(request, service, person, str(request.query_params.get("quarter") or ""))


@router.post("/files/analyses")
async def analyse(request: Request, service: Running, person: Analyst) -> Response:
    """Put an analysis on record."""
    form = await request.form()
    quarter = str(form.get("quarter") or "")
    columns = [form.getlist(name) for name in ("finding", "owner", "due_on")]
    typed = [tuple(str(column[n]).strip() if n < len(column) else "" for column in columns) for n in range(FINDINGS)]
    findings = [
        {"finding": finding, "owner": owner, "due_on": due_on or None} for finding, owner, due_on in typed if finding
    ]
    sent: dict[str, Any] = {"typed": typed, "wrong": {}, "refusal": None}
    if not findings:
        sent["wrong"] = {"finding": say(person.language, "error.required")}
        return await _show(request, service, person, quarter, 422, sent)
    try:
        await Asking(service, person).post("archive", "/analyses", json={"quarter": quarter, "findings": findings})
    except Refusal as refusal:
        sent |= {"wrong": last_part(refusal.fields), "refusal": refusal}
        return await _show(request, service, person, quarter, refusal.status, sent)
    return go(f"{HERE}?quarter={quarter}", "analysed")


@router.post("/files/analyses/{analysis}/findings/{position}/done")
async def done(request: Request, service: Running, person: Analyst, analysis: str, position: int) -> Response:
    """What was done about a finding."""
    text = str((await request.form()).get("text") or "").strip()
    place = f"/analyses/{analysis}/findings/{position}/done"
    try:
        await Asking(service, person).post("archive", place, json={"text": text})
    except Refusal as refusal:
        return await _show(request, service, person, "", refusal.status, {"wrong": {}, "refusal": refusal, "typed": []})
    return go(HERE, "finding_done")


async def _show(
    request: Request, service: Service, person: Person, quarter: str, status: int = 200, sent: Any = None
) -> Response:
    asking = Asking(service, person)
    figures = await asking.part("archive", "/figures", quarter=quarter)
    past = await asking.part("archive", "/analyses")
    return await page(
        request, "analyses.html", person, status, figures=figures, past=past, sent=sent or {"typed": [], "wrong": {}},
        quarters=await _quarters(service), rows=FINDINGS, counted=COUNTED, names=await names(service, asking),
    )  # fmt: skip


async def _quarters(service: Service) -> list[str]:
    """Return the quarters of two years that are over, the newest first."""
    async with service.database.session() as session:
        day = (await now(session)).astimezone(OFFICE).date()
    found: list[str] = []
    for _ in range(8):
        day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1)
        found.append(f"{day.year}-Q{day.month // 3}")
    return found
