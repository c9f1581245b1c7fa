"""A complaint is taken in: one transaction for the complaint, its person, its facts and the caller's idempotency key.

The hot path of the product: those who come at the same moment share the transaction (``coalescing``). Two requests that
mean the same complaint meet at a unique key; the loser reads the winner's answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import deciding
from services.intake.answers import Received
from services.intake.attachments import bind
from services.intake.coalescing import Coalescer
from services.intake.inputs import NewComplaint
from services.intake.making import Asked, Made, Request, Sender, make, request_of, row_of
from services.intake.offices import Intake, intake_of
from services.intake.receipts import receipt_code
from services.intake.storing import look_up, store
from shared.errors import Problem, unavailable
from shared.faults import is_infrastructure
from shared.glossary import Language
from shared.outbox import publish_many
from shared.running import Service

_TRIES: Final = 5


Answer = dict[str, Any]


class _Lost(Exception):
    """Another process with the same key was quicker; its answer counts."""


async def receive(
    service: Service,
    sender: Sender,
    body: NewComplaint,
    *,
    idempotency_key: str | None = None,
    language: Language | None = None,
    alike_without: frozenset[str] = frozenset(),
) -> Answer:
    """Take a complaint in and return the answer; the same request again gets the same answer (4/5.2.6(1)).

    ``language``: of the caller, for the titles. ``alike_without``: fields in which the same request may differ (a form
    that is sent twice brings its files again). Raises ``Problem`` 422 (field and rule; or the idempotency key with
    another body) and 409 (the external id with another body).
    """
    if body.registration is not None:
        if not sender.person:
            raise deciding.invalid("registration", "operator_only")
        deciding.check_labels(body.registration, "registration.")
    request = request_of(intake_of(service), sender, body, idempotency_key, alike_without)
    return await _together(service).ask(Asked(sender, body, request, language))


def _together(service: Service) -> Coalescer[Asked, Answer]:
    found: Coalescer[Asked, Answer] | None = service.resources.get("receiving")
    if found is None:
        found = service.resources["receiving"] = Coalescer(lambda asked: _take_all_in(service, asked))
    return found


async def _take_all_in(service: Service, asked: list[Asked]) -> Sequence[Answer | Exception]:
    """Answer all of them; what means the same as another one before it is looked up when that one is committed."""
    answers: dict[int, Answer | Exception] = {}
    lost = 0
    try:
        while left := [one for one in asked if id(one) not in answers]:
            try:
                async with service.database.session() as session:
                    done = await _take_in(session, service, left)
            except _Lost:
                lost += 1
                if lost == _TRIES:
                    raise unavailable() from None
            else:
                answers |= done
    except Exception as fault:
        if not is_infrastructure(fault):  # a commit of which nobody knows may have used them
            _give_back(intake_of(service), asked)
        raise
    _give_back(intake_of(service), [one for one in asked if isinstance(answers[id(one)], Exception)])
    return [answers[id(one)] for one in asked]


def _give_back(intake: Intake, asked: list[Asked]) -> None:
    """Let the next complaints have the numbers that these did not use."""
    intake.spare.extend(one.running for one in asked if one.running is not None)
    for one in asked:
        one.running = None


async def _take_in(session: AsyncSession, service: Service, asked: list[Asked]) -> dict[int, Answer | Exception]:
    intake = intake_of(service)
    first = _first_of_each(asked)
    for one in asked:
        if id(one) in first and one.running is None and intake.spare:
            one.running = intake.spare.popleft()
    befores = await look_up(
        session, [_wanted(n, one, draw=id(one) in first and one.running is None) for n, one in enumerate(asked)]
    )
    session.info["now"] = now = befores[0].now
    answers: dict[int, Answer | Exception] = {}
    new: list[tuple[Asked, Made]] = []
    for one, before in zip(asked, befores, strict=True):
        one.running = one.running or before.running
        try:
            known = _known(intake, before, one.request)
            if known is not None:
                answers[id(one)] = known
                _give_back(intake, [one])
            elif id(one) in first:
                new.append((one, await make(session, intake, one, now)))
        except Problem as problem:
            answers[id(one)] = problem
    if new:
        answers |= await _keep(session, intake, now, new)
    return answers


async def _keep(
    session: AsyncSession, intake: Intake, now: datetime, new: list[tuple[Asked, Made]]
) -> dict[int, Answer]:
    keys = await intake.vault.many(len(new))
    rows = [row_of(intake, one, made, id_, key, now) for (one, made), (id_, key) in zip(new, keys, strict=True)]
    if not await store(session, rows, {row["id"]: row["hashes"] for row in rows}):
        raise _Lost
    for (one, _), (id_, _) in zip(new, keys, strict=True):
        if one.body.attachments:
            await bind(session, one.body.attachments, one.sender.id, id_)
    await publish_many(
        session, [(str(id_), fact) for (_, made), (id_, _) in zip(new, keys, strict=True) for fact in made.facts]
    )
    return {
        id(one): _answer(intake, id_, row["answer"]) for (one, _), (id_, _), row in zip(new, keys, rows, strict=True)
    }


def _first_of_each(asked: list[Asked]) -> set[int]:
    """Return those that mean no complaint which another one before them means."""
    taken: set[tuple[str, str, bytes]] = set()
    first: set[int] = set()
    for one in asked:
        names = one.identities
        if not taken.intersection(names):
            first.add(id(one))
        taken.update(names)
    return first


def _wanted(n: int, one: Asked, *, draw: bool) -> dict[str, Any]:
    request = one.request
    return {
        "n": n,
        "caller": one.sender.id,
        "key": request.key,
        "channel": one.body.channel,
        "external_id": request.external_id,
        "draw": draw,
    }


def _known(intake: Intake, before: Any, request: Request) -> Answer | None:
    """Return the answer that was given before, ``None`` for a new complaint."""
    if before.key_complaint is not None:
        if before.key_hash != request.body_hash:
            raise Problem(422, "idempotency_key_reused")
        return _again(intake, before.key_complaint, before.key_answer)
    if before.external_complaint is not None:
        if before.external_hash != request.body_hash:
            raise Problem(409, "external_id_reused", number=before.external_number)
        return _again(intake, before.external_complaint, before.external_answer)
    return None


def _answer(intake: Intake, id_: UUID, answer: Answer) -> Answer:
    return {"id": str(id_), **answer, "receipt_code": receipt_code(intake.receipt_key, id_)}


def _again(intake: Intake, id_: UUID, answer: Answer) -> Answer:
    """Return the answer that was given, to the byte: the database keeps its fields in another order."""
    # a newer intake may have kept more in it than this one gives
    return Received.model_validate(_answer(intake, id_, answer), extra="ignore").model_dump(mode="json")
