"""The case as its readers see it, with the words opened; and as the archive takes it in, sealed."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from services.casework import ending
from services.casework.closing import Standing, fitting_bases, still_open
from services.casework.moving import stage_of
from services.casework.next_step import Situation, next_steps
from services.casework.tables import RECORDS, Record
from services.casework.urging import escalated
from services.casework.work import Work
from shared.lifecycle import possible
from shared.privacy import seal
from shared.procedure import load

Records = Mapping[str, Sequence[Any]]
_HIDDEN: Final = frozenset({"complaint", "words", "place"})


class RecordOut(BaseModel):
    """One record: id, when (UTC), by whom, its codes and its words; the words are absent when erased."""

    model_config = ConfigDict(extra="allow")
    id: str
    at: datetime
    by: str


class NextOut(BaseModel):
    """What to do next: the route, its words by language, and its clause."""

    action: str
    label: dict[str, str]
    clause: str


class InvestigationOut(BaseModel):
    """The investigation of the latest round, with every session and piece of evidence of the case."""

    plan: RecordOut | None
    started_at: datetime | None
    ended_at: datetime | None
    sessions: list[RecordOut]
    evidence: list[RecordOut]
    report: RecordOut | None
    reports: list[RecordOut]


class CaseOut(BaseModel):
    """The case: labels, whose it is, what was done, what is possible and what to do next."""

    id: str
    number: str
    stage: str
    round: int
    erased: bool
    channel: str
    reply_form: str
    language: str
    reachable: list[str]
    named_officers: list[str]
    received_at: datetime
    registered_at: datetime | None
    responsible: str | None
    service: str | None
    topic_code: str | None
    nature: str | None
    kind: str | None
    category: str | None
    level: int | None
    importance: str | None
    urgent: bool
    district: str | None
    department: str | None
    officer: str | None
    supervisor: str | None
    assigned_at: datetime | None
    accepted: bool
    accepted_at: datetime | None
    assignments: list[RecordOut]
    reclassifications: list[RecordOut]
    investigation: InvestigationOut
    cause: RecordOut | None
    opinion: RecordOut | None
    opinions: list[RecordOut]
    decided_at: datetime | None
    measures: list[RecordOut]
    accountability: RecordOut | None
    follow_ups: list[RecordOut]
    urgings: list[RecordOut]
    escalated: bool
    pauses: list[RecordOut]
    alarms: list[RecordOut]
    reply: str | None
    reply_sent_at: datetime | None
    reply_delivered_at: datetime | None
    result_notice_at: datetime | None
    disputed_at: datetime | None
    review_requested_at: datetime | None
    closed_at: datetime | None
    basis: str | None
    still_open: list[str]
    fitting_bases: list[str]
    file: str | None
    filed_at: datetime | None
    possible: list[str]
    next: list[NextOut]


async def records_of(work: Work) -> Records:
    """Return every record of the case by kind, the oldest first."""
    await work.session.flush()
    found = {}
    for kind in RECORDS:
        asked = select(kind).where(kind.complaint == work.case.complaint).order_by(kind.place)
        found[kind.kind_of_record] = list(await work.session.scalars(asked))
    return found


async def view(work: Work) -> CaseOut:
    """Return the case as it stands in this transaction."""
    case, records = work.case, await records_of(work)
    lists = {kind: [_opened(work, one) for one in found] for kind, found in records.items()}
    stands = await ending.standing(work.session, case)
    this_round = [one for one in lists["opinion"] if one["round"] == case.round]
    policy = load().policy
    values = {name: getattr(case, name) for name in CaseOut.model_fields if hasattr(case, name)}
    return CaseOut.model_validate(
        values
        | {
            "id": case.complaint,
            "erased": work.key is None,
            "supervisor": work.staff.superior(case.officer) if case.officer else None,
            "accepted": case.accepted_at is not None,
            "assignments": lists["assignment"],
            "reclassifications": lists["reclassification"],
            "investigation": _investigation(lists),
            "cause": _last(lists["cause"]),
            "opinion": _last(this_round) or _last(lists["opinion"]),
            "opinions": lists["opinion"],
            "measures": lists["measure"],
            "accountability": _last(lists["accountability"]),
            "follow_ups": lists["follow_up"],
            "urgings": lists["urging"],
            "escalated": escalated(stands.urgings_open, policy),
            "pauses": lists["pause"],
            "alarms": lists["alarm"],
            "still_open": still_open(stands, policy) if case.stage == "replied" else [],
            "fitting_bases": fitting_bases(stands) if case.stage == "replied" else [],
            "possible": list(possible(stage_of(case))),
            "next": [asdict(step) for step in next_steps(_situation(work, records, stands))],
        }
    )


def _last(records: Sequence[Any]) -> Any:
    return records[-1] if records else None


def _plain(record: Record) -> dict[str, Any]:
    """Return the record's codes and times."""
    columns = type(record).__table__.columns  # type: ignore[attr-defined]  # every record is a table's row
    return {column.name: getattr(record, column.name) for column in columns if column.name not in _HIDDEN}


