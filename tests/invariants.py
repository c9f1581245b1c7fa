"""The one checker: is what the office promised and recorded true?

It takes what clients were answered, every service's tables and journal, the bus, the mails and the logs, and prints
each violation as the complaint's timeline. It trusts none of the code that it checks: it imports no service and no
working time, reads PostgreSQL and the bus by itself, and counts days by itself.

    python -m tests.invariants [--answers FILE] [--log FILE ...]     exit code 1 on a violation

Settings (DATA, DATABASE_HOST, KAFKA_BOOTSTRAP ...) are the product's own.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import holidays

from shared.database import dsn
from shared.lifecycle import MOVES, OWNER
from shared.settings import SERVICES, Settings, database_url

OFFICE = ZoneInfo("Asia/Shanghai")
THE_LAW = {"registration": 1, "reply.phone": 2, "reply.online": 3, "reply.written": 5}
"""Working days from receipt, as chapters 4 and 5 say: written down here a second time, on purpose."""
_LEAST_MARK = 4
"""Characters of a name or text below which a match says nothing."""


@dataclass(frozen=True)
class Violation:
    """One thing that is not true; ``complaint`` is the subject whose timeline shows it, if it is one."""

    rule: str
    what: str
    complaint: str | None = None


@dataclass
class Evidence:
    """Everything the checker has read."""

    answers: list[dict[str, Any]]
    journals: dict[str, list[dict[str, Any]]]
    tables: dict[str, dict[str, list[dict[str, Any]]]]
    bus: list[dict[str, Any]]
    """What lies on the bus: topic, partition, offset, source, subject, sequence, id, type, data (as text)."""
    mails: list[tuple[str, str]]
    """Message-ID and file name of each mail that was laid in the data folder."""
    logs: str
    now: datetime
    events: dict[str, dict[str, Any]] = field(init=False)
    timelines: dict[str, list[dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        """Put the journals together: by event id, and by complaint in the order of time."""
        self.events = {one["event_id"]: one for journal in self.journals.values() for one in journal}
        self.timelines = defaultdict(list)
        for one in sorted(self.events.values(), key=lambda one: (one["time"], one["source"], one["sequence"])):
            self.timelines[one["subject"]].append(one)

    def rows(self, service: str, table: str) -> list[dict[str, Any]]:
        """Return a table's rows; none where the table does not exist."""
        return self.tables.get(service, {}).get(table, [])

    def complaints(self) -> dict[str, dict[str, Any]]:
        """Return each complaint's ``complaint.received``."""
        return {one["subject"]: one for one in self.events.values() if one["type"] == "complaint.received"}


# --- The rules -----------------------------------------------------------------------------------------------


def nothing_accepted_is_lost(evidence: Evidence) -> Iterable[Violation]:
    """Each 201 is in intake's table, in its journal and in insight, with the number that was given."""
    received = evidence.complaints()
    kept = {str(row["id"]): row for row in evidence.rows("intake", "complaints")}
    shown = {str(row["id"]) for row in evidence.rows("insight", "complaints")}
    for answer in (one["answer"] for one in evidence.answers):
        complaint, number = answer["id"], answer["number"]
        if complaint not in kept:
            yield Violation("lost", f"{number} was accepted, but intake has no row", complaint)
        if complaint not in received:
            yield Violation("lost", f"{number} was accepted, but complaint.received is in no journal", complaint)
        elif received[complaint]["data"]["number"] != number:
            yield Violation("lost", f"{number} has another number in the journal", complaint)
        if complaint not in shown:
            yield Violation("lost", f"{number} was accepted, but insight does not know it", complaint)


def each_number_is_given_once(evidence: Evidence) -> Iterable[Violation]:
    """No two complaints have one number, and none was received twice."""
    numbers = Counter(one["data"]["number"] for one in evidence.complaints().values())
    for number, count in numbers.items():
        if count > 1:
            yield Violation("doubled", f"the number {number} was given {count} times")
    received = Counter(one["subject"] for one in evidence.events.values() if one["type"] == "complaint.received")
    for complaint, count in received.items():
        if count > 1:
            yield Violation("doubled", f"received {count} times", complaint)


