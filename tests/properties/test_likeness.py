"""What makes complaints one incident, as pure rules: topic, hours, place and words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.casework.outages import hinted
from services.casework.proposing import Candidate, Likeness, one_cause, proposals
from services.casework.tables import Outage
from services.intake.likeness import likeness, said
from shared.procedure import load

POLICY = load().policy.incidents
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
ONE = Candidate("a", "water", "water.pressure", "城南區", AT)
OTHER = replace(ONE, complaint="b", received_at=AT + timedelta(hours=5))
ALIKE = Likeness(words=0.4)


@pytest.mark.parametrize(
    ("change", "like", "together"),
    [
        ({}, ALIKE, True),
        ({"district": "城南区"}, ALIKE, True),  # the other script
        ({"topic_code": "water.quality"}, ALIKE, False),
        ({"received_at": AT + timedelta(hours=POLICY.within_hours + 1)}, ALIKE, False),
        ({"district": "城北區"}, ALIKE, False),
        ({"district": None}, ALIKE, False),  # somewhere is nowhere
        ({"district": None}, Likeness(0.0, same_place=True), True),
        ({}, Likeness(0.0), False),
        ({}, Likeness(0.4, metres=POLICY.within_metres + 10), False),
        ({"district": None}, Likeness(0.4, metres=POLICY.within_metres), True),
        ({}, None, False),
    ],
)
def test_two_complaints_have_one_cause_where_topic_time_place_and_words_agree(change, like, together):
    assert one_cause(ONE, replace(OTHER, **change), like, POLICY) is together
    assert one_cause(replace(OTHER, **change), ONE, like, POLICY) is together


def test_who_is_alike_through_a_third_one_belongs_together_and_an_open_incident_takes_up_what_fits():
    third = replace(ONE, complaint="c", received_at=AT + timedelta(hours=50))
    pairs = {frozenset("ab"): ALIKE, frozenset("bc"): ALIKE}
    assert [one.complaints for one in proposals([ONE, OTHER, third], pairs, POLICY)] == [("a", "b", "c")]
    joined = [replace(ONE, incident="i"), replace(OTHER, incident="i"), third]
    found = proposals(joined, pairs, POLICY)
    assert [(one.incident, one.complaints) for one in found] == [("i", ("c",))]
    assert proposals([replace(one, incident="i") for one in joined], pairs, POLICY) == []


def test_likeness_is_of_words_and_of_places_in_either_script():
    first = said({"text": "中山路從今早開始停水", "place": {"lat": 31.2, "lon": 121.4}})
    second = said({"text": "中山路88号今早停水", "place": {"lat": 31.201, "lon": 121.4}})
    alike = likeness(first, second)
    assert alike.same_place
    assert alike.words > 0.5
    assert alike.metres is not None
    assert 100 <= alike.metres <= 120
    stranger = likeness(first, said({"text": "客服態度冷淡，帳單寄錯。"}))
    assert not stranger.same_place
    assert stranger.words < POLICY.words_alike
    assert stranger.metres is None


@pytest.mark.parametrize(
    ("service", "district", "hours", "seen"),
    [
        ("water", "城南区", 1, True),
        ("water", None, 1, True),
        (None, "城南區", 1, True),
        ("power", "城南區", 1, False),
        ("water", "城北區", 1, False),
        ("water", "城南區", -23, True),
        ("water", "城南區", -25, False),
        ("water", "城南區", 33, True),
        ("water", "城南區", 35, False),
    ],
)
def test_an_outage_is_hinted_for_its_service_and_districts_from_a_day_before_to_a_day_after(
    service, district, hours, seen
):
    outage = Outage(service="water", districts=["城南區"], begins_at=AT, ends_at=AT + timedelta(hours=10))
    assert hinted(outage, service, district, AT + timedelta(hours=hours)) is seen
    outage.cancelled_at = AT
    assert not hinted(outage, service, district, AT + timedelta(hours=hours))