def _opened(work: Work, record: Record) -> dict[str, Any]:
    plain = _plain(record)
    words = work.words(record)
    if record.kind_of_record == "session":
        words["at"] = plain.pop("held_at")
        plain["recorded_at"] = plain["at"]
    return plain | words


def _investigation(lists: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    last = _last(sorted(lists["investigation"], key=lambda one: one["round"]))
    return {
        "plan": last if last and last["begins_at"] else None,
        "started_at": last and last["started_at"],
        "ended_at": last and last["ended_at"],
        "sessions": lists["session"],
        "evidence": lists["evidence"],
        "report": _last(lists["report"]),
        "reports": lists["report"],
    }


def _situation(work: Work, records: Records, stands: Standing) -> Situation:
    case = work.case
    rounds = sorted(records["investigation"], key=lambda one: one.round)
    last = _last(rounds)
    current = last if last and last.round == case.round else None
    opinion = _last([one for one in records["opinion"] if one.round == case.round])
    since = last.started_at if last else None
    return Situation(
        stage=case.stage,
        kind=case.kind,
        assigned=case.officer is not None,
        accepted=case.accepted_at is not None,
        alarm_rings=any(one.accepted_at is None for one in records["alarm"]),
        escalated=escalated(stands.urgings_open, load().policy),
        urged=stands.urgings_open > 0,
        paused=any(one.resumed_at is None for one in records["pause"]),
        planned=bool(current),
        started=bool(current and current.started_at),
        recorded=any(since and one.at >= since for one in records["session"]),
        evidence=any(since and one.at >= since for one in records["evidence"]),
        ended=bool(last and last.ended_at),
        reported=any(last and one.investigation == last.id for one in records["report"]),
        cause=bool(records["cause"]),
        proposed=opinion is not None,
        upheld=bool(opinion and opinion.outcome in {"upheld", "partly_upheld"}),
        measures=bool(records["measure"]),
        measures_open=stands.measures_open > 0,
        told=stands.result_notice or stands.reply_sent,
        delivered="reply_not_delivered" not in still_open(stands, load().policy),
        accountable="no_accountability" in still_open(stands, load().policy),
    )


async def documents(work: Work) -> list[dict[str, Any]]:
    """Return every record for the file, whole and sealed; the hash is over the sealed bytes (10/5.2.5, 10/5.2.6).

    After an erasure the words go as they are, sealed for ever.
    """
    found = []
    for kind, records in (await records_of(work)).items():
        for record in records:
            field, content = _document(work, record)
            found.append(
                {
                    "kind": kind,
                    "title": f"casework.{kind}",
                    "at": record.at,
                    "by": record.by,
                    "media_type": "application/json",
                    "field": field,
                    "content": base64.b64encode(content).decode(),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
            )
    return sorted(found, key=lambda one: one["at"])  # stable: at the same moment, by the order of the process


def _document(work: Work, record: Record) -> tuple[str, bytes]:
    if work.key is None:
        return record.field, record.words or b""
    whole = json.dumps(_opened(work, record), ensure_ascii=False, default=_iso, sort_keys=True)
    field = f"document.{record.field}"
    return field, seal(work.key, work.case.complaint, field, whole)


def _iso(value: datetime | date) -> str:
    return value.isoformat()