def promises_stand_in_the_ledger(evidence: Evidence) -> Iterable[Violation]:
    """What a client was promised is what the duty engine started with."""
    started = {
        (one["subject"], one["data"]["clause"], _moment(one["data"]["due_at"]))
        for one in evidence.events.values()
        if one["type"] in {"duty.started", "duty.changed"} and one["data"]["due_at"]
    }
    for answer in (one["answer"] for one in evidence.answers):
        for promise in answer["promised"]:
            if promise["due_at"] and (answer["id"], promise["clause"], _moment(promise["due_at"])) not in started:
                what = f"{answer['number']}: {promise['clause']} was promised for {promise['due_at']}, no duty has that"
                yield Violation("promise", what, answer["id"])


def sequences_are_gap_free(evidence: Evidence) -> Iterable[Violation]:
    """Each journal counts without a gap: sequences per subject from 1, positions from 1."""
    for service, journal in evidence.journals.items():
        sequences: dict[str, list[int]] = defaultdict(list)
        for one in sorted(journal, key=lambda one: int(one["id"])):
            sequences[one["subject"]].append(one["sequence"])
        for subject, found in sequences.items():
            if found != list(range(1, len(found) + 1)):
                yield Violation("sequence", f"{service} published {found}", subject)
        positions = sorted(one["position"] for one in journal if one["position"] is not None)
        if positions != list(range(1, len(positions) + 1)):
            yield Violation("sequence", f"the positions in the journal of {service} have a gap")
        for one in journal:
            if one["position"] is None:
                yield Violation("unsent", f"{service} never sent {one['type']}", one["subject"])


def the_bus_carries_the_journals(evidence: Evidence) -> Iterable[Violation]:
    """Every sent event is on the bus as the journal has it; per complaint and source in order of first arrival."""
    carried = {one["event_id"]: one for one in evidence.bus if not one["topic"].endswith("dead-letter")}
    for one in evidence.events.values():
        copy = carried.get(one["event_id"])
        if copy is None:
            yield Violation("bus", f"{one['type']} of {one['source']} is not on the bus", one["subject"])
        elif json.loads(copy["data"]) != one["data"]:
            yield Violation("bus", f"{one['type']} of {one['source']} differs on the bus", one["subject"])
    for copy in carried.values():
        if copy["event_id"] not in evidence.events:
            yield Violation("bus", f"{copy['type']} is on the bus, but in no journal", copy["subject"])
    reached: dict[tuple[str, str], int] = defaultdict(int)
    for one in evidence.bus:
        if one["topic"].endswith("dead-letter"):
            continue
        key = one["source"], one["subject"]
        if one["sequence"] > reached[key] + 1:
            what = f"{one['type']} of {one['source']} came as {one['sequence']} after {reached[key]}"
            yield Violation("order", what, one["subject"])
        reached[key] = max(reached[key], one["sequence"])


def every_consumer_has_seen_everything(evidence: Evidence) -> Iterable[Violation]:
    """At rest each consumer's last-seen is each source's last sequence, and nothing stands still."""
    published: dict[str, dict[str, int]] = defaultdict(dict)
    topics: dict[str, str] = {}
    for one in evidence.events.values():
        last = published[one["subject"]].get(one["source"], 0)
        published[one["subject"]][one["source"]] = max(last, one["sequence"])
        topics[one["subject"]] = one["topic"]
    for service in evidence.tables:
        seen = {row["subject"]: _json(row["seen"]) for row in evidence.rows(service, "subjects")}
        hears = {topics[subject] for subject, sources in seen.items() if sources and subject in topics}
        for subject, sources in published.items():
            if topics[subject] in hears and seen.get(subject, {}) != sources:
                yield Violation("seen", f"{service} has seen {seen.get(subject, {})} of {sources}", subject)
        for row in evidence.rows(service, "parked"):
            yield Violation("parked", f"{service} stands still at {row['source']} {row['sequence']}", row["subject"])


