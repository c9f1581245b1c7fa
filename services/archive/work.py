"""What a command stands on: the volume, its complaint held; its key; the caller, whose rights were looked at."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.archive.fairness import kept_away
from services.archive.problems import STATES
from services.archive.tables import Case, File, FileState
from shared.access import Caller, allowed
from shared.errors import Problem, language_of, unavailable
from shared.glossary import LANGUAGES, Language
from shared.outbox import hold
from shared.privacy import seal, unseal
from shared.running import Running, Service


@dataclass
class Work:
    """One command, or one look, at one volume; everything in one transaction."""

    service: Service
    session: AsyncSession
    case: Case
    file: File
    key: bytes | None
    caller: Caller

    @property
    def by(self) -> str:
        """Who acts, as it stands in the facts."""
        return self.caller.acts_as

    def seal(self, name: str, words: str) -> bytes:
        """Seal free text of the volume. Raises ``Problem`` 410 when the complaint was erased."""
        if self.key is None:
            raise Problem(410, "erased")
        return seal(self.key, self.file.complaint, f"archive.{name}.{self.file.id}", words)

    def open(self, name: str, content: bytes | None) -> str | None:
        """Return free text of the volume, ``None`` when there is none or the complaint was erased."""
        if content is None or self.key is None:
            return None
        return unseal(self.key, self.file.complaint, f"archive.{name}.{self.file.id}", content)


@dataclass(frozen=True)
class Call:
    """A request whose action is allowed; opens the volume it is about."""

    service: Service
    caller: Caller
    language: Language

    @asynccontextmanager
    async def on_file(self, file: str, *, states: Sequence[FileState] = (), look: bool = False) -> AsyncIterator[Work]:
        """Open a transaction on a volume, its complaint held unless it is only a look; committed at the end.

        Raises ``Problem``: 404, 403 when the complaint names the caller, 409 when it is in none of ``states``.
        """
        complaint = await self._complaint_of(file)
        key = await self._key_of(complaint)
        async with self.service.database.session() as session:
            session.info["running"] = self.service
            if not look:
                await hold(session, complaint)
            found, case = await session.get_one(File, file), await session.get_one(Case, complaint)
            if self.caller.acts_as in await kept_away(session, case.named_officers):
                raise Problem(403, "named_in_complaint")
            if states and found.state not in states:
                label = STATES[found.state][LANGUAGES.index(self.language)]
                raise Problem(409, "wrong_file_state", state=found.state, state_label=label, possible=list(states))
            yield Work(self.service, session, case, found, None if case.erased_at else key, self.caller)
        if not look:
            self.service.wake()

    async def _complaint_of(self, file: str) -> str:
        async with self.service.database.session() as session:
            complaint = await session.scalar(select(File.complaint).where(File.id == file))
        if complaint is None:
            raise Problem(404, "not_found")
        return complaint

    async def _key_of(self, complaint: str) -> bytes | None:
        try:
            return (await self.service.keys.many([complaint])).get(complaint)
        except httpx.TransportError:
            raise unavailable() from None


def may(action: str) -> Callable[..., Awaitable[Call]]:
    """Return the dependency of a route that takes ``action``."""
    check = allowed(action)

    async def call(request: Request, service: Running) -> Call:
        return Call(service, await check(request), language_of(request))

    call.__name__ = f"call_{action.replace('.', '_')}"
    call.action = action  # type: ignore[attr-defined]  # read by the test that every route names its action
    return call
