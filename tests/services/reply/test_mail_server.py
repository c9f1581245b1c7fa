"""Mails go through a mail server: accepted, refused, away, or silent in the middle."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy

import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.reply.conftest import ok, reply_office


class Post:
    """A mail server that keeps what it accepts; ``mood`` says how it behaves."""

    def __init__(self) -> None:
        self.mood, self.url = "accepts", ""
        self.mails: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == "knows nobody":
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.mood == "is busy":
            return "451 try again later"
        self.mails.append(envelope.content or b"")
        if self.mood == "hangs up":
            server.transport.close()
        return "250 accepted"


@pytest_asyncio.fixture
async def post() -> AsyncIterator[Post]:
    handler = Post()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    handler.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield handler
    server.close()


async def test_the_mail_server_accepts_refuses_is_busy_or_hangs_up(post, postgres, tmp_path):
    async with reply_office(postgres, tmp_path, smtp_url=post.url) as office:
        accepted = await office.replied(await office.decided())
        assert accepted["deliveries"][0]["proof"] == "smtp_accepted"
        mail = message_from_bytes(post.mails[0], policy=policy.default)
        assert mail["Message-ID"] == f"<{accepted['id']}@redress.example>"
        assert not (await ok(office.as_("operator1").get("/mails")))["items"]

        post.mood = "is busy"  # it surely has not gone out: tried again later, and once
        subject = await office.decided()
        waiting = await office.replied(subject)
        assert (waiting["state"], await office.types(subject)) == ("sending", ["reply.drafted", "reply.signed"])
        post.mood = "accepts"
        await office.hasten()
        assert (await office.types(subject))[-2:] == ["reply.sent", "reply.delivered"]

        post.mood = "knows nobody"  # by post instead
        refused = await office.replied(await office.decided())
        assert (refused["state"], refused["way"]) == ("printing", "letter")
        assert [one["outcome"] for one in refused["deliveries"]] == ["refused"]

        post.mood = "hangs up"  # nobody knows: a person looks
        subject = await office.decided()
        perhaps = await office.replied(subject)
        assert (perhaps["state"], await office.types(subject)) == ("maybe_sent", ["reply.drafted", "reply.signed"])
        handler = office.as_("water.handler")
        story = await ok(handler.get(f"/complaints/{subject}"))
        assert "look_after_sending" in {step["action"] for step in story["next"]}
        found = await ok(handler.post(f"/letters/{perhaps['id']}/delivery", json={"proof": "smtp_accepted"}))
        assert found["state"] == "delivered"
        assert (await office.types(subject))[-2:] == ["reply.sent", "reply.delivered"]


async def test_a_process_that_dies_while_it_speaks_to_the_mail_server_leaves_a_letter_that_may_be_sent(
    post, postgres, tmp_path
):
    from sqlalchemy import text

    async with reply_office(postgres, tmp_path, smtp_url=post.url) as office:
        letter = await office.signed(await office.decided())
        async with office.database.session() as session:
            await session.execute(
                text(
                    "UPDATE letters SET state = 'sending', way = 'mail', sending_by = signer, sending_at = signed_at,"
                    " attempt_begun_at = clock_timestamp() - interval '3 minutes' WHERE id = :id"
                ),
                {"id": letter["id"]},
            )
        await office.rest()
        assert (await ok(office.as_("operator1").get(f"/letters/{letter['id']}")))["state"] == "maybe_sent"
        unclear = await ok(office.as_("operator1").get("/print-queue?state=maybe_sent"))
        assert [one["letter"] for one in unclear] == [letter["id"]]
        assert post.mails == []
        await ok(office.as_("operator1").post(f"/letters/{letter['id']}/sending", json={}))
        await office.rest()
        assert len(post.mails) == 1