def stages_follow_the_process(evidence: Evidence) -> Iterable[Violation]:
    """The owners' events are steps of the process, and casework and insight show the stage they lead to."""
    moving = {event for _, event in MOVES}
    cases = {str(row["complaint"]): row["stage"] for row in evidence.rows("casework", "cases")}
    shown = {str(row["id"]): row["stage"] for row in evidence.rows("insight", "complaints")}
    for complaint, timeline in evidence.timelines.items():
        if timeline[0]["topic"] != "complaints" or complaint not in evidence.complaints():
            continue
        stage: Any = None
        steps = [one for one in timeline if one["type"] in moving and one["source"] in {"intake", "casework"}]
        for one in sorted(steps, key=lambda one: (one["source"] != "intake", one["sequence"])):
            owner = "intake" if stage is None else OWNER[stage]
            target = MOVES.get((stage, one["type"]))
            if target is None or one["source"] != owner:
                yield Violation("stage", f"{one['source']} published {one['type']} in the stage {stage}", complaint)
                break
            stage = target
        else:
            for service, known in (("casework", cases), ("insight", shown)):
                if known.get(complaint, stage) != stage:
                    yield Violation("stage", f"{service} says {known[complaint]}, the events say {stage}", complaint)


def no_effect_is_doubled(evidence: Evidence) -> Iterable[Violation]:
    """Letters, mails, timers and files: each once."""
    once = {
        "duty.started": ("row",),
        "duty.warned": ("row", "share", "due_at"),  # a date that was moved warns again
        "duty.breached": ("row", "due_at"),
        "reply.sent": ("reply",),
        "refusal.sent": (),
        "file.sealed": ("file", "volume"),
        "complaint.filed": ("file", "volume"),
    }
    counts: Counter[tuple[Any, ...]] = Counter()
    for one in evidence.events.values():
        if one["type"] in once:
            counts[one["subject"], one["type"], *(str(one["data"][name]) for name in once[one["type"]])] += 1
    for (complaint, type_, *details), count in counts.items():
        if count > 1:
            yield Violation("doubled", f"{type_} {' '.join(details)} happened {count} times", complaint)
    letters = Counter(row["letter_number"] for row in evidence.rows("reply", "letters") if row.get("letter_number"))
    yield from (Violation("doubled", f"letter number {one} was given {n} times") for one, n in letters.items() if n > 1)
    mails = Counter(message_id for message_id, _ in evidence.mails)
    yield from (Violation("doubled", f"the mail {one} was laid {n} times") for one, n in mails.items() if n > 1)


def the_ledger_is_true_to_the_events(evidence: Evidence) -> Iterable[Violation]:
    """Each row is what its duty events say; its proof exists, lies when it says, and is late when it is late."""
    for complaint, timeline in evidence.timelines.items():
        rows: dict[str, dict[str, Any]] = {}
        for one in timeline:
            if one["source"] == "sla" and one["type"].startswith("duty."):
                yield from _fold(rows, one, evidence, complaint)
        tables = {
            "sla": {r["row"]: r for r in evidence.rows("sla", "ledger_rows") if str(r["complaint"]) == complaint},
            "insight": {r["row"]: r for r in evidence.rows("insight", "ledger") if str(r["complaint"]) == complaint},
        }
        for service, known in tables.items():
            if service in evidence.tables and rows.keys() != known.keys():
                odd = sorted(rows.keys() ^ known.keys())
                yield Violation("ledger", f"{service} and the events differ in the rows {odd}", complaint)
            for name, row in rows.items():
                if name in known and known[name]["state"] != row["state"]:
                    what = f"{service} says {name} is {known[name]['state']}, the events say {row['state']}"
                    yield Violation("ledger", what, complaint)


def _fold(rows: dict[str, dict[str, Any]], one: Mapping[str, Any], evidence: Evidence, complaint: str) -> Any:
    data, kind = one["data"], one["type"].removeprefix("duty.")
    name = data["row"]
    if kind == "started":
        rows[name] = {"due_at": data["due_at"], "state": "running" if data["binding"] else "provisional"}
        return
    row = rows.get(name)
    if row is None:
        yield Violation("ledger", f"{one['type']} of {name}, which never started", complaint)
        return
    if row["state"] in {"fulfilled", "late"} and kind not in {"changed", "voided"}:
        yield Violation("ledger", f"{one['type']} of {name}, which was already {row['state']}", complaint)
    if kind == "changed":
        row["due_at"] = data["due_at"]
        row["state"] = "paused" if data["paused"] else "running" if data["binding"] else "provisional"
    elif kind == "voided":
        row["state"] = "void"
    elif kind == "breached":
        row["state"] = "breached"
        if _moment(data["due_at"]) > one["time"]:
            yield Violation("ledger", f"{name} was breached before it was due", complaint)
    elif kind == "fulfilled":
        row["state"] = "late" if data["late"] else "fulfilled"
        yield from _proof(row, one, evidence, complaint)


