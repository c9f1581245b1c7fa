"""The ledger as a function of history: what procedure.md says of clocks that change, checked by hand on a calendar.

2026: National Day 1-7 October (5-7 for the make-up days 20 September and 10 October); March has no holiday.
"""

from datetime import datetime

import pytest

from services.sla.calendars import always, through_time
from services.sla.ledger import ledger
from services.sla.rows import Row
from services.sla.telling import Told, news
from services.sla.why import why
from shared.events import ComplaintReceived
from shared.procedure import load
from shared.procedure.calendars import default_calendar
from tests.services.sla.histories import OFFICE, Story, at


def rows(story: Story, now: str, calendars=None) -> dict[str, Row]:
    book = ledger(story.events, load(), calendars or always(default_calendar()), at(now))
    return {row.id: row for row in book.rows}


def due(row: Row) -> str | None:
    return row.due_at.astimezone(OFFICE).strftime("%m-%d %H:%M") if row.due_at else None


def states(story: Story, now: str) -> dict[str, str]:
    return {name: row.state for name, row in rows(story, now).items()}


@pytest.fixture
def story() -> Story:
    return Story()


def test_dates_are_provisional_until_registration_and_still_count_from_receipt(story):
    story.received("2026-03-02 10:00", "phone")
    before = rows(story, "2026-03-03 09:00")["reply.phone#1"]
    assert (before.state, before.binding, due(before)) == ("provisional", False, "03-05 00:00")
    story.registered("2026-03-03 10:00", "phone")
    after = rows(story, "2026-03-03 10:00")["reply.phone#1"]
    assert (after.state, after.binding, due(after)) == ("running", True, "03-05 00:00")


def test_a_letter_received_three_days_ago_counts_from_then(story):
    story.received("2026-10-12 10:00", "written", received="2026-10-09 09:00")
    story.registered("2026-10-12 10:05", "written")
    found = rows(story, "2026-10-12 11:00")
    assert due(found["reply.written#1"]) == "10-16 00:00"  # 10 (a make-up Saturday), 12, 13, 14, 15
    assert (found["registration#1"].state, due(found["registration#1"])) == ("late", "10-11 00:00")


def test_a_platforms_own_date_binds_if_it_is_earlier(story):
    story.received("2026-03-02 10:00", "third_party", platform_due_at=at("2026-03-04 12:00"))
    assert due(rows(story, "2026-03-02 11:00")["reply.third_party#1"]) == "03-04 12:00"
    later = Story()
    later.received("2026-03-02 10:00", "third_party", platform_due_at=at("2026-03-09 12:00"))
    assert due(rows(later, "2026-03-02 11:00")["reply.third_party#1"]) == "03-06 00:00"


def test_a_raised_level_counts_from_the_change_and_never_ends_later(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 3)
    assert due(rows(story, "2026-03-02 11:00")["set_time.3#1"]) == "03-17 00:00"
    story.reclassified("2026-03-04 10:00", 2)
    found = rows(story, "2026-03-04 11:00")
    assert found["set_time.3#1"].state == "void"
    assert due(found["set_time.2#1"]) == "03-12 00:00"  # 5, 6, 9, 10, 11
    late = Story()
    late.received("2026-03-02 10:00", "written")
    late.registered("2026-03-02 10:00", "written", 3)
    late.reclassified("2026-03-13 10:00", 2)
    assert due(rows(late, "2026-03-13 11:00")["set_time.2#1"]) == "03-17 00:00"


def test_a_lowered_level_is_as_if_it_had_always_been_so(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 2)
    story.reclassified("2026-03-05 10:00", 3)
    assert due(rows(story, "2026-03-05 11:00")["set_time.3#1"]) == "03-17 00:00"


def test_marked_urgent_counts_24_hours_from_the_mark_and_not_beyond_the_48(story):
    story.received("2026-03-02 10:00")
    story.registered("2026-03-02 10:00")
    story.reclassified("2026-03-02 16:00", urgent=True)
    found = rows(story, "2026-03-02 17:00")
    assert found["first_follow_up.ordinary#1"].state == "void"
    assert due(found["first_follow_up.urgent#1"]) == "03-03 16:00"
    late = Story()
    late.received("2026-03-02 10:00")
    late.registered("2026-03-02 10:00")
    late.reclassified("2026-03-04 08:00", urgent=True)
    assert due(rows(late, "2026-03-04 09:00")["first_follow_up.urgent#1"]) == "03-04 10:00"


