"""What classification does when it hears a fact; the table at the foot is its whole ear."""

from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.classification.classify import Labels, classify
from services.classification.model import current
from services.classification.sealing import seal_reasons
from services.classification.tables import Overrule, Proposal
from shared import batch
from shared.clock import now
from shared.events import (
    AlarmRaised,
    ClassificationOverruled,
    ComplaintClassified,
    ComplaintErased,
    ComplaintReceived,
    ComplaintReclassified,
    ComplaintRegistered,
    Event,
    Fact,
)
from shared.outbox import say
from shared.procedure import load
from shared.running import Handler, Service

COMPARED: Final = ("service", "topic_code", "nature", "kind", "level", "importance")
"""The labels that a person decides at registration, and that are compared with the proposal."""


@dataclass(frozen=True)
class Asked:
    """What intake knows of the complaints of a batch: their words, and the keys to seal with."""

    words: dict[str, str]
    keys: dict[str, bytes | None]


async def prepare(service: Service, events: list[Event]) -> Asked:
    """Ask intake for the words of the complaints that were received; an erased one is classified without words."""
    received = [event.subject for event in events if isinstance(event.data, ComplaintReceived)]
    if not received:
        return Asked({}, {})
    texts = await service.services.texts(received)
    words = {complaint: _words(found) for complaint, found in texts.items()}
    return Asked(words, await service.keys.many(received))


def _words(found: dict[str, Any]) -> str:
    parts = (found.get(part) for part in ("object", "matter", "reason", "remedy_sought", "text"))
    return "\n".join(str(part) for part in parts if part)


async def on_received(session: AsyncSession, event: Event) -> None:
    """Propose the labels of a complaint; what may be level 1 rings (2/1.1.16(1))."""
    assert isinstance(event.data, ComplaintReceived)
    asked: Asked = session.info["prepared"]
    labels = classify(asked.words.get(event.subject, ""))
    proposal = Proposal(
        complaint=event.subject,
        proposed_at=await now(session),
        labels=_columns(labels),
        model=current().about.get("version"),
        reasons=seal_reasons(asked.keys.get(event.subject), event.subject, labels.reasons),
    )
    await batch.add(session, event.subject, proposal)
    facts: list[Fact] = [_fact(labels)]
    already_rings = bool(event.data.danger_cues)
    if labels.in_scope and labels.p_level_1 >= load().policy.level_1.alarm_probability and not already_rings:
        facts.append(AlarmRaised(cause="probability", cues=labels.danger_cues))
    await say(session, event.subject, *facts)


def _fact(labels: Labels) -> ComplaintClassified:
    values = _columns(labels)
    del values["danger_cues"]
    return ComplaintClassified(**values)


def _columns(labels: Labels) -> dict[str, Any]:
    """Return the labels by name: as they are, without copies all the way down; the reasons apart."""
    return {each.name: getattr(labels, each.name) for each in fields(labels) if each.name != "reasons"}


async def on_decided(session: AsyncSession, event: Event) -> None:
    """Keep what a person decided beside what was proposed, and say where they differ."""
    assert isinstance(event.data, ComplaintRegistered | ComplaintReclassified)
    if getattr(event.data, "by_machine", False):
        return
    proposal = await batch.row(session, Proposal, event.subject)
    if proposal is None:
        return
    proposal.decided = {label: _code(getattr(event.data, label)) for label in COMPARED}
    for label in COMPARED:
        suggested, decided = proposal.labels[label], getattr(event.data, label)
        if suggested != decided:
            await _overrule(session, event, label, suggested, decided)


async def _overrule(session: AsyncSession, event: Event, label: str, suggested: object, decided: object) -> None:
    words = {"suggested": _code(suggested), "decided": _code(decided), "by": str(getattr(event.data, "by", "system"))}
    session.add(Overrule(complaint=event.subject, label=label, overruled_at=await now(session), **words))
    await say(session, event.subject, ClassificationOverruled(label=label, **words))


def _code(value: object) -> str | None:
    return None if value is None else str(value)


async def on_erased(session: AsyncSession, event: Event) -> None:
    """Forget where in the text the reasons stood (4/5.2.5); the labels are no text and remain."""
    proposal = await batch.row(session, Proposal, event.subject)
    if proposal is not None:
        proposal.reasons = None
    running = session.info.get("running")
    if isinstance(running, Service):
        running.keys.forget(event.subject)


HANDLERS: Final[dict[type[Fact], Handler]] = {
    ComplaintReceived: on_received,
    ComplaintRegistered: on_decided,
    ComplaintReclassified: on_decided,
    ComplaintErased: on_erased,
}