def _proof(row: Mapping[str, Any], one: Mapping[str, Any], evidence: Evidence, complaint: str) -> Iterable[Violation]:
    data = one["data"]
    proof = evidence.events.get(data["proof"])
    if proof is None or proof["type"] != data["proof_type"] or proof["subject"] != complaint:
        yield Violation("proof", f"{data['row']} names a proof that is not there", complaint)
        return
    if row["due_at"] and data["late"] != (_moment(data["at"]) >= _moment(row["due_at"])):
        yield Violation("proof", f"{data['row']}: late={data['late']}, at {data['at']}, due {row['due_at']}", complaint)


def working_days_are_counted_right(evidence: Evidence) -> Iterable[Violation]:
    """The duties that run from receipt are due when a calendar says so, counted here day by day (5/3.x, 4/5.2.7)."""
    for complaint, received in evidence.complaints().items():
        for one in evidence.timelines[complaint]:
            if one["type"] == "duty.started" and one["data"]["row"].endswith("#1") and one["data"]["duty"] in THE_LAW:
                days = THE_LAW[one["data"]["duty"]]
                due = _after_working_days(_moment(received["data"]["received_at"]), days)
                if _moment(one["data"]["due_at"]) != due:
                    what = f"{one['data']['duty']}: {days} working days end {due}, not {one['data']['due_at']}"
                    yield Violation("calendar", what, complaint)


def _after_working_days(start: datetime, days: int) -> datetime:
    day = start.astimezone(OFFICE).date()
    while days:
        day += timedelta(days=1)
        days -= _is_working_day(day)
    return datetime.combine(day + timedelta(days=1), time(), OFFICE)


def _is_working_day(day: date) -> bool:
    calendar = holidays.country_holidays("CN", years=day.year)
    return day in calendar.weekend_workdays or (day.weekday() < 5 and day not in calendar)


def no_person_and_no_text_leaks(evidence: Evidence) -> Iterable[Violation]:
    """Nothing that a client wrote - name, phone, address, text - is on the bus, in a journal or in a log."""
    places = {
        "the bus": "\n".join(str(one["data"]) for one in evidence.bus),
        "a journal": "\n".join(json.dumps(one["data"], ensure_ascii=False) for one in evidence.events.values()),
        "a log": evidence.logs,
    }
    for sent in evidence.answers:
        for mark in _marks(sent["sent"]):
            for place, content in places.items():
                if mark in content:
                    yield Violation("privacy", f"something that the client wrote is in {place}", sent["answer"]["id"])


def _marks(body: Mapping[str, Any]) -> Iterable[str]:
    person = {**(body.get("complainant") or {}), **(body.get("representative") or {})}
    for name in ("name", "phone", "email", "postal_address"):
        if len(str(person.get(name) or "")) >= _LEAST_MARK:
            yield str(person[name])
    for name in ("text", "matter", "reason", "remedy_sought"):
        words = str(body.get(name) or "")
        if len(words) >= 3 * _LEAST_MARK:
            yield words[: 3 * _LEAST_MARK]


RULES = (
    nothing_accepted_is_lost,
    each_number_is_given_once,
    promises_stand_in_the_ledger,
    sequences_are_gap_free,
    the_bus_carries_the_journals,
    every_consumer_has_seen_everything,
    stages_follow_the_process,
    no_effect_is_doubled,
    the_ledger_is_true_to_the_events,
    working_days_are_counted_right,
    no_person_and_no_text_leaks,
)


def violations(evidence: Evidence) -> list[Violation]:
    """Return everything that is not true."""
    return [one for rule in RULES for one in rule(evidence)]


# --- Reading the evidence ----------------------------------------------------------------------------------------


async def gather(settings: Settings, answers: list[dict[str, Any]], logs: Iterable[Path] = ()) -> Evidence:
    """Read every database, the bus, the mails and the logs of an office at rest."""
    tables = {service: await _read_database(settings, service) for service in SERVICES}
    journals = {
        service: [row | {"source": service, "data": _json(row["data"])} for row in known.get("outbox", [])]
        for service, known in tables.items()
    }
    clocks = [row["now"] for known in tables.values() for row in known.get("clock", []) if row["now"]]
    return Evidence(
        answers=answers,
        journals=journals,
        tables=tables,
        bus=await (_read_kafka(settings) if settings.kafka_bootstrap else _read_log(settings)),
        mails=_read_mails(settings.data / "mail"),
        logs="\n".join(path.read_text(errors="replace") for path in logs),
        now=max(clocks, default=datetime.now(UTC)),
    )


