"""What holds for every history: the ledger is a function of it, what is done stays done, what is told is true."""

import random
from datetime import datetime, timedelta
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.calendars import always
from services.sla.keeping import _watch
from services.sla.ledger import ledger
from services.sla.looking import Look, look
from services.sla.telling import Told, news, warning
from shared.events import Event
from shared.procedure import load
from shared.procedure.calendars import default_calendar
from tests.services.sla.histories import Story, at

CALENDAR = always(default_calendar())
DONE = {"fulfilled", "late"}

ACTS = {
    "assigned": lambda s, t, _: s.assigned(t),
    "accepted": lambda s, t, _: s.accepted(t),
    "followed up": lambda s, t, n: s.followed_up(t, n),
    "ended": lambda s, t, _: s.ended(t),
    "reported": lambda s, t, _: s.reported(t),
    "decided": lambda s, t, _: s.decided(t),
    "replied": lambda s, t, n: s.replied(t, n),
    "noticed": lambda s, t, _: s.noticed(t),
    "paused": lambda s, t, n: s.paused(t, ["waiting_for_complainant", "outside_test", "force_majeure"][n % 3]),
    "resumed": lambda s, t, n: s.resumed(t, ["waiting_for_complainant", "outside_test", "force_majeure"][n % 3]),
    "raised": lambda s, t, n: s.reclassified(t, 1 + n % 3),
    "urgent": lambda s, t, _: s.reclassified(t, 2, urgent=True),
    "suggestion": lambda s, t, _: s.reclassified(t, None, kind="suggestion"),
    "extension approved": lambda s, t, n: s.extension_approved(t, (t + timedelta(days=9)).strftime("%Y-%m-%d"), n % 2),
    "extension told": lambda s, t, n: s.extension_told(t, (t + timedelta(days=9)).strftime("%Y-%m-%d"), n % 2),
    "preliminary": lambda s, t, n: s.preliminary(t, n % 2),
    "urged": lambda s, t, n: s.urged(t, n % 4, [None, "set_time.2", "reply.online", "reply"][n % 4]),
    "answered": lambda s, t, n: s.answered(t, n % 4),
    "closed": lambda s, t, _: s.closed(t),
    "reopened": lambda s, t, _: s.reopened(t),
    "withdrawn": lambda s, t, _: s.withdrawn(t),
    "filed": lambda s, t, _: s.filed(t),
}


@st.composite
def stories(draw: st.DrawFn) -> Story:
    story = Story()
    moment = at("2026-09-01 09:00") + timedelta(minutes=draw(st.integers(0, 60 * 24 * 40)))
    form = draw(st.sampled_from(["phone", "online", "written", "third_party", "internal"]))
    story.received(moment.strftime("%Y-%m-%d %H:%M"), form, received=None)
    steps = draw(
        st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 5), st.integers(0, 4000)), max_size=14)
    )
    if draw(st.booleans()):
        moment += timedelta(minutes=draw(st.integers(0, 3000)))
        story.registered(moment.strftime("%Y-%m-%d %H:%M"), form, draw(st.sampled_from([1, 2, 3])))
    for name, n, minutes in steps:
        moment += timedelta(minutes=minutes)
        ACTS[name](story, moment, n)
    return story


def book(events: list[Event], now: datetime):
    return ledger(events, load(), CALENDAR, now)


def values(events: list[Event], now: datetime) -> list[dict]:
    return [row.as_values() | {"history": row.history} for row in book(events, now).rows]


later = st.timedeltas(timedelta(0), timedelta(days=60))


@settings(max_examples=60, deadline=None)
@given(stories(), later, st.randoms(use_true_random=False))
def test_the_order_of_delivery_does_not_matter(story: Story, wait: timedelta, chance: random.Random):
    now = story.events[-1].time + wait
    groups = [list(group) for _, group in groupby(story.events, key=lambda event: event.time)]
    chance.shuffle(groups)
    shuffled = [event for group in groups for event in group]  # at one instant, the bus's own order is the truth
    assert values(shuffled, now) == values(story.events, now)
    assert values([*story.events, *shuffled], now) == values(story.events, now)


@settings(max_examples=60, deadline=None)
@given(stories(), later)
def test_what_is_done_stays_done_whatever_comes_later(story: Story, wait: timedelta):
    before: dict[str, dict] = {}
    for n in range(1, len(story.events) + 1):
        now = story.events[n - 1].time + (wait if n == len(story.events) else timedelta(0))
        after = {row.id: row.as_values() for row in book(story.events[:n], now).rows}
        for name, row in before.items():
            assert name in after
            if row["state"] in DONE:
                assert after[name] == row
            if row["state"] == "void":
                assert after[name]["state"] == "void"
        before = after


@settings(max_examples=60, deadline=None)
@given(stories(), later)
def test_every_state_is_true_at_its_moment(story: Story, wait: timedelta):
    now = story.events[-1].time + wait
    for row in book(story.events, now).rows:
        due_at = row.due_at
        match row.state:
            case "fulfilled":
                assert row.proof
                assert due_at is None or row.fulfilled_at < due_at
            case "late":
                assert row.proof
                assert row.fulfilled_at >= due_at
            case "breached":
                assert due_at <= now
                assert row.proof is None or row.ending
            case "running":
                assert due_at is None or due_at > now
                assert row.proof is None
                assert row.binding
            case "provisional":
                assert not row.binding
            case "void":
                assert row.ending
        assert row.history[0].at <= now


@settings(max_examples=40, deadline=None)
@given(stories(), st.lists(st.integers(1, 20_000), max_size=4))
def test_those_who_only_hear_the_facts_know_every_row(story: Story, jumps: list[int]):
    """Told after any batches of facts, and whenever a moment has come, the others know what the ledger says."""
    told: dict[str, Told] = {}
    heard: dict[str, str] = {}
    warned: dict[str, dict[float, datetime]] = {}
    warnings: set[tuple] = set()

    def recompute(events: list[Event], now: datetime) -> datetime | None:
        found = book(events, now)
        moments = [found.next_turn] if found.next_turn else []
        for row in found.rows:
            for fact in news(told.get(row.id), row):
                heard[row.id] = after(heard.get(row.id), fact)
            told[row.id] = Told(row.state, row.due_at, row.binding)
            watch = _watch(row, False, CALENDAR.latest)
            seen = look(watch, warned.get(row.id, {}), CALENDAR.latest, now) if watch else Look((), None)
            for share in seen.warn:
                fact = warning(row, share)
                assert (row.id, share, fact.due_at) not in warnings
                warnings.add((row.id, share, fact.due_at))
                warned.setdefault(row.id, {})[share] = now
            moments += [seen.again_at] if seen.again_at else []
            assert heard[row.id] == row.state
        assert all(moment > now for moment in moments)
        return min(moments, default=None)

    now = story.events[0].time
    for n in range(1, len(story.events) + 1):
        now = story.events[n - 1].time
        recompute(story.events[:n], now)
    for jump in jumps:
        coming = recompute(story.events, now)
        now = min(coming, now + timedelta(minutes=jump)) if coming else now + timedelta(minutes=jump)
        recompute(story.events, now)


def after(state: str | None, fact) -> str:
    match fact.type:
        case "duty.started":
            assert state is None
            return "running" if fact.binding else "provisional"
        case "duty.changed":
            return "paused" if fact.paused else "running" if fact.binding else "provisional"
        case "duty.fulfilled":
            assert state not in DONE
            return "late" if fact.late else "fulfilled"
        case "duty.breached":
            return "breached"
        case _:
            return "void"
