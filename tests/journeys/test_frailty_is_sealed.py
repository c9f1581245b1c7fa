"""What a message tells of a person's frailty moves the level, and stays sealed and off the bus (4/5.2.5)."""

import json

from tests.journeys.story import Story
from tests.office import Office

FRAIL = "我家停電兩天，母親靠呼吸機和透析機活命，獨居老人怎麼辦，請快來搶修。"
TERMS = ("呼吸机", "透析", "独居", "呼吸機", "獨居")


async def test_frailty_is_sealed_in_the_table_and_never_on_the_bus(office: Office) -> None:
    story = await Story.through(office, "website", text=FRAIL)
    await office.settle()
    (proposed,) = await story.events("complaint.classified")
    assert not any(term in json.dumps(proposed, ensure_ascii=False) for term in TERMS)
    table = office.lines["classification"]
    row = await table.fetchrow("SELECT * FROM proposals WHERE complaint = $1", story.id)
    journal = await table.fetchval("SELECT string_agg(data::text, ' ') FROM outbox")
    assert row["reasons"] is not None
    assert not any(term.encode() in bytes(row["reasons"]) or term in row["labels"] for term in TERMS)
    assert not any(term in str(journal) for term in TERMS)
    # whoever may read the proposal gets them opened
    shown = await story.as_("operator1", "GET", f"/classification/complaints/{story.id}")
    assert any(term in one["term"] for one in shown["reasons"] for term in TERMS)
