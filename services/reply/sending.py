"""Letters go out: a worker takes those in state ``sending``, one at a time, and records what proves it.

A letter is claimed in a transaction of its own before a mail server is spoken to. When the process dies in between, or
the server's answer is lost, nobody knows whether the mail went out: it is ``maybe_sent`` and a person looks.
"""

from datetime import datetime
from uuid import uuid4

import httpx
from sqlalchemy import false, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply import attempts, mailbox, visiting
from services.reply.asking import mail_address
from services.reply.companies import company_of, mailbox_of
from services.reply.letter import Fields
from services.reply.letters import fields_name, pdf_name
from services.reply.tables import Case, Delivery, Extension, Letter, Review
from services.reply.wording import title, words
from shared.clock import now
from shared.errors import Problem
from shared.events import (
    ExtensionNotified,
    Fact,
    PreliminaryOpinionGiven,
    RefusalSent,
    ReplyDelivered,
    ReplySent,
    ReviewDecided,
    WithdrawalConfirmed,
)
from shared.outbox import publish
from shared.privacy import Erased, unseal, unseal_bytes
from shared.running import Service


async def send_letters(service: Service) -> bool:
    """Send one letter; says whether there was one."""
    async with service.database.session() as session:
        await _look_after_broken(session, service)
        letter: Letter | None = await attempts.claim(session, Letter, Letter.sending_at)
    if letter is None:
        return False
    try:
        proof = await _deliver(service, letter)
    except mailbox.Refused:
        await _give_back(service, letter, "refused")
    except (mailbox.NotSent, httpx.TransportError):
        await attempts.try_again(service, letter, "letter waits", letter=letter.id)
    except (Erased, Problem) as problem:
        if isinstance(problem, Problem) and problem.status != 410:
            await attempts.try_again(service, letter, "letter waits", letter=letter.id)
        else:
            await _give_up(service, letter)
    else:
        await _record(service, letter.id, proof)
    return True


async def _look_after_broken(session: AsyncSession, service: Service) -> None:
    """Broken off while a server was spoken to: a person looks. Laying something ready is simply done again."""
    broken = attempts.broken_off(Letter)
    spoken = Letter.way == "mail" if service.settings.smtp_url else false()
    await session.execute(update(Letter).where(*broken, spoken).values(state="maybe_sent"))
    # never both of one letter: its lease may end between the two statements, and it would go out a second time
    await session.execute(update(Letter).where(*broken, ~spoken).values(attempt_begun_at=None))


async def _deliver(service: Service, letter: Letter) -> str | None:
    """Do what the way asks for; return what proves it, ``None`` for a letter that waits to be printed and posted."""
    if letter.way == "letter":
        return None
    if letter.way == "status_page":
        return "status_page"
    name, address = await mail_address(service, letter.complaint)
    message = mailbox.compose(await _mail(service, letter, name, address))
    if not service.settings.smtp_url:
        mailbox.lay(service.settings, letter.id, message)
        return "eml_laid"
    try:
        await mailbox.send(service.settings, message)
    except (mailbox.NotSent, mailbox.Refused):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it was, the mail may have gone out
        service.log.warning("mail may have been sent", letter=letter.id, error=type(fault).__name__)
        return "unknown"
    return "smtp_accepted"


async def _mail(service: Service, letter: Letter, name: str, address: str) -> mailbox.Mail:
    key = await service.keys.one(letter.complaint)
    async with service.database.session() as session:
        case = await session.get_one(Case, letter.complaint)
        company = await company_of(session, case.service)
    content = unseal(key, letter.complaint, fields_name(letter.id), letter.fields)
    fields, language = Fields.model_validate_json(content), letter.language
    head = title(letter.purpose, case.kind, language)
    assert letter.pdf is not None
    assert letter.sending_at is not None
    return mailbox.Mail(
        letter=letter.id,
        to_name=name,
        to_address=address,
        company=fields.company,
        mailbox=mailbox_of(service.settings, company),
        subject=words("mail_subject", language, title=head, number=case.number),
        body=words(
            "mail_body",
            language,
            salutation=fields.salutation,
            title=head,
            letter_number=letter.letter_number,
            company=fields.company,
            time=fields.time,
        ),
        attachment=unseal_bytes(key, letter.complaint, pdf_name(letter.id), letter.pdf),
        attachment_name=f"{letter.letter_number}.pdf",
        at=letter.sending_at,
    )


