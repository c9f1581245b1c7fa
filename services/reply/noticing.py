"""The result is told (4/5.2.9(2), 6/3.4.4): by a person, who records it, or by a short message through the gateway.

As with letters, a message is claimed in a transaction of its own before the gateway is spoken to. When the answer is
lost nobody knows whether it went out: it is ``maybe_sent``, and a person looks. It is told when it was taken.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

import httpx
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply import attempts, gateway
from services.reply.asking import phone_number
from services.reply.companies import company_of, name_of
from services.reply.letters import check_told
from services.reply.tables import Case, ResultNotice
from services.reply.ways import notice_ways
from services.reply.work import Work
from shared.clock import now
from shared.errors import Problem
from shared.events import ResultNoticeGiven
from shared.glossary import NoticeWay
from shared.outbox import publish
from shared.privacy import Erased, unseal
from shared.running import Service

ASKED: Final = {
    "zh-Hant": "對這一結果有意見，可憑編號和查詢碼在查詢頁評價，或表示尚未解決。",
    "zh-Hans": "对这一结果有意见，可凭编号和查询码在查询页评价，或表示尚未解决。",
    "en": "What do you think of it? With your number and code you can rate it, or say that it is not solved.",
}
"""A short message asks for the complainant's opinion (3/5.1): nobody is there to hear it."""


def notice_name(notice: str) -> str:
    """Return the name that is bound into a notice's sealed text."""
    return f"result_notice.{notice}"


async def tell_result(work: Work, way: NoticeWay, words: str) -> ResultNotice:
    """Record that the result was told, or hand the message to the gateway. Raises ``Problem`` 409."""
    if work.case.determined_at is None:
        raise Problem(409, "opinion_not_determined")
    work.check("result_notice.given")
    ways = notice_ways(work.case.reachable)
    if way not in ways:
        raise Problem(409, "way_not_possible", way=way, possible=list(ways))
    check_told(work, way, words)
    id_ = str(uuid4())
    notice = ResultNotice(
        id=id_, complaint=work.case.complaint, round=work.case.round, way=way, at=work.at, by=work.by, state="sending",
        text=work.seal(notice_name(id_), words), tries=0,
    )  # fmt: skip
    work.session.add(notice)
    if way != "sms":
        await told(work.session, notice, None, work.at)
    return notice


async def told(session: AsyncSession, notice: ResultNotice, proof: str | None, at: datetime) -> None:
    """It is told: publishes it, once. The case is held."""
    notice.state, notice.proof, notice.told_at, notice.attempt_begun_at = "told", proof, at, None
    await publish(session, notice.complaint, ResultNoticeGiven(way=notice.way, by=notice.by))


def send_again(notice: ResultNotice) -> None:
    """Hand a message in once more, under the same key: a gateway that has it sends it once. Raises ``Problem`` 409."""
    if notice.state not in {"maybe_sent", "refused"}:
        raise Problem(409, "wrong_notice_state", state=notice.state)
    notice.state, notice.attempt_begun_at, notice.try_after, notice.tries = "sending", None, None, 0


async def found_out(work: Work, notice: ResultNotice, *, went_out: bool, words: str) -> None:
    """A person has found out whether a message of which nobody knew went out. Raises ``Problem`` 409."""
    if notice.state != "maybe_sent":
        raise Problem(409, "wrong_notice_state", state=notice.state)
    notice.note = work.seal(f"notice_note.{notice.id}", words)
    if went_out:
        await told(work.session, notice, "found_out", work.at)
    else:
        notice.state, notice.proof = "refused", "found_out"


# --- the worker --------------------


async def send_messages(service: Service) -> bool:
    """Send one message; says whether there was one."""
    async with service.database.session() as session:
        await _look_after_broken(session, service)
        notice: ResultNotice | None = await attempts.claim(session, ResultNotice, ResultNotice.at)
    if notice is None:
        return False
    try:
        message = await _message(service, notice)
        if service.settings.sms_url:
            name, proof = await gateway.send(service.settings, message), "gateway_accepted"
        else:
            gateway.lay(service.settings, message)
            name, proof = None, "message_laid"
    except (gateway.NotTaken, httpx.TransportError):
        await attempts.try_again(service, notice, "message waits", notice=notice.id)
    except gateway.Refused:
        await _end(service, notice, "refused")
    except gateway.Unknown as fault:
        service.log.warning("message may have been sent", notice=notice.id, error=str(fault))
        await _end(service, notice, "maybe_sent")
    except (Erased, Problem) as problem:
        if isinstance(problem, Problem) and problem.status != 410:
            await attempts.try_again(service, notice, "message waits", notice=notice.id)
        else:
            await _end(service, notice, "void")
    else:
        await _record(service, notice.id, proof, name)
    return True


async def _look_after_broken(session: AsyncSession, service: Service) -> None:
    """Broken off while the gateway was spoken to: a person looks. Laying something ready is simply done again."""
    broken = update(ResultNotice).where(*attempts.broken_off(ResultNotice))
    state = {"state": "maybe_sent"} if service.settings.sms_url else {}
    await session.execute(broken.values(attempt_begun_at=None, **state))


async def _message(service: Service, notice: ResultNotice) -> gateway.Message:
    number = await phone_number(service, notice.complaint)
    if not number:
        raise gateway.Refused("no number")
    key = await service.keys.one(notice.complaint)
    async with service.database.session() as session:
        case = await session.get_one(Case, notice.complaint)
        company = await company_of(session, case.service)
    words = unseal(key, notice.complaint, notice_name(notice.id), notice.text)
    words = f"{words}\n{ASKED[case.language]}"
    return gateway.Message(notice.id, number, words, name_of(service.settings, company)[case.language])


async def _record(service: Service, notice_id: str, proof: str, name: str | None) -> None:
    async with service.database.session() as session:
        notice = await attempts.held(session, service, ResultNotice, notice_id)
        if notice is not None:
            notice.gateway_id = name
            await told(session, notice, proof, await now(session))


async def _end(service: Service, claimed: ResultNotice, state: str) -> None:
    async with service.database.session() as session:
        notice = await attempts.held(session, service, ResultNotice, claimed.id)
        if notice is not None:
            notice.state, notice.attempt_begun_at = state, None