def test_urgent_at_registration_was_urgent_all_along(story):
    story.received("2026-03-02 10:00")
    story.registered("2026-03-02 14:00", level=1)
    assert due(rows(story, "2026-03-02 15:00")["first_follow_up.urgent#1"]) == "03-03 10:00"


def test_a_consultation_has_no_set_time_until_it_becomes_a_complaint(story):
    story.received("2026-03-02 10:00")
    story.registered("2026-03-02 10:00", level=None, kind="consultation")
    assert not any(name.startswith("set_time") for name in states(story, "2026-03-02 11:00"))
    story.reclassified("2026-03-04 10:00", 2)
    assert due(rows(story, "2026-03-04 11:00")["set_time.2#1"]) == "03-12 00:00"
    story.reclassified("2026-03-05 10:00", None, kind="consultation")
    assert states(story, "2026-03-05 11:00")["set_time.2#1"] == "void"


def test_a_level_raised_by_mistake_and_lowered_again_is_as_if_it_had_always_been_so(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 2)
    story.reclassified("2026-03-04 10:00", 1)
    assert due(rows(story, "2026-03-04 11:00")["set_time.1#1"]) == "03-06 00:00"
    story.reclassified("2026-03-04 15:00", 3)
    assert due(rows(story, "2026-03-04 16:00")["set_time.3#1"]) == "03-17 00:00"  # as level 3 from 2 March


def test_a_complaint_made_a_consultation_and_a_complaint_again_wins_no_time(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 3)
    story.reclassified("2026-03-04 10:00", None, kind="consultation")
    story.reclassified("2026-03-06 10:00", 3)
    assert due(rows(story, "2026-03-06 11:00")["set_time.3#2"]) == "03-17 00:00"


def test_working_days_paused_after_an_extension_do_not_count_there_either(story):
    story.received("2026-03-02 10:00")
    story.registered("2026-03-02 10:00")
    story.extension_approved("2026-03-03 10:00", "2026-03-18")
    story.extension_told("2026-03-03 11:00", "2026-03-18")
    story.paused("2026-03-09 15:00", "outside_test")
    story.resumed("2026-03-12 09:00", "outside_test")  # 10 and 11 March stood still
    found = rows(story, "2026-03-12 10:00")
    assert due(found["set_time.3#1"]) == "03-21 00:00"  # 18 March and two working days: 19, 20
    assert due(found["reply.online#1"]) == "03-19 00:00"


def test_an_extension_told_too_late_for_the_reply_does_not_move_the_set_time_either(story):
    story.received("2026-03-02 10:00", "phone")
    story.registered("2026-03-02 10:00", "phone")
    story.extension_approved("2026-03-04 10:00", "2026-03-18")
    story.extension_told("2026-03-05 10:00", "2026-03-18")
    found = rows(story, "2026-03-05 11:00")
    assert (due(found["reply.phone#1"]), due(found["set_time.3#1"])) == ("03-05 00:00", "03-17 00:00")


def test_at_one_instant_a_second_reply_answers_the_re_opening_before_it(story):
    story.received("2026-03-02 10:00")
    story.registered("2026-03-02 10:00")
    story.decided("2026-03-03 10:00")
    story.replied("2026-03-03 10:00")
    story.reopened("2026-03-05 10:00")
    story.decided("2026-03-05 10:00")
    story.replied("2026-03-05 10:00", 2)
    found = states(story, "2026-03-05 11:00")
    assert [found[name] for name in ("reply.online#2", "set_time.3#2", "result_notice#2")] == ["fulfilled"] * 3


