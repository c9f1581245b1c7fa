"""What a command stands on: the caller, whose rights were looked at, and the case, held in one transaction."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import httpx
from fastapi import Depends, Request
from sqlalchemy import ColumnElement, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply.companies import company_of
from services.reply.tables import Case, Company, Extension, Letter, ResultNotice, Review, SpecialDays, Visit
from shared import errors
from shared.access import Caller, allowed
from shared.clock import now
from shared.errors import Problem, language_of, unavailable
from shared.events import Fact
from shared.fairness import Tree, read_tree
from shared.glossary import Language, label
from shared.lifecycle import is_possible, possible
from shared.office_calendar import Calendar
from shared.outbox import hold, publish
from shared.privacy import seal, unseal
from shared.procedure.calendars import default_calendar, special_day
from shared.service import Running, Service

Kept = TypeVar("Kept", Letter, Extension, ResultNotice, Review, Visit)
"""What is kept of a case, and has an id of its own."""


@dataclass
class Work:
    """One command, or one look, at one case; everything in one transaction. ``at`` is its time (UTC)."""

    service: Service
    session: AsyncSession
    case: Case
    key: bytes | None
    at: datetime
    caller: Caller
    language: Language
    tree: Tree
    company: Company
    """In whose name its letters go out (5/2.1)."""

    @property
    def by(self) -> str:
        """Who acts, as it stands in the facts."""
        return self.caller.acts_as

    @property
    def readable(self) -> bool:
        """Say whether the texts can still be opened."""
        return self.key is not None

    def check(self, event_type: str) -> None:
        """Raise ``Problem`` 409 when the case's stage does not allow this step."""
        if not is_possible(self.case.stage, event_type):
            raise self.wrong_stage()

    def wrong_stage(self) -> Problem:
        """Return the 409 that names the stage and what is possible."""
        stage = self.case.stage
        words = label("stage", stage, self.language)
        return Problem(409, "wrong_stage", stage=stage, stage_label=words, possible=list(possible(stage)))

    def check_not_named(self) -> None:
        """Raise ``Problem`` 403 when the complaint names the caller or somebody they directly lead (4/5.2.2)."""
        if self.by in self.tree.kept_away(self.case.named_officers):
            raise Problem(403, "named_in_complaint")

    async def check_not_reviewing(self) -> None:
        """Raise ``Problem`` 403 for who reviews it: they see the case without the deciders' names (policy, review)."""
        if self.caller.is_service:
            return
        mine = select(Review.id).where(
            Review.complaint == self.case.complaint, Review.reviewer == self.by, Review.decided_at.is_(None)
        )
        if await self.session.scalar(mine) is not None:
            raise Problem(403, "reviewer_sees_no_names")

    def seal(self, field: str, text: str | bytes) -> bytes:
        """Seal a text under the complaint's key. Raises ``Problem`` 410 when the complaint was erased."""
        if self.key is None:
            raise Problem(410, "erased")
        return seal(self.key, self.case.complaint, field, text)

    def open(self, field: str, content: bytes | None) -> str | None:
        """Return a text, ``None`` when there is none or the complaint was erased."""
        if content is None or self.key is None:
            return None
        return unseal(self.key, self.case.complaint, field, content)

    def open_json(self, field: str, content: bytes) -> dict[str, Any]:
        """Return a sealed JSON value. Raises ``Problem`` 410 when the complaint was erased."""
        text = self.open(field, content)
        if text is None:
            raise Problem(410, "erased")
        value: dict[str, Any] = json.loads(text)
        return value

    async def say(self, *facts: Fact) -> None:
        """Publish facts about the case."""
        await publish(self.session, self.case.complaint, *facts)


