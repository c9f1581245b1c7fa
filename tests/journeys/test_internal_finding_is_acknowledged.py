"""What staff find and report is acknowledged within a working day; no person waits for a reply (7/3.4.9(3))."""

import pytest

from tests.journeys.story import Story, end_of
from tests.office import Office


@pytest.mark.clause("7/3.4.9(3)")
async def test_an_internal_finding_is_acknowledged_when_somebody_takes_it_on(office: Office) -> None:
    story = await Story.through(office, "internal", complainant=None)
    # Monday 2 March + 1 working day
    assert await story.due("acknowledgement.internal#1") == end_of("2026-03-03")
    await story.has(acknowledgement_internal="provisional")
    await story.until("2026-03-03 16:00")
    await story.registered()
    await story.has(acknowledgement_internal="running")
    await story.handle("acceptance")
    await story.has(acknowledgement_internal="fulfilled")
    assert not [name for name in await story.ledger() if name.startswith("reply.")]


@pytest.mark.clause("7/3.4.9(3)")
async def test_an_internal_finding_that_nobody_takes_on_in_time_is_acknowledged_late(office: Office) -> None:
    story = await Story.through(office, "internal", complainant=None)
    await story.registered()
    await story.until("2026-03-03 23:59")
    await story.has(acknowledgement_internal="running")
    await story.until("2026-03-04 00:00")
    await story.has(acknowledgement_internal="breached")
    await story.handle("acceptance")
    await story.has(acknowledgement_internal="late")