async def _read_database(settings: Settings, service: str) -> dict[str, list[dict[str, Any]]]:
    connection = await asyncpg.connect(dsn(database_url(settings, service)))
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{name}"')] for (name,) in names}
    finally:
        await connection.close()


async def _read_log(settings: Settings) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn(database_url(settings, "bus")))
    try:
        rows = await connection.fetch('SELECT * FROM log ORDER BY topic, partition, "offset"')
    finally:
        await connection.close()
    return [_from_log(dict(row)) for row in rows]


def _from_log(row: dict[str, Any]) -> dict[str, Any]:
    event = _json(row["event"])
    return {
        "topic": row["topic"],
        "partition": row["partition"],
        "offset": row["offset"],
        "event_id": event["id"],
        "source": event["source"].removeprefix("/"),
        "type": event["type"],
        "subject": event["subject"],
        "sequence": int(event["sequence"]),
        "data": json.dumps(event["data"], ensure_ascii=False),
    }


async def _read_kafka(settings: Settings) -> list[dict[str, Any]]:
    from aiokafka import AIOKafkaConsumer, TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        own = [one for one in await admin.list_topics() if one.startswith(settings.topic_prefix)]
        described = await admin.describe_topics([one for one in own if not one.startswith("__")])
    finally:
        await admin.close()
    parts = [TopicPartition(one["topic"], p["partition"]) for one in described for p in one["partitions"]]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, enable_auto_commit=False)
    await consumer.start()
    found: list[dict[str, Any]] = []
    try:
        consumer.assign(parts)
        ends = {part: end for part, end in (await consumer.end_offsets(parts)).items() if end}
        if ends:
            consumer.assign(list(ends))
            await consumer.seek_to_beginning(*ends)
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found += [_from_kafka(message) for message in batch]
    finally:
        await consumer.stop()
    return sorted(found, key=lambda one: (one["topic"], one["partition"], one["offset"]))


def _from_kafka(message: Any) -> dict[str, Any]:
    headers = {name: value.decode() for name, value in message.headers}
    return {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "event_id": headers["ce_id"],
        "source": headers["ce_source"].removeprefix("/"),
        "type": headers["ce_type"],
        "subject": headers["ce_subject"],
        "sequence": int(headers["ce_sequence"]),
        "data": message.value.decode(),
    }


def _read_mails(folder: Path) -> list[tuple[str, str]]:
    parser = BytesParser(policy=policy.default)
    return [
        (str(parser.parsebytes(path.read_bytes(), headersonly=True)["Message-ID"]), path.name)
        for path in sorted(folder.rglob("*.eml"))
    ]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def _moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


# --- Saying it ------------------------------------------------------------------------------------------------------


def tell(found: list[Violation], evidence: Evidence) -> str:
    """Return the violations in words, each with its complaint's timeline."""
    lines = []
    for one in found:
        lines.append(f"VIOLATION {one.rule}: {one.what}")
        lines += [_line(event) for event in evidence.timelines.get(one.complaint or "", [])]
    lines.append(f"{len(evidence.complaints())} complaints, {len(evidence.events)} events, {len(found)} violations")
    return "\n".join(lines)


def _line(event: Mapping[str, Any]) -> str:
    data = {name: value for name, value in event["data"].items() if value not in (None, [], {}, ())}
    at = event["time"].astimezone(OFFICE).strftime("%Y-%m-%d %H:%M:%S")
    return f"    {at}  {event['source']:>14} {event['sequence']:>3}  {event['type']}  {data}"


def main() -> int:
    """Check the office that the settings name."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--answers", type=Path, help="what clients were answered, a JSON object a line")
    arguments.add_argument("--log", type=Path, action="append", default=[], help="a log file to search")
    chosen = arguments.parse_args()
    answers = [json.loads(line) for line in chosen.answers.read_text().splitlines()] if chosen.answers else []
    evidence = asyncio.run(gather(Settings(), answers, chosen.log))
    found = violations(evidence)
    sys.stdout.write(tell(found, evidence) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