def test_a_pause_stops_set_time_and_report_and_never_the_reply(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 2)
    story.ended("2026-03-03 10:00")
    story.paused("2026-03-03 11:00")
    still = states(story, "2026-03-12 10:00")
    assert (still["set_time.2#1"], still["report#1"], still["reply.written#1"]) == ("paused", "paused", "breached")
    story.resumed("2026-03-05 11:00")
    found = rows(story, "2026-03-05 12:00")
    assert due(found["set_time.2#1"]) == "03-11 00:00"  # only the 4th was paused all day
    assert due(found["report#1"]) == "03-10 00:00"  # 5, 6, 9
    assert due(found["reply.written#1"]) == "03-10 00:00"
    assert "等待投訴人" in why(found["set_time.2#1"], default_calendar())["zh-Hant"]


def test_waiting_for_the_complainant_is_capped_at_ten_working_days_in_all(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 2)
    story.paused("2026-03-02 12:00")
    # 4 working hours of the 2nd and 3 of the 16th make the tenth day: from 12:00 the clock runs again
    assert states(story, "2026-03-16 11:59")["set_time.2#1"] == "paused"
    after = rows(story, "2026-03-16 12:00")["set_time.2#1"]
    assert (after.state, due(after)) == ("running", "03-21 00:00")  # 16-20: nine days were paused whole
    assert states(story, "2026-03-21 00:00")["set_time.2#1"] == "breached"


def test_force_majeure_has_no_cap_and_what_was_due_before_stays_breached(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 1)
    story.ended("2026-03-03 10:00")
    story.paused("2026-03-04 10:00", "force_majeure")
    found = states(story, "2026-06-04 10:00")
    assert (found["set_time.1#1"], found["report#1"]) == ("breached", "paused")


def test_what_is_done_during_a_pause_is_in_time(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 1)
    story.paused("2026-03-03 08:00")
    story.decided("2026-03-09 10:00")
    row = rows(story, "2026-03-09 11:00")["set_time.1#1"]
    assert (row.state, due(row)) == ("fulfilled", "03-10 00:00")


def test_a_pause_that_begins_on_the_last_day_does_not_save_it(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 1)
    story.paused("2026-03-03 16:00")
    assert states(story, "2026-03-03 23:00")["set_time.1#1"] == "running"
    assert states(story, "2026-03-04 00:00")["set_time.1#1"] == "breached"


def test_re_opened_starts_reply_and_set_time_again_and_leaves_what_was_done(story):
    story.received("2026-03-02 10:00", "online")
    story.registered("2026-03-02 10:00", "online", 2)
    story.decided("2026-03-03 10:00")
    story.replied("2026-03-03 11:00")
    story.closed("2026-03-04 10:00")
    story.reopened("2026-03-09 10:00")
    found = rows(story, "2026-03-09 11:00")
    assert (found["reply.online#1"].state, found["set_time.2#1"].state) == ("fulfilled", "fulfilled")
    assert (due(found["reply.online#2"]), due(found["set_time.2#2"])) == ("03-13 00:00", "03-17 00:00")
    assert (found["closing#1"].state, found["filing#1"].state) == ("fulfilled", "void")
    story.replied("2026-03-12 10:00", 2)
    assert states(story, "2026-03-13 10:00")["reply.online#2"] == "fulfilled"


def test_re_opened_after_three_days_ago_the_old_reply_does_not_answer_it(story):
    story.received("2026-03-02 10:00", "online")
    story.registered("2026-03-02 10:00", "online", 2)
    story.replied("2026-03-03 11:00")
    story.reopened("2026-03-03 11:00")  # at the same instant, but told by casework: the reply came first
    assert states(story, "2026-03-03 12:00")["reply.online#2"] == "running"


def test_withdrawn_ends_reply_and_result_notice_but_not_a_report_already_begun(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 1)
    story.ended("2026-03-02 14:00")
    story.decided("2026-03-02 15:00")
    story.withdrawn("2026-03-02 16:00")
    found = states(story, "2026-03-02 17:00")
    assert (found["reply.written#1"], found["result_notice#1"], found["report#1"]) == ("void", "void", "running")
    story.replied("2026-03-02 16:30")  # its sending had begun: it stays withdrawn, the ledger shows both
    row = rows(story, "2026-03-02 17:00")["reply.written#1"]
    assert (row.state, row.proof.type) == ("void", "reply.sent")
    assert "closing#1" not in states(story, "2026-03-02 17:00")
    story.withdrawal_confirmed("2026-03-02 16:40")
    assert due(rows(story, "2026-03-02 17:00")["filing#1"]) == "03-17 00:00"


