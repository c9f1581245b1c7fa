"""The routes of the read model: a complaint's story, the queues, the counts, the search, what changes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.insight import finding, listing
from services.insight.bodies import (
    CountsOut,
    FoundOut,
    HighlightOut,
    ItemOut,
    QueueOut,
    SearchIn,
    SearchOut,
    StoryOut,
)
from services.insight.changes import watch_of
from services.insight.finding import Wanted
from services.insight.listing import Narrowed
from services.insight.queues import QUEUES
from services.insight.story import story
from services.insight.titles import title
from shared.access import Caller, allowed
from shared.errors import Problem, language_of
from shared.glossary import Language
from shared.running import Running, Session

router = APIRouter(tags=["insight"])
Reader = Annotated[Caller, Depends(allowed("insight.read"))]
Code = Annotated[str | None, Query(max_length=64)]
Meanings = Annotated[dict[str, str], Field(examples=[{"mine": QUEUES["mine"].meaning}])]
_OFFICE: Final = ZoneInfo("Asia/Shanghai")


@router.get("/complaints/{complaint}", summary="The story of a complaint")
async def story_of(
    complaint: Annotated[str, Path(max_length=40, description="id or number")],
    request: Request,
    session: Session,
    caller: Reader,
) -> StoryOut:
    """Stage, labels, who is responsible, the ledger with its proofs, and every event once, in order (6/3.4.7)."""
    return StoryOut.model_validate(await story(session, complaint, caller, language_of(request)))


@router.get("/queues", summary="What queues there are")
async def queues(_: Reader) -> Meanings:
    """Each queue and what it means (6/3.4.3(1))."""
    return {name: queue.meaning for name, queue in QUEUES.items()}


@router.get("/queues/{name}", summary="A queue")
async def queue(
    name: Annotated[str, Path(max_length=20, examples=["mine"])],
    request: Request,
    session: Session,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[str, Query(max_length=200, description="the cursor of the page before")] = "",
    officer: Code = None,
    department: Code = None,
) -> QueueOut:
    """A page of a queue with what is due next of each complaint: in the order of receipt, what is due soon as it
    becomes due (6/3.4.7(3)).
    """
    if name not in QUEUES:
        raise Problem(404, "not_found")
    sight = await listing.sight_of(session, caller)
    page = await listing.page(session, name, sight, Narrowed(officer, department), limit, after)
    language = language_of(request)
    items = [ItemOut(**_item(row, language)) for row in page.rows]
    return QueueOut(queue=name, items=items, total=page.total, after=page.after)


@router.get("/counts", summary="How many are in each queue")
async def counts(
    session: Session,
    caller: Reader,
    by: Literal["department", "officer"] | None = None,
    officer: Code = None,
    department: Code = None,
) -> CountsOut:
    """The size of each queue as the caller sees it; `by` adds those of each department or officer (7/3.4.12).

    And what reviews came to: upheld or overturned (4/5.2.10(2)).
    """
    sight = await listing.sight_of(session, caller)
    found = await listing.counts(session, sight, Narrowed(officer, department))
    reviews = await listing.review_counts(session, sight)
    return CountsOut(queues=found, reviews=reviews, by=await listing.counts_by(session, by, sight) if by else None)


@router.post("/search", summary="Search in the words of complaints")
async def search(
    body: SearchIn, request: Request, service: Running, caller: Annotated[Caller, Depends(allowed("insight.search"))]
) -> SearchOut:
    """Find complaints by words in either Chinese script or English, the newest first; all words must be there
    (6/3.4.5(2)).

    Persons, phone numbers and addresses of mail are not in the index: they are found at intake.
    """
    until = _midnight(body.to + timedelta(days=1)) if body.to else None
    wanted = Wanted(body.text, body.service, body.stage, _midnight(body.since), until, body.limit)
    hits = await finding.find(service, wanted, caller)
    language = language_of(request)
    return SearchOut(
        items=[
            FoundOut(
                **_item(hit.row, language),
                highlights=[HighlightOut(text=one.text, marks=list(one.marks)) for one in hit.highlights],
            )
            for hit in hits
        ]
    )


@router.get("/changes", summary="What changes, as it changes", response_class=StreamingResponse)
async def changes(service: Running, caller: Reader) -> StreamingResponse:
    """Server-sent events `{complaint, stage, queues}`; without a complaint when very many change at once
    (6/3.4.7(3)).
    """
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    async with service.database.session() as session:
        concern = await listing.concern_of(session, caller.acts_as)
    stream = watch_of(service).read(concern)
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), _OFFICE).astimezone(UTC) if day else None


def _item(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    item = {name: value for name, value in row.items() if not name.startswith("next_") and name != "ordered_at"}
    if row["next_row"] is None:
        return item | {"next_due": None}
    due = {name: row[f"next_{name}"] for name in ("row", "duty", "clause", "due_at", "state")}
    return item | {"next_due": due | {"title": title(due["duty"], None, language)}}
