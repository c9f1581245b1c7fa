"""Whatever a channel repeats is taken in once."""

import asyncio
from typing import Any

from tests.journeys.story import CALLER
from tests.office import Office

BODY: dict[str, Any] = {"channel": "app", "complainant": CALLER, "text": "水表讀數和帳單不符，請核實。"}


async def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(office: Office) -> None:
    app, key = office.channel("app"), {"Idempotency-Key": "7f0c-1"}
    first = await app.post("/intake/complaints", json=BODY, headers=key)
    assert first.status_code == 201
    office.answers.append({"sent": BODY, "answer": first.json()})
    again = await app.post("/intake/complaints", json=BODY, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.json()["receipt_code"] == first.json()["receipt_code"]
    other = await app.post("/intake/complaints", json=BODY | {"text": "另一件事。"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    # another caller's key is another key
    web = await office.channel("website").post("/intake/complaints", json=BODY | {"channel": "website"}, headers=key)
    assert web.status_code == 201
    assert web.json()["number"] != first.json()["number"]
    await office.settle()


async def test_the_same_external_id_with_another_body_is_refused_with_the_number(office: Office) -> None:
    app, body = office.channel("app"), BODY | {"external_id": "app-20260302-77"}
    first = await office.receive(app, **body)
    again = await app.post("/intake/complaints", json=body)
    assert (again.status_code, again.json()["number"]) == (201, first["number"])
    other = await app.post("/intake/complaints", json=body | {"text": "改了說法。"})
    assert (other.status_code, other.json()["number"]) == (409, first["number"])


async def test_twenty_at_once_with_one_key_are_one_complaint(office: Office) -> None:
    app, key = office.channel("app"), {"Idempotency-Key": "at-once"}
    answers = await asyncio.gather(*(app.post("/intake/complaints", json=BODY, headers=key) for _ in range(20)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.text for one in answers}) == 1
    await office.settle()
    director = await office.as_("director")
    assert (await director.get("/insight/queues/all")).json()["total"] == 1