def test_a_breach_is_not_undone_by_a_withdrawal(story):
    story.received("2026-03-02 10:00", "phone")
    story.registered("2026-03-02 10:00", "phone")
    story.withdrawn("2026-03-06 10:00")
    assert states(story, "2026-03-06 11:00")["reply.phone#1"] == "breached"


def test_withdrawn_before_registration_ends_everything(story):
    story.received("2026-03-02 10:00")
    story.withdrawn("2026-03-02 11:00", "intake")
    found = states(story, "2026-03-05 10:00")
    assert found.pop("withdrawal#1") == "running"
    assert set(found.values()) == {"void"}


def test_an_extension_owes_both_duties_by_the_date_it_replaces(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 2)
    story.extension_approved("2026-03-06 10:00", "2026-03-20")
    before = rows(story, "2026-03-06 11:00")
    assert due(before["extension.notice#1"]) == due(before["extension.preliminary_opinion#1"]) == "03-10 00:00"
    assert due(before["reply.written#1"]) == "03-10 00:00"
    story.extension_told("2026-03-09 10:00", "2026-03-20")
    after = rows(story, "2026-03-09 11:00")
    assert (due(after["reply.written#1"]), due(after["set_time.2#1"])) == ("03-21 00:00", "03-21 00:00")
    assert after["extension.notice#1"].state == "fulfilled"
    assert due(after["extension.preliminary_opinion#1"]) == "03-10 00:00"
    story.extension_approved("2026-03-19 10:00", "2026-03-30", 2)
    assert due(rows(story, "2026-03-19 11:00")["extension.notice#2"]) == "03-21 00:00"
    story.preliminary("2026-03-19 12:00", 2)
    third = states(story, "2026-03-19 13:00")
    assert (third["extension.preliminary_opinion#1"], third["extension.preliminary_opinion#2"]) == (
        "breached", "fulfilled",
    )  # fmt: skip


def test_each_urging_is_owed_its_own_answer_and_lapses_with_what_is_urged(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 2)
    story.urged("2026-03-03 10:00", 1, "set_time.2")
    story.urged("2026-03-03 11:00", 2, None, "complainant")
    story.urged("2026-03-03 12:00", 3, "reply.written")
    story.answered("2026-03-03 14:00", 2)
    found = rows(story, "2026-03-03 15:00")
    assert [found[f"urging#{n}"].state for n in (1, 2, 3)] == ["running", "fulfilled", "running"]
    assert due(found["urging#1"]) == "03-05 00:00"
    story.decided("2026-03-04 10:00")
    assert [states(story, "2026-03-04 11:00")[f"urging#{n}"] for n in (1, 3)] == ["void", "running"]
    story.replied("2026-03-04 12:00")
    assert states(story, "2026-03-04 13:00")["urging#3"] == "void"