async def _record(service: Service, letter_id: str, proof: str | None) -> None:
    async with service.database.session() as session:
        letter = await attempts.held(session, service, Letter, letter_id)
        if letter is None:
            return
        if proof == "unknown":
            letter.state = "maybe_sent"
        elif proof is None:
            # by post: it is sent when its posting is on record, not when it is printed
            letter.state, letter.attempt_begun_at = "printing", None
        else:
            await sent(session, letter, proof, letter.sending_by or "system", await now(session))


async def sent(session: AsyncSession, letter: Letter, proof: str, by: str, at: datetime) -> Delivery:
    """Record that a letter went out, and what proves it; publishes it. The case is held."""
    assert letter.way is not None
    letter.sent_at, letter.delivered_at = at, at
    letter.state, letter.attempt_begun_at = "delivered", None
    row = delivery(letter, "delivered", proof, by, at)
    session.add(row)
    facts = await _facts(session, letter, by, at)
    if letter.purpose == "reply":
        facts.append(ReplyDelivered(reply=letter.id, way=letter.way, proof=proof, by=by))
        case = await session.get_one(Case, letter.complaint)
        if case.stage == "decided" and case.round == letter.round:
            facts += await visiting.begin(session, case, at)
    await publish(session, letter.complaint, *facts)
    return row


async def _facts(session: AsyncSession, letter: Letter, by: str, at: datetime) -> list[Fact]:
    way = letter.way
    assert way is not None
    if letter.purpose == "reply":
        return [ReplySent(reply=letter.id, letter_number=str(letter.letter_number), way=way, by=by)]
    if letter.purpose == "refusal":
        return [RefusalSent(way=way, by=by)]
    if letter.review is not None:
        review = await session.get_one(Review, letter.review)
        review.decided_at = at
        assert review.result is not None
        return [ReviewDecided(review=review.id, result=review.result, by=str(review.reviewer))]
    if letter.purpose == "withdrawal_confirmation":
        return [WithdrawalConfirmed(way=way, by=by)]
    extension = await session.get_one(Extension, str(letter.extension))
    if letter.purpose == "preliminary_opinion":
        extension.preliminary_at = at
        return [PreliminaryOpinionGiven(extension=extension.id, way=way, by=by)]
    extension.state, extension.notice_at = "notified", at
    return [
        ExtensionNotified(
            extension=extension.id, replaces_due_at=extension.replaces_due_at, until=extension.until, way=way, by=by
        )
    ]


def delivery(letter: Letter, outcome: str, proof: str | None, by: str, at: datetime) -> Delivery:
    """Return the record of an attempt."""
    assert letter.way is not None
    return Delivery(id=str(uuid4()), letter=letter.id, way=letter.way, at=at, outcome=outcome, proof=proof, by=by)


async def _give_back(service: Service, claimed: Letter, outcome: str) -> None:
    """The address takes no mail: by post where there is an address, else it is laid on the status page."""
    async with service.database.session() as session:
        letter = await attempts.held(session, service, Letter, claimed.id)
        if letter is None:
            return
        case = await session.get_one(Case, letter.complaint)
        session.add(delivery(letter, outcome, None, letter.sending_by or "system", await now(session)))
        letter.way = "letter" if "letter" in case.reachable else "status_page"
        letter.attempt_begun_at, letter.tries = None, 0


async def _give_up(service: Service, claimed: Letter) -> None:
    """The complaint was erased: there is nobody and nothing left to send."""
    async with service.database.session() as session:
        letter = await attempts.held(session, service, Letter, claimed.id)
        if letter is not None:
            letter.state, letter.attempt_begun_at = "void", None
