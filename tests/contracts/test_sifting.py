"""Whatever the wire does - twice, too late, never - a fact is taken in once and in order, or its complaint parked."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.consumer import fill
from shared.events import Event
from shared.inbox import Standing, sift
from tests.contracts.wire import alarm

SUBJECTS, SOURCES, LAST = ("a", "b"), ("intake", "casework"), 6
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def _event(subject: str, source: str, sequence: int) -> Event:
    name = f"{source}/{subject}/{sequence}"
    return Event(name, source, "alarm.raised", subject, sequence, NOW, "complaints", alarm(name))


deliveries = st.lists(
    st.builds(_event, st.sampled_from(SUBJECTS), st.sampled_from(SOURCES), st.integers(1, LAST)), max_size=40
)
standings = st.fixed_dictionaries(
    {
        subject: st.builds(
            Standing, st.fixed_dictionaries({source: st.integers(0, LAST) for source in SOURCES}), st.just(False)
        )
        for subject in SUBJECTS
    }
)


@given(deliveries, standings)
def test_fresh_facts_continue_what_was_seen_without_gap_or_double(
    events: list[Event], before: dict[str, Standing]
) -> None:
    sifted = sift(events, before)
    reached = {(source, subject): before[subject].seen[source] for subject in SUBJECTS for source in SOURCES}
    for event in sifted.fresh:
        assert event.sequence == reached[event.source, event.subject] + 1
        reached[event.source, event.subject] = event.sequence
    for event in events:
        known = event.sequence <= reached[event.source, event.subject]
        assert known or event in sifted.stranded or event in sifted.behind


@given(deliveries, standings)
def test_with_the_owners_journal_at_hand_nothing_is_missing_and_nothing_stranded(
    events: list[Event], before: dict[str, Standing]
) -> None:
    gaps = sift(events, before).gaps
    journal = {
        (source, subject): [_event(subject, source, sequence) for sequence in range(after + 1, LAST + 1)]
        for (source, subject), after in gaps.items()
    }
    healed = sift(fill(events, journal), before)
    assert not healed.stranded
    assert not healed.behind
    wanted = {(event.source, event.subject, event.sequence) for event in events}
    taken = {(event.source, event.subject, event.sequence) for event in healed.fresh}
    assert all(key in taken or key[2] <= before[key[1]].seen[key[0]] for key in wanted)


@given(deliveries)
def test_a_parked_complaint_takes_nothing_in(events: list[Event]) -> None:
    parked = {subject: Standing({}, parked=True) for subject in SUBJECTS}
    sifted = sift(events, parked)
    assert sifted.fresh == []
    assert sifted.gaps == {}
    assert sifted.behind == events
