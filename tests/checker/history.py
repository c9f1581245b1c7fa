"""Rules about what happened: nothing is lost, nothing doubled, all in order, and everybody has heard everything."""

import json
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.lifecycle import MOVES, OWNER
from tests.checker.evidence import Evidence, Row, Violation, as_json

_EARS = {
    "complaints": ("intake", "classification", "sla", "casework", "reply", "archive", "insight"),
    "procedure": ("intake", "sla", "casework", "reply", "archive", "insight"),
}
"""Who hears what: written down here a second time, on purpose."""
_DEAD = "dead-letter"


def nothing_accepted_is_lost(evidence: Evidence) -> Iterable[Violation]:
    """Each 201 is in intake's table, in its journal and in insight, with the number that was given."""
    received = evidence.complaints()
    kept = {str(row["id"]): row for row in evidence.rows("intake", "complaints")}
    shown = {str(row["id"]): row for row in evidence.rows("insight", "complaints")}
    for answer in evidence.own_answers():
        complaint, number = answer["id"], answer["number"]
        if complaint not in received:
            yield Violation("lost", f"{number} was accepted, but complaint.received is in no journal", complaint)
        elif received[complaint]["data"]["number"] != number:
            yield Violation("lost", f"{number} has another number in the journal", complaint)
        for service, known in (("intake", kept), ("insight", shown)):
            if complaint not in known:
                yield Violation("lost", f"{number} was accepted, but {service} does not have it", complaint)
            elif known[complaint]["number"] != number:
                yield Violation("lost", f"{number} has another number in {service}", complaint)
    for complaint, one in received.items():
        for service, known in (("intake", kept), ("insight", shown)):
            if evidence.present(service) and complaint not in known:
                yield Violation("lost", f"{one['data']['number']} was received, but {service} has no row", complaint)


@dataclass
class Across:
    """What is given once in a whole office, gathered over its shares."""

    numbers: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    positions: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(lambda: array("q")))
    """In each service's journal."""

    def add(self, evidence: Evidence) -> Iterable[Violation]:
        """Add what a share holds; a rule that finds nothing yet."""
        self.numbers.update(one["data"]["number"] for one in evidence.complaints().values())
        written = Counter(row["letter_number"] for row in evidence.rows("reply", "letters") if row.get("letter_number"))
        self.letters.update(written | Counter(one["data"]["letter_number"] for one in evidence.of_type("reply.signed")))
        for service, journal in evidence.journals.items():
            own = (one for one in journal if evidence.share.holds(one["subject"]))
            self.positions[service].extend(one["position"] for one in own if one["position"] is not None)
        return ()


def what_is_given_once_is_given_once(across: Across) -> Iterable[Violation]:
    """No two complaints have one number, no two letters; a journal's positions count from 1 without a gap."""
    for what, counts in (("number", across.numbers), ("letter number", across.letters)):
        for number, count in counts.items():
            if count > 1:
                yield Violation("doubled", f"the {what} {number} was given {count} times")
    for service, positions in across.positions.items():
        if sorted(positions) != list(range(1, len(positions) + 1)):
            yield Violation("sequence", f"the positions in the journal of {service} have a gap")


def each_complaint_is_received_once(evidence: Evidence) -> Iterable[Violation]:
    """None was received twice."""
    received = Counter(one["subject"] for one in evidence.of_type("complaint.received"))
    for complaint, count in received.items():
        if count > 1:
            yield Violation("doubled", f"received {count} times", complaint)


def sequences_are_gap_free(evidence: Evidence) -> Iterable[Violation]:
    """Each journal counts without a gap: per subject from 1."""
    for service, journal in evidence.journals.items():
        sequences: dict[str, list[int]] = defaultdict(list)
        for one in sorted(journal, key=lambda one: int(one["id"])):
            sequences[one["subject"]].append(one["sequence"])
        last = {row["subject"]: row["sequence"] for row in evidence.rows(service, "subjects")}
        for subject, found in sequences.items():
            if found != list(range(1, len(found) + 1)):
                yield Violation("sequence", f"{service} published {found}", subject)
        for subject, count in last.items():
            if count != len(sequences.get(subject, ())):
                what = f"{service} has counted {count} events, its journal holds {len(sequences.get(subject, ()))}"
                yield Violation("sequence", what, subject)
        for one in journal:
            if one["position"] is None:
                yield Violation("unsent", f"{service} never sent {one['type']}", one["subject"])


def the_bus_carries_the_journals(evidence: Evidence) -> Iterable[Violation]:
    """Every sent event is on the bus as the journal has it; per complaint and source in order of first arrival."""
    carried = [one for one in evidence.bus if not one["topic"].endswith(_DEAD)]
    copies = {one["event_id"]: one for one in carried}
    for one in evidence.events.values():
        copy = copies.get(one["event_id"])
        if copy is None:
            yield Violation("bus", f"{one['type']} of {one['source']} is not on the bus", one["subject"])
        elif json.loads(copy["data"]) != one["data"] or _envelope(copy) != _envelope(one):
            yield Violation("bus", f"{one['type']} of {one['source']} differs on the bus", one["subject"])
    for copy in copies.values():
        if copy["event_id"] not in evidence.events:
            yield Violation("bus", f"{copy['type']} is on the bus, but in no journal", copy["subject"])
    yield from _order(carried)