def test_an_urging_of_the_set_time_follows_it_to_its_new_level(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written", 3)
    story.urged("2026-03-03 10:00", 1, "set_time.3")
    story.reclassified("2026-03-03 11:00", 2)
    assert states(story, "2026-03-03 12:00")["urging#1"] == "running"
    story.decided("2026-03-03 14:00")
    assert states(story, "2026-03-03 15:00")["urging#1"] == "void"


def test_long_unhandled_counts_seven_days_from_the_last_follow_up(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written")
    story.followed_up("2026-03-12 10:00")
    assert "weekly_follow_up#1" not in states(story, "2026-03-16 23:59")
    assert due(rows(story, "2026-03-17 00:00")["weekly_follow_up#1"]) == "03-20 00:00"
    story.followed_up("2026-03-19 10:00", 2)
    found = rows(story, "2026-03-19 11:00")
    assert (found["weekly_follow_up#1"].state, due(found["weekly_follow_up#2"])) == ("fulfilled", "03-27 00:00")


def test_a_follow_up_long_ago_does_not_make_the_week_over_before_it_begins(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written")
    story.followed_up("2026-03-03 10:00")
    assert due(rows(story, "2026-03-17 00:00")["weekly_follow_up#1"]) == "03-25 00:00"


def test_replied_in_ten_days_is_never_long_unhandled(story):
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written")
    story.replied("2026-03-16 17:00")
    assert "weekly_follow_up#1" not in states(story, "2026-04-17 00:00")


def test_a_handed_over_case_must_be_accepted_anew(story):
    story.received("2026-03-02 10:00")
    story.registered("2026-03-02 10:00")
    story.assigned("2026-03-02 10:00")
    story.assigned("2026-03-02 11:00")
    story.accepted("2026-03-02 14:00")
    found = rows(story, "2026-03-02 15:00")
    assert (found["assignment#1"].state, found["assignment#2"].state) == ("void", "fulfilled")
    assert found["assignment#1"].proof is None


def test_what_was_known_of_the_calendar_when_it_was_done_stays(story):
    story.received("2026-03-02 10:00", "phone")
    story.registered("2026-03-02 10:00", "phone")
    story.replied("2026-03-03 10:00")
    entered = ((at("2026-03-03 12:00"), at("2026-03-03 00:00").date(), "off"),)
    assert due(rows(story, "2026-03-09 10:00", through_time("mainland", entered))["reply.phone#1"]) == "03-05 00:00"
    open_one = Story()
    open_one.received("2026-03-02 10:00", "phone")
    open_one.registered("2026-03-02 10:00", "phone")
    moved = rows(open_one, "2026-03-04 10:00", through_time("mainland", entered))["reply.phone#1"]
    assert (due(moved), moved.history[-1].cause) == ("03-06 00:00", "calendar.changed")


def test_what_is_done_at_the_instant_a_special_day_is_entered_keeps_the_calendar_before_it(story):
    story.received("2026-03-02 10:00", "phone")
    story.registered("2026-03-02 10:00", "phone")
    entered = ((at("2026-03-02 10:00"), at("2026-03-03 00:00").date(), "off"),)
    found = rows(story, "2026-03-02 10:00", through_time("mainland", entered))
    assert (due(found["registration#1"]), due(found["reply.phone#1"])) == ("03-04 00:00", "03-06 00:00")


def test_a_done_row_whose_date_is_found_to_be_another_is_told_of_as_done(story):
    story.received("2026-03-02 10:00", "phone")
    story.registered("2026-03-02 10:00", "phone")
    row = rows(story, "2026-03-02 11:00")["registration#1"]
    told = Told("fulfilled", at("2026-03-05 00:00"), True)
    assert [fact.type for fact in news(told, row)] == ["duty.changed", "duty.fulfilled"]


def test_the_sentence_tells_start_days_holidays_and_the_extension(story):
    story.received("2026-09-30 10:00", "online")
    story.registered("2026-09-30 10:00", "online")
    story.extension_told("2026-10-10 10:00", "2026-10-20")
    sentence = why(rows(story, "2026-10-10 11:00")["reply.online#1"], default_calendar())
    for part in ("2026年9月30日", "國慶節", "補班", "延期告知"):
        assert part in sentence["zh-Hant"]
    for part in ("National Day", "make-up", "extended to Tue 20 Oct 2026"):
        assert part in sentence["en"]
    assert "day 3 (make-up" in sentence["en"]
    assert "days 4" not in sentence["en"]


def test_the_sentence_of_an_extensions_duties_names_the_date_that_is_replaced(story):
    story.received("2026-03-02 10:00", "phone")
    story.registered("2026-03-02 10:00", "phone")
    story.extension_approved("2026-03-03 10:00", "2026-03-18")
    sentence = why(rows(story, "2026-03-03 11:00")["extension.notice#1"], default_calendar())
    assert sentence["zh-Hant"] == "與所延長的期限同時到期，至2026-03-04 24:00止。"
    assert sentence["en"] == "Due with the deadline that is extended: in time until 2026-03-04 24:00."


def test_a_history_is_told_with_typed_facts(story):
    event = story.received("2026-03-02 10:00")
    assert isinstance(event.data, ComplaintReceived)
    assert isinstance(event.time, datetime)
