"""Faults, one at a time: what is done to an office's databases, and by which rule and words the checker names it."""

from dataclasses import dataclass

from tests.journeys.story import SAID


@dataclass(frozen=True)
class Fault:
    """In ``statements``, ``:complaint`` is the filed one, ``:other`` one that is under way."""

    name: str
    rule: str
    words: str
    database: str
    statements: tuple[str, ...]


def _fault(name: str, rule: str, words: str, database: str, *statements: str) -> Fault:
    return Fault(name, rule, words, database, statements)


def _event(type_: str, change: str, row: str | None = None) -> str:
    which = f" AND data ->> 'row' = '{row}'" if row else ""
    return f"UPDATE outbox SET {change} WHERE subject = :complaint AND type = '{type_}'{which}"


def _says(type_: str, name: str, value: str, row: str | None = None) -> str:
    return _event(type_, f"data = jsonb_set(data, '{{{name}}}', '{value}')", row)


def _again(type_: str) -> str:
    """The event once more, as the last of its journal."""
    return (
        "INSERT INTO outbox (position, event_id, type, topic, subject, sequence, time, data) SELECT"
        " (SELECT max(position) + 1 FROM outbox), event_id || '-again', type, topic, subject,"
        " (SELECT max(sequence) + 1 FROM outbox WHERE subject = :complaint), time, data"
        f" FROM outbox WHERE subject = :complaint AND type = '{type_}' ORDER BY id LIMIT 1"
    )


def _bus(type_: str, change: str) -> str:
    return f"UPDATE log SET {change} WHERE event ->> 'subject' = :complaint AND event ->> 'type' = '{type_}'"


def _moved(row: str) -> str:
    """Every date that the duty engine tells of the row, a day later."""
    later = "to_jsonb((data ->> 'due_at')::timestamptz + interval '1 day')"
    return (
        f"UPDATE outbox SET data = jsonb_set(data, '{{due_at}}', {later})"
        f" WHERE subject = :complaint AND data ->> 'row' = '{row}' AND data ->> 'due_at' IS NOT NULL"
    )