def _envelope(one: Row) -> tuple[Any, ...]:
    return one["source"], one["type"], one["subject"], one["sequence"]


def _order(carried: list[Row]) -> Iterable[Violation]:
    reached: dict[tuple[str, str], int] = defaultdict(int)
    places: dict[tuple[str, str], int] = {}
    for one in carried:
        key = one["source"], one["subject"]
        if one["sequence"] > reached[key] + 1:
            what = f"{one['type']} of {one['source']} came as {one['sequence']} after {reached[key]}"
            yield Violation("order", what, one["subject"])
        reached[key] = max(reached[key], one["sequence"])
        if places.setdefault((one["topic"], one["subject"]), one["partition"]) != one["partition"]:
            yield Violation("order", f"{one['type']} of {one['source']} lies on another partition", one["subject"])


def every_consumer_has_seen_everything(evidence: Evidence) -> Iterable[Violation]:
    """At rest each consumer's last-seen is each source's last sequence, and nothing stands still."""
    published: dict[str, dict[str, int]] = defaultdict(dict)
    topics: dict[str, str] = {}
    for one in evidence.events.values():
        last = published[one["subject"]].get(one["source"], 0)
        published[one["subject"]][one["source"]] = max(last, one["sequence"])
        topics[one["subject"]] = one["topic"]
    for service in filter(evidence.present, evidence.tables):
        rows = {row["subject"]: row for row in evidence.rows(service, "subjects")}
        for subject, sources in published.items():
            seen = as_json(rows[subject]["seen"]) if subject in rows else {}
            if service in _EARS.get(topics[subject], ()) and seen != sources:
                yield Violation("seen", f"{service} has seen {seen} of {sources}", subject)
        for row in evidence.rows(service, "parked"):
            yield Violation("parked", f"{service} stands still at {row['source']} {row['sequence']}", row["subject"])
        for subject, row in rows.items():
            if row["parked"]:
                yield Violation("parked", f"{service} says that it stands still", subject)


def stages_follow_the_process(evidence: Evidence) -> Iterable[Violation]:
    """The owners' events are steps of the process; intake, casework and insight show the stage they lead to."""
    moving = {event for _, event in MOVES}
    shown = {
        "intake": {str(row["id"]): row["stage"] for row in evidence.rows("intake", "complaints")},
        "casework": {str(row["complaint"]): row["stage"] for row in evidence.rows("casework", "cases")},
        "insight": {str(row["id"]): row["stage"] for row in evidence.rows("insight", "complaints")},
    }
    for complaint in evidence.complaints():
        stage: Any = None
        timeline = evidence.timelines[complaint]
        steps = sorted((one for one in timeline if one["type"] in moving), key=lambda one: int(one["sequence"]))
        lines = {source: deque(one for one in steps if one["source"] == source) for source in ("intake", "casework")}
        while any(lines.values()):
            owner = "intake" if stage is None else OWNER[stage]
            one = (lines[owner] or next(line for line in lines.values() if line)).popleft()
            target = MOVES.get((stage, one["type"]))
            if target is None or one["source"] != owner:
                yield Violation("stage", f"{one['source']} published {one['type']} in the stage {stage}", complaint)
                break
            stage = target
        else:
            for service, known in shown.items():
                if known.get(complaint, stage) != stage:
                    yield Violation("stage", f"{service} says {known[complaint]}, the events say {stage}", complaint)
            if evidence.present("casework") and OWNER[stage] == "casework" and complaint not in shown["casework"]:
                yield Violation("stage", f"casework has no case, the events say {stage}", complaint)


_ONCE: dict[str, tuple[str, ...]] = {
    "duty.started": ("row",),
    "duty.warned": ("row", "share", "due_at"),  # a date that was moved warns again
    "duty.breached": ("row", "due_at"),
    "duty.fulfilled": ("row", "proof", "late", "at"),
    "reply.signed": ("reply",),
    "reply.sent": ("reply",),
    "refusal.sent": (),
    "withdrawal.confirmed": (),
    "file.sealed": ("file", "volume"),
    "file.voided": ("file", "volume"),
    "complaint.filed": ("file", "volume"),
}


def no_effect_is_doubled(evidence: Evidence) -> Iterable[Violation]:
    """Letters, mails, timers and files: each once."""
    counts: Counter[tuple[Any, ...]] = Counter()
    for one in evidence.events.values():
        if one["type"] in _ONCE:
            counts[one["subject"], one["type"], *(str(one["data"][name]) for name in _ONCE[one["type"]])] += 1
    for (complaint, type_, *details), count in counts.items():
        if count > 1:
            yield Violation("doubled", f"{type_} {' '.join(details)} happened {count} times", complaint)
    mails = Counter(message_id for message_id, _ in evidence.mails)
    yield from (Violation("doubled", f"the mail {one} was laid {n} times") for one, n in mails.items() if n > 1)
