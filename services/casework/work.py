"""What a command stands on: the case, held; its key; the caller, whose rights were looked at."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import carrying, moving, office
from services.casework.assignment import assignment_rules
from services.casework.records import Row
from services.casework.staff import Staff
from services.casework.tables import Case, Record
from shared import errors
from shared.access import Caller, allowed
from shared.clock import now
from shared.errors import Problem, language_of, unavailable
from shared.events import Fact
from shared.glossary import Language
from shared.privacy import seal, unseal
from shared.procedure.calendars import default_calendar
from shared.running import Running, Service


@dataclass
class Work:
    """One command, or one look, at one case; everything in one transaction. ``at`` is its time (UTC)."""

    service: Service
    session: AsyncSession
    case: Case
    caller: Caller
    key: bytes | None
    staff: Staff
    at: datetime
    language: Language

    @property
    def by(self) -> str:
        """Who acts, as it stands in the facts."""
        return self.caller.acts_as

    @property
    def supervises(self) -> bool:
        """Say whether the caller is a supervisor of the case's department or above it."""
        return self.staff.supervises(self.caller.id, self.case.department)

    def check_not_named(self) -> None:
        """Raise ``Problem`` 403 when the complaint names the caller or somebody they directly lead (4/5.2.2)."""
        if self.by in self.staff.kept_away(self.case.named_officers):
            raise Problem(403, "named_in_complaint")

    def check_not_reviewing(self) -> None:
        """Raise ``Problem`` 403 for who reviews it: they see it without the deciders' names (policy, review)."""
        if self.case.reviewer is not None and self.caller.id == self.case.reviewer:
            raise Problem(403, "reviewer_sees_no_names")

    def check_own(self) -> None:
        """Raise ``Problem`` 403 unless the caller is the officer, or a supervisor of the department or above."""
        if self.case.stage == "received":
            raise errors.ahead()
        somebodys = self.case.officer is not None or self.case.stage == "registered"
        if somebodys and self.case.officer != self.caller.id and not self.supervises:
            raise Problem(403, "not_your_case")

    def check_supervisor(self) -> None:
        """Raise ``Problem`` 403 unless the caller supervises the case, or decides disputes about assignments."""
        decides = self.staff.supervises(self.caller.id, assignment_rules().decides_disputes)
        if not self.supervises and not decides:
            raise Problem(403, "supervisor_needed")

    def check(self, event_type: str) -> None:
        """Raise ``Problem`` 409 when the stage does not allow this step."""
        moving.check_possible(self.case, event_type, self.language)

    async def move(self, fact: Fact) -> None:
        """Publish ``fact``, and the stage follows."""
        await moving.move(self.session, self.case, fact, self.language)

    def record(self, table: type[Any], words: dict[str, Any] | None = None, **codes: Any) -> Any:
        """Add a record of this moment and person to the case; ``words`` are sealed together."""
        made = table(id=str(uuid4()), complaint=self.case.complaint, at=self.at, by=self.by, **codes)
        if words is not None:
            self.seal_words(made, words)
        self.session.add(made)
        return made

    async def own(self, table: type[Any], id_: str, missing: str) -> Any:
        """Return a record of this case by its id. Raises ``Problem`` 404 ``missing`` where the case has none such."""
        found = await self.session.get(table, id_)
        if found is None or found.complaint != self.case.complaint:
            raise Problem(404, missing)
        return found

    def check_to_come(self, due_on: date) -> None:
        """Raise ``Problem`` 422 at ``due_on`` for a date of the office that is over."""
        if due_on < default_calendar().local_date(self.at):
            raise Problem(422, "invalid", errors=[("due_on", "in_past")])

    def seal_words(self, record: Record, words: dict[str, Any]) -> None:
        """Seal the record's free texts. Raises ``Problem`` 410 when the complaint was erased."""
        if self.key is None:
            raise Problem(410, "erased")
        record.words = seal(self.key, self.case.complaint, record.field, json.dumps(words, ensure_ascii=False))

    def words(self, record: Record) -> dict[str, Any]:
        """Return the record's free texts; none when there are none, or the complaint was erased."""
        return self._unsealed(record.field, record.words)

    def opened(self, kind: str, row: Row) -> Row:
        """Return a record's codes, times and words together; a session's ``at`` is when it was held."""
        plain = {name: value for name, value in row.items() if name != "words"}
        if "held_at" in plain:
            plain |= {"recorded_at": plain["at"], "at": plain.pop("held_at")}
        return plain | self._unsealed(f"{kind}.{row['id']}", row["words"])

    def _unsealed(self, field: str, content: bytes | None) -> dict[str, Any]:
        if content is None or self.key is None:
            return {}
        words: dict[str, Any] = json.loads(unseal(self.key, self.case.complaint, field, content))
        return words


def on_case(action: str, *, own: bool = False, look: bool = False) -> Callable[..., AsyncIterator[Work]]:
    """Return the dependency for a route on one case: who may take ``action``, and is not named by the complaint.

    ``own``: only the officer, or a supervisor of the department or above. ``look``: nothing is changed, so nothing is
    held. Commits before the answer leaves.
    """

    async def open_work(
        complaint: UUID, request: Request, service: Running, caller: Annotated[Caller, Depends(allowed(action))]
    ) -> AsyncIterator[Work]:
        keys = await keys_of(service, [str(complaint)])
        async with service.database.session() as session:
            session.info["running"] = service
            led = [] if look else await carrying.led_by(session, str(complaint))
            if led:
                keys |= await keys_of(service, led)  # nothing is held yet
            if not look:
                await carrying.hold_with_led(session, str(complaint), led)
            work = await open_case(service, session, str(complaint), caller, keys, language_of(request))
            work.check_not_named()
            work.check_not_reviewing()
            if own:
                work.check_own()
            yield work
            if led:
                await carrying.carry_to_members(work, keys)

    open_work.__name__ = f"on_case_{action.replace('.', '_')}"
    open_work.action = action  # type: ignore[attr-defined]  # read by the test that every route names its action
    return open_work


async def open_case(
    service: Service,
    session: AsyncSession,
    complaint: str,
    caller: Caller,
    keys: Mapping[str, bytes | None],
    language: Language,
) -> Work:
    """Return a command's ground; whoever calls holds the case. Raises ``Problem`` 503 for one not heard of yet."""
    case = await session.get(Case, complaint)
    if case is None:
        raise errors.ahead()
    return Work(
        service=service,
        session=session,
        case=case,
        caller=caller,
        key=keys.get(complaint),
        staff=await office.staff(session),
        at=await now(session),
        language=language,
    )


async def keys_of(service: Service, complaints: Sequence[str]) -> dict[str, bytes | None]:
    """Return the complaints' keys, ``None`` for an erased one. Raises ``Problem`` 503 when intake does not answer."""
    try:
        return await service.keys.many(complaints)
    except httpx.TransportError:
        raise unavailable() from None