@dataclass
class Call:
    """A request whose action is allowed; opens the case it is about."""

    service: Service
    caller: Caller
    language: Language

    @asynccontextmanager
    async def on_case(self, complaint: UUID | str) -> AsyncIterator[Work]:
        """Hold a case and open a transaction on it, committed at the end.

        Raises ``Problem``: 503 when reply has not heard of it, 403 when it names the caller.
        """
        async with self._open(str(complaint)) as work:
            await work.check_not_reviewing()
            yield work

    @asynccontextmanager
    async def look_at(self, complaint: UUID | str) -> AsyncIterator[Work]:
        """Open a case to read it, without holding it. Raises ``Problem`` 404 for one that reply does not know."""
        async with self._open(str(complaint), held=False) as work:
            await work.check_not_reviewing()
            yield work

    @asynccontextmanager
    async def on_letter(self, letter: UUID, *, held: bool = True) -> AsyncIterator[tuple[Work, Letter]]:
        """Hold the case of a letter; yields both. Raises ``Problem`` 404 and as ``on_case``."""
        async with self._on(Letter, letter, held=held) as (work, found):
            yield work, found

    @asynccontextmanager
    async def on_notice(self, notice: UUID) -> AsyncIterator[tuple[Work, ResultNotice]]:
        """Hold the case of a result notice; yields both. Raises ``Problem`` 404 and as ``on_case``."""
        async with self._on(ResultNotice, notice) as (work, found):
            yield work, found

    @asynccontextmanager
    async def on_extension(self, extension: UUID) -> AsyncIterator[tuple[Work, Extension]]:
        """Hold the case of an extension; yields both. Raises ``Problem`` 404 and as ``on_case``."""
        async with self._on(Extension, extension) as (work, found):
            yield work, found

    @asynccontextmanager
    async def on_review(self, review: UUID, *, held: bool = True) -> AsyncIterator[tuple[Work, Review]]:
        """Hold the case of a review; yields both. Raises ``Problem`` 404 and as ``on_case``."""
        async with self._on(Review, review, held=held) as (work, found):
            yield work, found

    @asynccontextmanager
    async def on_visit(self, visit: UUID, *, held: bool = True) -> AsyncIterator[tuple[Work, Visit]]:
        """Hold the case of a return visit; yields both. Raises ``Problem`` 404 and as ``on_case``."""
        async with self._on(Visit, visit, held=held) as (work, found):
            yield work, found

    @asynccontextmanager
    async def _on(self, table: type[Kept], id_: UUID, *, held: bool = True) -> AsyncIterator[tuple[Work, Kept]]:
        async with self._open(await self._complaint_of(table, id_), held=held) as work:
            found = await work.session.get(table, str(id_))
            assert found is not None
            own = isinstance(found, Review | Visit) or (isinstance(found, Letter) and found.review is not None)
            if not own:
                await work.check_not_reviewing()
            yield work, found

    async def _complaint_of(self, table: type[Kept], id_: UUID) -> str:
        async with self.service.database.session() as session:
            complaint = await session.scalar(select(table.complaint).where(table.id == str(id_)))
        if complaint is None:
            raise Problem(404, "not_found")
        return complaint

    @asynccontextmanager
    async def _open(self, complaint: str, *, held: bool = True) -> AsyncIterator[Work]:
        key = await key_of(self.service, complaint)
        async with self.service.database.session() as session:
            if held:
                await hold(session, complaint)
            case = await session.get(Case, complaint)
            if case is None:
                # whose key intake has is received: reply will hear of it
                raise errors.ahead() if held or key else Problem(404, "complaint_not_found")
            at, tree = await now(session), await read_tree(session)
            company = await company_of(session, case.service)
            work = Work(self.service, session, case, key, at, self.caller, self.language, tree, company)
            work.check_not_named()
            yield work
        if held:
            self.service.wake()


def not_about(tree: Tree, officer: str) -> ColumnElement[bool]:
    """Leave out what names the officer or somebody they directly lead (4/5.2.2)."""
    about: ColumnElement[bool] = Case.named_officers.overlap(sorted(tree.concern(officer)))
    return not_(about)


def may(action: str) -> Callable[..., Call]:
    """Return the dependency of a route that takes ``action``."""

    def call(request: Request, service: Running, caller: Annotated[Caller, Depends(allowed(action))]) -> Call:
        return Call(service, caller, language_of(request))

    call.__name__ = f"call_{action.replace('.', '_')}"
    call.action = action  # type: ignore[attr-defined]  # read by the test that every route names its action
    return call


async def key_of(service: Service, complaint: str) -> bytes | None:
    """Return the complaint's key, ``None`` when it was erased. Raises ``Problem`` 503 when intake does not answer."""
    try:
        return (await service.keys.many([complaint])).get(complaint)
    except httpx.TransportError:
        raise unavailable() from None


async def calendar_of(session: AsyncSession) -> Calendar:
    """Return the office's calendar with the special days that reply has heard of."""
    known = await session.get(SpecialDays, "mainland")
    if known is None:
        return default_calendar()
    days = {datetime.fromisoformat(on).date(): special_day(kind) for on, kind in known.days.items()}
    return default_calendar().with_special_days(days, known.published_until)
