"""The procedure as data: what is refused at start and where, whom a duty binds, and what a channel is owed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events import (
    CATALOGUE,
    PUBLISHERS,
    ComplaintReceived,
    ComplaintReclassified,
    ComplaintRegistered,
    ComplaintWithdrawn,
    OpinionDetermined,
    ReplySent,
)
from shared.procedure import Procedure, load, promises, read, within_caps
from shared.procedure.calendars import default_calendar
from shared.procedure.reader import FILE
from shared.working_time import Pause, working_minutes_between
from shared.yaml_files import YamlMistake

ZONE = ZoneInfo("Asia/Shanghai")
TEXT = FILE.read_text("utf-8")
PROCEDURE = load()
CALENDAR = default_calendar()
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)


def received(**fields: object) -> ComplaintReceived:
    values = {"number": "n", "channel": "phone", "reply_form": "phone", "received_at": local(2026, 9, 30, 16, 20)}
    return ComplaintReceived(**{**values, "language": "en", "anonymous": False, "by": "system", **fields})


def registered(**fields: object) -> ComplaintRegistered:
    values = {
        "number": "n", "channel": "phone", "reply_form": "phone", "received_at": local(2026, 9, 30, 16, 20),
        "language": "en", "service": "water", "topic_code": "water.quality", "nature": "service_quality",
        "kind": "complaint", "category": "quality", "level": 3, "importance": "ordinary", "urgent": False,
        "procedure_version": "2026.1", "officer": "o", "by": "o",
    }  # fmt: skip
    return ComplaintRegistered(**{**values, **fields})


def with_duty(*lines: str) -> str:
    return TEXT + "\n" + "\n".join(["  - id: extra", *(f"    {line}" for line in lines)]) + "\n"


LIVE = (
    "clause: 5/3.1",
    "owner: handler",
    "starts: [{event: complaint.received}]",
    "fulfilled_by: [{event: reply.sent}]",
)


def without_duty(duty: str) -> str:
    """The file with one duty taken out, as a person would in an editor."""
    head, rest = TEXT.split(f"  - id: {duty}\n", 1)
    index = min((rest.find(mark) for mark in ("\n  - ", "\n  # ") if mark in rest), default=len(rest))
    return head + rest[index + 1 :]


def line_of(text: str, part: str) -> int:
    return text[: text.rindex(part)].count("\n") + 1


def refusal(text: str) -> YamlMistake:
    with pytest.raises(YamlMistake) as caught:
        read(text)
    return caught.value


# --- What is refused at start, with its line -------------------------------------------------------------------------


def test_the_law_has_159_clauses():
    assert len(PROCEDURE.clauses) == 159


@pytest.mark.parametrize(
    ("broken", "part", "says"),
    [
        (TEXT.replace("[{event: investigation.ended}]", "[{event: investigation.over}]", 1),
         "investigation.over", "no event investigation.over"),
        (TEXT.replace("clause: 4/5.2.8(3)", "clause: 4/5.2.8(9)", 1), "4/5.2.8(9)", "no clause 4/5.2.8(9)"),
        (TEXT.replace("no_later_than: platform_due_at", "no_later_than: platform_date", 1),
         "platform_date", "no starting event has a field platform_date"),
        (TEXT.replace("    key: urging\n", "    key: reminder\n", 1), "reminder", "urging.made has no field reminder"),
        (TEXT.replace("until: until}", "until: sometime}", 1), "sometime", "extension.notified has no field sometime"),
        (TEXT.replace("when: {reply_form: phone}", "when: {reply_form: pigeon}", 1), "pigeon", "never 'pigeon'"),
        (TEXT.replace("when: {reply_form: phone}", "when: {colour: red}", 1), "colour", "no label colour"),
        (TEXT.replace("due: {working_days: 2}", "due: {working_days: 2, hours: 3}", 1), "hours: 3", "exactly one of"),
        (TEXT.replace("due: {working_days: 2}", "due: {working_weeks: 2}", 1), "working_weeks", "working_weeks"),
        (TEXT.replace("due_by: reply", "due_by: answer", 1), "due_by: answer", "no purpose answer"),
        (TEXT.replace("owner: archivist", "owner: postman", 1), "postman", "owner"),
        (TEXT.replace("  level: [complaint.registered", "  level: [complaint.received", 1),
         "level: [complaint.received", "complaint.received has no field level"),
        (TEXT.replace("alarm_probability: 0.10", "alarm_probability: 10", 1), "alarm_probability: 10", "level_1"),
        (TEXT.replace("    recurs: true\n", "    recurs: true\n    recurs: false\n", 1), "recurs: false", "twice"),
        (TEXT.replace("due_from: due_on", "due_from: owner", 1), "due_from: owner", "no time or date owner"),
        (with_duty(*LIVE[:3]), "id: extra", "nothing fulfils it"),
        (with_duty(*LIVE[:2], LIVE[3]), "id: extra", "nothing starts it"),
        (with_duty(*LIVE[:3], "fulfilled_by: [{event: reply.sent, where: {way: pigeon}}]"), "pigeon", "never 'pigeon'"),
        (with_duty(*LIVE, "purpose: reply"), "id: extra", "overlaps with duty reply.written"),
        (with_duty(*LIVE, "purpose: first_follow_up", "when: {kind: suggestion}"),
         "id: extra", "overlaps with duty first_follow_up"),
        (TEXT + "\n  - : :\n", "- : :", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_the_line_it_stands_in(broken: str, part: str, says: str):
    assert broken != TEXT
    error = refusal(broken)
    assert says in str(error)
    assert error.line == line_of(broken, part)
    assert f"line {error.line}:" in str(error)


def test_a_live_duty_whose_proof_no_service_publishes_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(PUBLISHERS, "report.submitted", ())
    error = refusal(TEXT)
    assert "no service publishes report.submitted" in str(error)
    start = TEXT.index("  - id: report\n")
    assert error.line == TEXT[: TEXT.index("fulfilled_by", start)].count("\n") + 1


def test_a_duty_that_is_later_may_overlap_and_need_no_proof():
    assert "extra" in read(with_duty(*LIVE[:3], "purpose: reply", "later: true")).duties


def test_an_empty_file_is_refused():
    assert "sections" in str(refusal(""))


@pytest.mark.parametrize("duty", [duty.id for duty in PROCEDURE.live])
def test_any_live_duty_can_be_taken_out_of_the_file_and_is_gone(duty: str):
    alone = [one.id for one in PROCEDURE.live if one.purpose == PROCEDURE.duties[duty].purpose] == [duty]
    if alone and any(one.due_by == duty for one in PROCEDURE.live):
        assert f"there is no purpose {duty}" in str(refusal(without_duty(duty)))  # others are due by it
    else:
        assert duty not in read(without_duty(duty)).duties


def test_an_unknown_version_is_not_found():
    with pytest.raises(LookupError):
        load("../procedure")
    assert load(PROCEDURE.version).version == PROCEDURE.version


# --- Whom a duty binds -----------------------------------------------------------------------------------------------

LABELS = st.fixed_dictionaries(
    {
        "reply_form": st.sampled_from(["phone", "online", "written", "third_party", "internal"]),
        "kind": st.sampled_from([None, "complaint", "consultation", "suggestion"]),
        "level": st.sampled_from([None, 1, 2, 3]),
        "importance": st.sampled_from([None, "ordinary", "major"]),
        "urgent": st.booleans(),
    }
)


def binding(labels: dict[str, object], purpose: str, procedure: Procedure = PROCEDURE) -> list[str]:
    return [duty.id for duty in procedure.live if duty.purpose == purpose and duty.applies(labels)]


@pytest.mark.clause("6/3.4.6(1)")
@settings(PATIENT)
@given(LABELS)
def test_every_complaint_owes_one_reply_and_one_first_follow_up(labels):
    internal = labels["reply_form"] == "internal"
    assert len(binding(labels, "reply")) == (0 if internal else 1)
    assert binding(labels, "acknowledgement.internal") == (["acknowledgement.internal"] if internal else [])
    urgent = labels["level"] == 1 or labels["importance"] == "major" or labels["urgent"]
    assert binding(labels, "first_follow_up") == [f"first_follow_up.{'urgent' if urgent else 'ordinary'}"]


@settings(PATIENT)
@given(LABELS)
def test_only_a_complaint_with_a_level_has_a_set_time_and_only_its_own(labels):
    has_one = labels["kind"] == "complaint" and labels["level"]
    assert binding(labels, "set_time") == ([f"set_time.{labels['level']}"] if has_one else [])


def test_labels_come_from_the_facts_and_stay_until_another_fact_changes_them():
    labels = PROCEDURE.labels_after({}, received(urgent=False))
    assert "level" not in labels
    labels = PROCEDURE.labels_after(labels, registered(level=3))
    again = ComplaintReclassified(**{**registered().model_dump(), "level": 1, "reason": "danger"})
    labels = PROCEDURE.labels_after(labels, again)
    assert (labels["level"], labels["reply_form"]) == (1, "phone")


def test_a_duty_finds_its_start_its_proof_and_its_end():
    duty = PROCEDURE.duties["reply.phone"]
    start = duty.start_of(received())
    assert start is not None
    assert start.from_ == "received_at"
    assert duty.proof_of(ReplySent(reply="r", letter_number="1", way="mail", by="o")) is not None
    assert duty.proof_of(registered()) is None
    assert not duty.is_voided_by(registered(), {})


def test_a_withdrawal_ends_a_measure_unless_it_belongs_to_level_1():
    """Withdrawn: "not level-1 measures"."""
    measure, withdrawn = PROCEDURE.duties["measure"], ComplaintWithdrawn(by="complainant")
    assert measure.is_voided_by(withdrawn, {"level": 3})
    assert not measure.is_voided_by(withdrawn, {"level": 1})


def test_a_duty_starts_only_where_the_fact_says_what_it_asks_for():
    duty = PROCEDURE.duties["handling_plan"]
    assert duty.start_of(OpinionDetermined(opinion="o", outcome="upheld", by="o")) is not None
    assert duty.start_of(OpinionDetermined(opinion="o", outcome="not_upheld", by="o")) is None


def test_the_clocks_of_registration_replies_and_follow_ups_cannot_be_paused():
    """Policy, pauses: there the law knows only the extension."""
    for duty in PROCEDURE.live:
        expected = duty.purpose in {"set_time", "report", "opinion", "measure", "review"}
        assert duty.pausable == expected, duty.id


def test_everything_a_ledger_needs_to_hear_is_in_the_catalogue():
    assert set(CATALOGUE) >= PROCEDURE.mentions


# --- What a channel is owed ------------------------------------------------------------------------------------------


@pytest.mark.clause("5/3.1", "5/3.2", "5/3.3")
@pytest.mark.parametrize(
    ("channel", "form", "working_days"),
    [
        ("phone", None, 2), ("website", None, 3), ("official_account", None, 3), ("app", None, 3), ("email", None, 3),
        ("social_media", None, 3), ("letter", None, 5), ("fax", None, 5), ("letter", "paper", 5),
        ("phone", "spoken", 2),
        ("window", "spoken", 2), ("window", "paper", 5), ("window", None, 2), ("third_party", None, 3),
        ("internal", None, 1),
    ],
)  # fmt: skip
def test_a_channel_is_owed_a_reply_in_the_days_the_policy_says(channel: str, form: str | None, working_days: int):
    reply_form = PROCEDURE.policy.reply_form(channel, form)
    fact = received(channel=channel, form=form, reply_form=reply_form)
    labels = PROCEDURE.labels_after({}, fact)
    owed = [
        duty for duty in PROCEDURE.live if duty.id.startswith(("reply.", "acknowledgement.")) and duty.applies(labels)
    ]
    assert [duty.due.term for duty in owed if duty.due] == [("working_days", working_days)]


def test_the_dates_told_at_intake_are_provisional_until_registration_and_counted_from_receipt():
    told = {each.duty: each for each in promises([(received(), datetime.now(UTC))], PROCEDURE, CALENDAR)}
    assert set(told) == {"registration", "reply.phone", "first_follow_up.ordinary"}
    assert told["reply.phone"].deadline.due_at == local(2026, 10, 10)
    assert told["first_follow_up.ordinary"].deadline.due_at == local(2026, 10, 2, 16, 20)
    assert (told["registration"].binding, told["reply.phone"].binding) == (True, False)
    both = [(received(), local(2026, 9, 30, 16, 20)), (registered(level=2), local(2026, 9, 30, 16, 20))]
    now = {each.duty: each for each in promises(both, PROCEDURE, CALENDAR)}
    assert set(now) == {"reply.phone", "set_time.2", "first_follow_up.ordinary"}
    assert now["reply.phone"].binding
    assert now["reply.phone"].deadline.due_at == told["reply.phone"].deadline.due_at


def test_a_platforms_own_earlier_date_is_the_one_promised():
    fact = received(channel="third_party", reply_form="third_party", platform_due_at=local(2026, 10, 3, 12))
    told = {each.duty: each.deadline for each in promises([(fact, local(2026, 9, 30, 17))], PROCEDURE, CALENDAR)}
    assert told["reply.third_party"].due_at == local(2026, 10, 3, 12)


@pytest.mark.clause("3/2.1")
@pytest.mark.parametrize(
    ("nature", "category", "topics"),
    [("charging", "price", "water.quality transport.routes"),
     ("service_quality", "price", "water.billing power.billing gas.price transport.fares"),
     ("management", "quality", "water.quality water.pressure power.supply_stability power.voltage_quality"),
     ("management", "quality", "gas.supply_stability gas.meter_accuracy gas.facility_safety"),
     ("management", "quality", "infrastructure.roads infrastructure.bridges infrastructure.lighting"),
     ("safety", "quality", "transport.routes sanitation.disposal"),
     ("management", "service", "transport.hours water.outage_notice")],
)  # fmt: skip
def test_the_category_follows_from_topic_and_nature(nature, category, topics):
    assert {topic: PROCEDURE.policy.category(topic, nature) for topic in topics.split()} == dict.fromkeys(
        topics.split(), category
    )


@pytest.mark.parametrize(("kind", "level", "years"), [
    ("complaint", 1, 30), ("complaint", 2, 10), ("complaint", 3, 5), ("suggestion", None, 3), (None, None, 3),
])  # fmt: skip
def test_a_file_is_kept_as_long_as_the_policy_says(kind, level, years):
    assert PROCEDURE.policy.retention_years(kind, level) == years


@pytest.mark.parametrize(("kind", "level", "apart"), [
    ("complaint", 1, 3), ("complaint", 2, 3), ("complaint", 3, 2), ("consultation", None, 2), ("suggestion", None, 2),
])  # fmt: skip
def test_who_signs_a_reply_has_not_written_it(kind, level, apart):
    row = PROCEDURE.policy.signing_of(kind, level)
    assert len(row.apart) == apart
    assert {"author", "signer"} <= set(row.apart)


# --- How long a reason may stop a clock ------------------------------------------------------------------------------


@settings(PATIENT)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.sampled_from(
    ["waiting_for_complainant", "outside_test", "outside_expert", "force_majeure"])), max_size=6))  # fmt: skip
def test_no_reason_stops_a_clock_longer_than_its_cap_and_nothing_is_paused_that_was_not(spans):
    begin = local(2026, 3, 2, 10)
    pauses = [Pause(begin + timedelta(days=d), begin + timedelta(days=d + n), reason) for d, n, reason in spans]
    kept = within_caps(pauses, PROCEDURE.policy, CALENDAR)
    for reasons in (["waiting_for_complainant"], ["outside_test", "outside_expert"]):
        of_reasons = [p for p in kept if p.reason in reasons]
        total = sum(working_minutes_between(p.start, p.end, [], CALENDAR) for p in of_reasons)
        assert total <= 10 * 7 * 60
        for pause in of_reasons:
            assert any(p.start <= pause.start and pause.end <= p.end and p.reason == pause.reason for p in pauses)
    assert [p for p in kept if p.reason == "force_majeure"] == sorted(
        (p for p in pauses if p.reason == "force_majeure"), key=lambda p: (p.start, p.end)
    )


def test_two_pauses_at_the_same_time_use_up_the_cap_once():
    test = Pause(local(2026, 3, 2, 9), local(2026, 3, 7), "outside_test")
    expert = Pause(local(2026, 3, 4, 9), local(2026, 4, 30), "outside_expert")
    kept = within_caps([test, expert], PROCEDURE.policy, CALENDAR)
    assert max(pause.end for pause in kept) == local(2026, 3, 13, 17, 30)


def test_waiting_for_the_complainant_stops_the_clock_ten_working_days_and_no_longer():
    [kept] = within_caps(
        [Pause(local(2026, 3, 2, 9), local(2026, 4, 30), "waiting_for_complainant")], PROCEDURE.policy, CALENDAR
    )
    assert kept.end == local(2026, 3, 13, 17, 30)