_LOST = (
    _fault(
        "an accepted complaint is missing in intake",
        "lost",
        "intake does not have it",
        "intake",
        "DELETE FROM complaints WHERE id = :complaint",
    ),
    _fault(
        "an accepted complaint is missing in insight",
        "lost",
        "insight does not have it",
        "insight",
        "DELETE FROM complaints WHERE id = :complaint",
    ),
    _fault(
        "an accepted complaint is in no journal",
        "lost",
        "complaint.received is in no journal",
        "intake",
        "DELETE FROM outbox WHERE subject = :complaint AND type = 'complaint.received'",
    ),
    _fault(
        "its number is another one in insight",
        "lost",
        "another number in insight",
        "insight",
        "UPDATE complaints SET number = number || '9' WHERE id = :complaint",
    ),
    _fault(
        "its number is another one in the journal",
        "lost",
        "another number in the journal",
        "intake",
        _says("complaint.received", "number", '"9999"'),
    ),
    _fault(
        "two complaints have one number",
        "doubled",
        "the number .* was given 2 times",
        "intake",
        "UPDATE outbox SET data = data || '{\"number\": \"1\"}' WHERE type = 'complaint.received'",
    ),
    _fault(
        "a complaint is received twice",
        "doubled",
        "received 2 times",
        "intake",
        _again("complaint.received"),
    ),
)
_JOURNALS = (
    _fault(
        "an event is lost from the outbox",
        "sequence",
        "casework published",
        "casework",
        "DELETE FROM outbox WHERE subject = :complaint AND type = 'report.submitted'",
    ),
    _fault(
        "the last event is lost from the outbox, the positions stay whole",
        "sequence",
        "reply has counted",
        "reply",
        "DELETE FROM outbox WHERE id = (SELECT max(id) FROM outbox)",
    ),
    _fault(
        "a sequence has a gap",
        "sequence",
        "casework published",
        "casework",
        "UPDATE outbox SET sequence = sequence + 100 WHERE subject = :complaint AND sequence > 3",
    ),
    _fault(
        "the positions have a gap",
        "sequence",
        "positions in the journal of sla have a gap",
        "sla",
        "UPDATE outbox SET position = 1000000 WHERE position = 3",
    ),
    _fault(
        "an event was never sent",
        "unsent",
        "casework never sent complaint.filed",
        "casework",
        _event("complaint.filed", "position = NULL"),
    ),
)
_BUS = (
    _fault(
        "an event is missing on the bus",
        "bus",
        "report.submitted of casework is not on the bus",
        "bus",
        "DELETE FROM log WHERE event ->> 'type' = 'report.submitted'",
    ),
    _fault(
        "an event differs on the bus",
        "bus",
        "report.submitted of casework differs on the bus",
        "bus",
        _bus("report.submitted", "event = jsonb_set(event, '{data,by}', '\"somebody\"')"),
    ),
    _fault(
        "an event has another type on the bus",
        "bus",
        "report.submitted of casework differs on the bus",
        "bus",
        _bus("report.submitted", "event = jsonb_set(event, '{type}', '\"cause.found\"')"),
    ),
    _fault(
        "an event on the bus is in no journal",
        "bus",
        "report.submitted is on the bus, but in no journal",
        "bus",
        _bus("report.submitted", "event = jsonb_set(event, '{id}', '\"nobody-knows\"')"),
    ),
    _fault(
        "two events are reordered on the bus",
        "order",
        "cause.found of casework came as",
        "bus",
        _bus("report.submitted", '"offset" = "offset" + 1000000'),
    ),
    _fault(
        "an event lies on another partition",
        "order",
        "complaint.filed of casework lies on another partition",
        "bus",
        _bus("complaint.filed", 'partition = partition + 100, "offset" = "offset" + 1000000'),
    ),
    _fault(
        "a consumer is behind",
        "seen",
        "sla has seen",
        "sla",
        "UPDATE subjects SET seen = seen || '{\"casework\": 1}' WHERE subject = :complaint",
    ),
    _fault(
        "a consumer has never heard of it",
        "seen",
        "classification has seen {} of",
        "classification",
        "DELETE FROM subjects WHERE subject = :complaint",
    ),
    _fault(
        "an event is parked",
        "parked",
        "reply stands still at casework 3",
        "reply",
        "INSERT INTO parked (topic, source, subject, sequence, event, error)"
        " VALUES ('complaints', 'casework', :complaint, 3, '{}', 'ValueError')",
    ),
    _fault(
        "a complaint stands still with nothing that waits",
        "parked",
        "reply says that it stands still",
        "reply",
        "UPDATE subjects SET parked = true WHERE subject = :complaint",
    ),
)
_STAGES = (
    *(
        _fault(
            f"{service} shows another stage",
            "stage",
            f"{service} says investigating, the events say filed",
            service,
            f"UPDATE {table} SET stage = 'investigating' WHERE {key} = :complaint",
        )
        for service, table, key in (
            ("intake", "complaints", "id"),
            ("casework", "cases", "complaint"),
            ("insight", "complaints", "id"),
        )
    ),
    _fault(
        "casework has no case",
        "stage",
        "casework has no case",
        "casework",
        "DELETE FROM cases WHERE complaint = :complaint",
    ),
    _fault(
        "a step is taken that the process does not know",
        "stage",
        "casework published opinion.determined in the stage filed",
        "casework",
        _again("opinion.determined"),
    ),
    _fault(
        "a step is left out",
        "stage",
        "casework published complaint.closed in the stage decided",
        "casework",
        _event("complaint.replied", "type = 'evidence.collected'"),
    ),
)
_INCIDENT = (
    _fault(
        "a complaint belongs to an incident of which nobody was told",
        "incident",
        "casework keeps nowhere, its facts say None",
        "casework",
        "INSERT INTO memberships (id, complaint, incident, round, at, by)"
        " VALUES ('m', :complaint, 'nowhere', 0, now(), 'operator1')",
    ),
    _fault(
        "a complaint joins what nobody declared",
        "incident",
        "joined nowhere, which nobody declared",
        "casework",
        _event("evidence.collected", "type = 'incident.joined', data = '{\"incident\": \"nowhere\"}'"),
    ),
    _fault(
        "a complaint leaves an incident to which it did not belong",
        "incident",
        "left nowhere, to which it did not belong",
        "casework",
        _event("evidence.collected", "type = 'incident.left', data = '{\"incident\": \"nowhere\"}'"),
    ),
)
_ANSWERS = (
    _fault(
        "a reply leaves a matter without an answer",
        "answers",
        "leaves 1 matters without an answer",
        "reply",
        "UPDATE matters SET state = 'open', evidence = '{}' WHERE complaint = :complaint AND position = 1",
    ),
    _fault(
        "a reply answers nothing",
        "answers",
        "answers nothing",
        "reply",
        "UPDATE matters SET state = 'removed', evidence = '{}' WHERE complaint = :complaint",
    ),
    _fault(
        "a result is told of which reply says nothing",
        "answers",
        "1 results were told, reply has told of 0",
        "reply",
        "INSERT INTO result_notices (id, complaint, round, way, text, at, by, state, told_at)"
        " VALUES ('n', :complaint, 1, 'phone', '', now(), 'operator1', 'told', now())",
    ),
)
_LATER = (
    _fault(
        "what came after filing lies in no volume",
        "supplement",
        "effect.looked_at came after filing",
        "casework",
        _event("evidence.collected", "type = 'effect.looked_at', time = time + interval '400 days'"),
    ),
)
_TRACKING = (
    _fault(
        "a finding never reaches the handler",
        "tracking",
        "was not passed on",
        "casework",
        _says("finding.passed_on", "follow_up", '"another"'),
    ),
    _fault(
        "a unit visits what it handled",
        "tracking",
        "water visits what it handled",
        "casework",
        _event("evidence.collected", """type = 'visit.assigned', data = '{"visit": "v", "department": "water"}'"""),
    ),
    _fault(
        "somebody reviews what they had a part in",
        "tracking",
        "reviews what they had a part in",
        "casework",
        _event(
            "evidence.collected",
            """type = 'review.assigned', data = jsonb_build_object('review', 'r', 'reviewer', data ->> 'by')""",
        ),
    ),
    _fault(
        "what a review sets aside stays as it was",
        "tracking",
        "nobody works it anew",
        "casework",
        _event("evidence.collected", """type = 'review.decided', data = '{"review": "r", "result": "overturned"}'"""),
    ),
)
_DOUBLED = (
    _fault(
        "a reply is sent twice",
        "doubled",
        "reply.sent .* happened 2 times",
        "reply",
        _again("reply.sent"),
    ),
    _fault(
        "a volume is sealed twice",
        "doubled",
        "file.sealed .* happened 2 times",
        "archive",
        _again("file.sealed"),
    ),
    _fault(
        "a breach is told twice",
        "doubled",
        "duty.breached .* happened 2 times",
        "sla",
        _again("duty.breached"),
    ),
    _fault(
        "a letter number is given twice",
        "doubled",
        "the letter number .* was given 2 times",
        "reply",
        "ALTER TABLE letters DROP CONSTRAINT letter_number_once",
        "DROP INDEX letter_one_reply_a_round",
        'INSERT INTO letters SELECT (jsonb_populate_record(letters, \'{"id": "copy"}\')).* FROM letters'
        " WHERE letter_number IS NOT NULL LIMIT 1",
    ),
)
_LEDGER = (
    *(
        _fault(
            f"{service} calls an open row fulfilled",
            "ledger",
            f"{service} says state of reply.phone#1 is fulfilled, the events say running",
            service,
            f"UPDATE {table} SET state = 'fulfilled', proof = 'x' WHERE complaint = :other AND row = 'reply.phone#1'",
        )
        for service, table in (("sla", "ledger_rows"), ("insight", "ledger"))
    ),
    _fault(
        "a late row is called in time",
        "ledger",
        "sla says state of assignment#1 is fulfilled, the events say late",
        "sla",
        "UPDATE ledger_rows SET state = 'fulfilled' WHERE row = 'assignment#1' AND state = 'late'",
    ),
    _fault(
        "a row has another proof than was told",
        "ledger",
        "insight says proof of report#1 is other",
        "insight",
        "UPDATE ledger SET proof = 'other' WHERE row = 'report#1'",
    ),
    _fault(
        "a due date is moved in the table alone",
        "ledger",
        "sla says due_at of report#1",
        "sla",
        "UPDATE ledger_rows SET due_at = due_at + interval '1 day' WHERE row = 'report#1'",
    ),
    _fault(
        "a row is missing in insight",
        "ledger",
        r"insight and the events differ in the rows \['report#1'\]",
        "insight",
        "DELETE FROM ledger WHERE row = 'report#1'",
    ),
    _fault(
        "a proof does not exist",
        "proof",
        "report#1 names a proof that is not there",
        "sla",
        _says("duty.fulfilled", "proof", '"no-such-event"', "report#1"),
    ),
    _fault(
        "a proof is of another type",
        "proof",
        "report#1 names a proof that is not there",
        "sla",
        _says("duty.fulfilled", "proof_type", '"reply.sent"', "report#1"),
    ),
    _fault(
        "what was late is told as in time",
        "proof",
        "assignment#1: late=False",
        "sla",
        _says("duty.fulfilled", "late", "false", "assignment#1"),
    ),
    _fault(
        "what was in time is told as late",
        "proof",
        "report#1: late=True",
        "sla",
        _says("duty.fulfilled", "late", "true", "report#1"),
    ),
    _fault(
        "a breach comes before the due time",
        "ledger",
        "assignment#1 was breached before it was due",
        "sla",
        _event("duty.breached", "time = time - interval '10 minutes'", "assignment#1"),
    ),
    _fault(
        "a due time passes, and nobody says so",
        "ledger",
        "reply.phone#1 was due .* and is not breached",
        "desk",
        "UPDATE clock SET now = now + interval '20 days'",
    ),
    _fault(
        "a duty event speaks of a row that never began",
        "ledger",
        "duty.fulfilled of ghost#1, which never started",
        "sla",
        _says("duty.fulfilled", "row", '"ghost#1"', "report#1"),
    ),
    _fault(
        "a duty is fulfilled twice",
        "ledger",
        "duty.fulfilled of .*, which was already",
        "sla",
        _again("duty.fulfilled"),
    ),
)
ROWS = (
    *("registration#1", "reply.phone#1", "set_time.3#1", "first_follow_up.ordinary#1", "assignment#1"),
    *("urging#1", "report#1", "result_notice#1", "filing#1"),
)
_LAW = (
    *(
        _fault(
            f"{row} is due a day later than the law says",
            "law",
            f"{row} is due",
            "sla",
            _moved(row),
        )
        for row in ROWS
    ),
    *(
        _fault(
            f"{row} never began",
            "law",
            f"{row} is owed by",
            "sla",
            f"DELETE FROM outbox WHERE subject = :complaint AND data ->> 'row' = '{row}'",
        )
        for row in ROWS
    ),
)
_ARCHIVE = (
    _fault(
        "what is filed was never sealed",
        "filed",
        "filed with a volume that was not sealed",
        "archive",
        "DELETE FROM outbox WHERE type = 'file.sealed'",
    ),
    _fault(
        "what is filed is not in the archive",
        "filed",
        "its sealed volume .* is not in the archive",
        "archive",
        "DELETE FROM files",
    ),
    _fault(
        "what is filed is not filed in the archive",
        "filed",
        "the archive says that its volume is sealed",
        "archive",
        "UPDATE files SET state = 'sealed'",
    ),
    _fault(
        "an entry is tampered with",
        "archive",
        r"entry 1 \(.*\) was tampered with",
        "archive",
        r"UPDATE entries SET content = content || '\x00' WHERE position = 1",
    ),
    _fault(
        "an entry and its hash are tampered with",
        "archive",
        "sha256 of entry 1 was changed",
        "archive",
        r"UPDATE entries SET content = '\x00', sha256 = encode(sha256('\x00'), 'hex') WHERE position = 1",
    ),
    _fault(
        "an entry's title is changed",
        "archive",
        "title of entry 1 was changed",
        "archive",
        "UPDATE entries SET title = 'nothing' WHERE position = 1",
    ),
    _fault(
        "an entry is taken out",
        "archive",
        "entry 1 is gone",
        "archive",
        "DELETE FROM entries WHERE position = 1",
    ),
    _fault(
        "an entry is slipped in",
        "archive",
        "entry 99 was added",
        "archive",
        'INSERT INTO entries SELECT (jsonb_populate_record(entries, \'{"id": "copy", "position": 99}\')).*'
        " FROM entries WHERE position = 1",
    ),
    _fault(
        "the catalogue is changed",
        "archive",
        "retained_until was changed",
        "archive",
        "UPDATE files SET retained_until = retained_until - 1",
    ),
    _fault(
        "the chain is cut",
        "archive",
        "the seal of volume .* is not in the chain",
        "archive",
        "DELETE FROM links",
    ),
    _fault(
        "the chain is cut, and the journal with it",
        "archive",
        "checkpoint 1: the chain was cut after 0 of 1 links",
        "archive",
        "DELETE FROM links",
        "DELETE FROM outbox WHERE type = 'file.sealed'",
    ),
    _fault(
        "a manifest is rewritten",
        "archive",
        "its seal is not of its manifest",
        "archive",
        "UPDATE links SET manifest = replace(manifest, '\"level\":3', '\"level\":2')",
    ),
    _fault(
        "a manifest is rewritten, and its seal",
        "archive",
        "it is not signed by the archive",
        "archive",
        "UPDATE links SET manifest = replace(manifest, '\"level\":3', '\"level\":2')",
        "UPDATE links SET seal = encode(sha256(convert_to(previous || E'\\n' || manifest, 'UTF8')), 'hex')",
    ),
    _fault(
        "a link follows another one",
        "archive",
        "it does not follow the one before",
        "archive",
        "UPDATE links SET previous = repeat('1', 64)",
    ),
    _fault(
        "the first links are taken out",
        "archive",
        "it is number 1 of those that are there",
        "archive",
        "UPDATE links SET position = position + 1",
    ),
)
LEAKS = {
    "the client's phone number": "13900001234",
    "somebody's phone number": "13811112222",
    "the client's name": "秦嘉樂",
    "the client's address": "幸福路一號",
    "somebody's e-mail address": "somebody@example.org",
    "the client's words": SAID,
    "somebody's words": "請你們派人來看一看吧",
}
_LEAKS = tuple(
    _fault(
        f"{what} is {where}",
        "privacy",
        f"is in {place}",
        database,
        statement.replace("MARK", mark),
    )
    for what, mark in LEAKS.items()
    for where, place, database, statement in (
        ("in a journal", "a journal", "casework", _says("report.submitted", "by", '"MARK"')),
        ("on the bus", "the bus", "bus", _bus("report.submitted", "event = jsonb_set(event, '{data,by}', '\"MARK\"')")),
    )
)
_LEVELS = (
    _fault(
        "a warning at night reaches nobody on duty",
        "warned",
        "was warned of at night, nobody on duty was told",
        "sla",
        _event("duty.warned", "time = date_trunc('day', time, 'UTC') + interval '18 hours'"),
    ),
    _fault(
        "an alarm climbs that does not ring",
        "alarm",
        "climbs that does not ring",
        "casework",
        _event("assignment.accepted", """type = 'alarm.climbed', data = '{"step": 1, "to": "operator1"}'"""),
    ),
    _fault(
        "level 1 is closed without its plan",
        "level 1",
        "closed without an emergency plan",
        "casework",
        "UPDATE cases SET level = 1, importance = 'major', major_because = '{level}' WHERE complaint = :complaint",
    ),
    _fault(
        "a complaint is major for no reason",
        "importance",
        "major, because of nothing",
        "casework",
        "UPDATE cases SET importance = 'major' WHERE complaint = :other",
    ),
    _fault(
        "level 1 is ordinary",
        "importance",
        "level 1, and not major",
        "casework",
        "UPDATE cases SET level = 1 WHERE complaint = :other",
    ),
)
FAULTS = (
    *_LOST,
    *_JOURNALS,
    *_BUS,
    *_STAGES,
    *_LATER,
    *_TRACKING,
    *_INCIDENT,
    *_ANSWERS,
    *_DOUBLED,
    *_LEDGER,
    *_LAW,
    *_ARCHIVE,
    *_LEVELS,
    *_LEAKS,
)
