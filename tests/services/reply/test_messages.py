"""Short messages go through a gateway: accepted, refused, busy, away, or silent after it has taken one (6/3.4.4(2))."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.reply.noticing import ASKED
from shared.events import ComplaintErased
from tests.services.reply.conftest import PERSON, ReplyOffice, ok, refused, reply_office

_ANSWERS = {"accepts": 202, "refuses": 422, "is busy": 503, "fails": 500}
NOTICE = {"way": "sms", "text": "您的投訴屬實，水壓已恢復。"}


@dataclass
class Gateway:
    """A gateway that sends each message once by its key; ``mood`` says how it answers."""

    mood: str = "accepts"
    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heads = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines()[1:]) if value
        }
        body = json.loads(await reader.readexactly(int(heads["content-length"])))
        self.asked.append(heads)
        if self.mood in {"accepts", "dies after accepting"}:
            self.sent.setdefault(heads["idempotency-key"], body)
        if self.mood != "dies after accepting":
            content = json.dumps({"id": f"gw-{len(self.sent)}"}).encode()
            status = f"HTTP/1.1 {_ANSWERS[self.mood]} So\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
            writer.write(status.encode() + content)
            await writer.drain()
        writer.close()


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/messages"
    yield made
    server.close()


async def hasten(office: ReplyOffice) -> None:
    async with office.database.session() as session:
        await session.execute(text("UPDATE result_notices SET try_after = NULL"))
    await office.rest()


async def told(office: ReplyOffice, **more: Any) -> tuple[str, Callable[[], Any]]:
    """A result is told by short message; returns the complaint and how to look at the notice."""
    subject = await office.decided(reachable=("phone", "sms"))
    handler = office.as_("water.handler")
    made = await ok(handler.post(f"/complaints/{subject}/result-notices", json=NOTICE | more))
    assert made["state"] == "sending"
    await office.rest()

    async def look() -> dict[str, Any]:
        notices = (await ok(handler.get(f"/complaints/{subject}")))["result_notices"]
        return next(one for one in notices if one["id"] == made["id"])

    return subject, look


@pytest.mark.clause("6/3.4.4(2)")
async def test_the_gateway_accepts_refuses_is_busy_or_dies_after_accepting(gateway, postgres, tmp_path):
    async with reply_office(postgres, tmp_path, sms_url=gateway.url, sms_token="secret") as office:
        handler = office.as_("water.handler")
        subject, look = await told(office)
        notice = await look()
        assert (notice["state"], notice["proof"], notice["gateway_id"]) == ("told", "gateway_accepted", "gw-1")
        assert gateway.sent[notice["id"]] == {
            "to": PERSON["phone"],
            "text": f"{NOTICE['text']}\n{ASKED['zh-Hant']}",
            "from": office.settings.company_name_zh_hant,
            "reference": notice["id"],
        }
        assert gateway.asked[0]["authorization"] == "Bearer secret"
        assert await office.types(subject) == ["result_notice.given"]
        documents = await ok(office.as_service("archive").get(f"/complaints/{subject}/documents"))
        assert documents[0]["proof"] == "gateway_accepted"

        gateway.mood = "is busy"  # it surely was not taken: tried again later
        subject, look = await told(office)
        assert ((await look())["state"], await office.types(subject)) == ("sending", [])
        gateway.mood = "accepts"
        await hasten(office)
        assert ((await look())["state"], await office.types(subject)) == ("told", ["result_notice.given"])

        gateway.mood = "refuses"  # it is not told, and has to be told otherwise
        subject, look = await told(office)
        assert ((await look())["state"], await office.types(subject)) == ("refused", [])
        story = await ok(handler.get(f"/complaints/{subject}"))
        assert "tell_result" in {one["action"] for one in story["next"]}
        await ok(handler.post(f"/complaints/{subject}/result-notices", json=NOTICE | {"way": "phone"}))
        assert await office.types(subject) == ["result_notice.given"]

        for mood in ("dies after accepting", "fails"):  # nobody knows: shown as such, and a person looks
            gateway.mood = mood
            subject, look = await told(office)
            notice = await look()
            assert (notice["state"], await office.types(subject)) == ("maybe_sent", [])
            story = await ok(handler.get(f"/complaints/{subject}"))
            assert "look_after_notice" in {one["action"] for one in story["next"]}
            gateway.mood = "accepts"  # sent again under the same key: the gateway sends it once
            before = len(gateway.sent)
            await ok(handler.post(f"/result-notices/{notice['id']}/sending"))
            await office.rest()
            assert ((await look())["state"], await office.types(subject)) == ("told", ["result_notice.given"])
            assert len(gateway.sent) == before + (mood == "fails")
            assert {one["idempotency-key"] for one in gateway.asked[-2:]} == {notice["id"]}
            await refused(handler.post(f"/result-notices/{notice['id']}/sending"), 409, "wrong_notice_state")


@pytest.mark.clause("6/3.4.4(2)")
async def test_a_person_finds_out_whether_a_message_went_out(gateway, postgres, tmp_path):
    async with reply_office(postgres, tmp_path, sms_url=gateway.url) as office:
        operator = office.as_("operator1")
        for went_out, state, types in ((True, "told", ["result_notice.given"]), (False, "refused", [])):
            gateway.mood = "dies after accepting"
            subject, look = await told(office)
            place = f"/result-notices/{(await look())['id']}/outcome"
            await ok(operator.post(place, json={"went_out": went_out, "text": "已致電核實。"}))
            notice = await look()
            assert (notice["state"], notice["proof"], notice["note"]) == (state, "found_out", "已致電核實。")
            assert await office.types(subject) == types
            await refused(operator.post(place, json={"went_out": True, "text": "x"}), 409, "wrong_notice_state")


async def test_a_gateway_that_is_away_is_asked_again_and_a_process_that_dies_in_between_leaves_it_open(
    gateway, postgres, tmp_path
):
    async with reply_office(postgres, tmp_path, sms_url="http://127.0.0.1:9/messages") as office:
        subject, look = await told(office)
        notice = await look()
        assert (notice["state"], notice["tries"], await office.types(subject)) == ("sending", 1, [])
        async with office.database.session() as session:
            begun = (
                "UPDATE result_notices SET try_after = NULL, attempt_begun_at = clock_timestamp() - interval '3 min'"
            )
            await session.execute(text(begun))
        await office.rest()
        assert (await look())["state"] == "maybe_sent"


@pytest.mark.clause("5/1.2(1)", "4/5.2.5")
async def test_a_message_is_read_before_it_goes_out_what_was_said_on_the_phone_is_only_recorded(office):
    subject = await office.decided(reachable=("phone", "sms"))
    place = f"/complaints/{subject}/result-notices"
    for words in ("你這個白痴，水壓已恢復。", "水壓已恢復，王先生（13911112222）可以作證。"):
        await refused(office.as_("operator1").post(place, json=NOTICE | {"text": words}), 422, "letter_language")
    said = {"way": "phone", "text": "已告知；對方要我們轉告 13911112222。"}
    await ok(office.as_("operator1").post(place, json=said))


async def test_without_a_gateway_the_message_is_laid_in_the_data_folder_and_goes_with_the_complaint(office):
    subject, look = await told(office)
    notice = await look()
    assert (notice["state"], notice["proof"]) == ("told", "message_laid")
    path = office.settings.data / "messages" / f"{notice['id']}.json"
    assert json.loads(path.read_text("utf-8"))["to"] == PERSON["phone"]
    assert path.stat().st_mode & 0o777 == 0o600
    office.others.keys[subject] = None
    await office.hear(subject, ComplaintErased(by="admin"), source="intake")
    assert not path.exists()
