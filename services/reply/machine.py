"""Letters that the machine writes: refusals, confirmations of a withdrawal, and notices of an extension in writing.

A handler only takes an errand on. This worker asks intake and casework, then writes the letter and hands it to the
sending in one transaction, so that an errand makes exactly one letter.
"""

from typing import Any, Final

import httpx
from sqlalchemy import func, select, text, update

from services.reply.asking import material
from services.reply.companies import company_of, house_of
from services.reply.drafting import Material, draft
from services.reply.extension import replaced_date
from services.reply.letters import finish, new_letter
from services.reply.tables import Case, Errand, Extension
from services.reply.ways import letter_ways
from services.reply.wording import words
from services.reply.work import calendar_of, key_of
from shared.clock import now
from shared.errors import Problem
from shared.fairness import read_tree
from shared.glossary import LetterWay
from shared.outbox import hold
from shared.privacy import unseal
from shared.running import Service

MACHINE: Final = "system"


async def write_letters(service: Service) -> bool:
    """Write one letter that is waiting; says whether there was one."""
    async with service.database.session() as session:
        waiting = select(Errand).where(Errand.done_at.is_(None), Errand.try_after <= func.clock_timestamp())
        errand = await session.scalar(waiting.order_by(Errand.heard_at).limit(1))
    if errand is None:
        return False
    try:
        of, key = await _ask(service, errand)
    except httpx.TransportError:
        await _later(service, errand)
    except Problem as problem:
        if problem.status == 410:
            await _drop(service, errand)
        else:
            await _later(service, errand)
    else:
        await _write(service, errand, of, key)
    return True


async def _ask(service: Service, errand: Errand) -> tuple[Material, bytes]:
    key = await key_of(service, errand.complaint)
    if key is None:
        raise Problem(410, "erased")
    more: dict[str, Any] = {}
    async with service.database.session() as session:
        case, tree = await session.get_one(Case, errand.complaint), await read_tree(session)
        if errand.extension:
            extension = await session.get_one(Extension, errand.extension)
            more["message"] = _message(extension, errand, key)
            if errand.purpose == "extension_notice":
                more["replaces"] = replaced_date(extension.replaces_due_at, await calendar_of(session))
                more["until"] = extension.until
    return await material(service, case, tree, case.language, **more), key


def _message(extension: Extension, errand: Errand, key: bytes) -> str:
    notice = errand.purpose == "extension_notice"
    content = extension.notice_text if notice else extension.preliminary_text
    assert content is not None
    return unseal(key, extension.complaint, f"{errand.purpose}.{extension.id}", content)


async def _write(service: Service, errand: Errand, of: Material, key: bytes) -> None:
    async with service.database.session() as session:
        await hold(session, errand.complaint)
        open_still = select(Errand).where(Errand.event == errand.event, Errand.done_at.is_(None)).with_for_update()
        mine = await session.scalar(open_still)
        if mine is None:
            return
        case, at = await session.get_one(Case, errand.complaint), await now(session)
        fields = draft(errand.purpose, of).model_copy(update={"signatory": ""})
        more = {"extension": errand.extension, "machine": True}
        letter = new_letter(case, errand.purpose, of.language, fields, key, MACHINE, at, **more)
        signature = of.department or words("signature_of_system", of.language)
        house = house_of(service.settings, await company_of(session, case.service), letter.language)
        await finish(session, house, case, letter, fields, key, MACHINE, signature, at)
        letter.way = await _way(session, errand, case)
        letter.state, letter.sending_at, letter.sending_by = "sending", at, await _by(session, errand)
        session.add(letter)
        mine.done_at = at
    service.wake()


async def _way(session: Any, errand: Errand, case: Case) -> LetterWay:
    """Return the way a person has chosen for a notice; otherwise the best one."""
    if errand.extension:
        extension = await session.get_one(Extension, errand.extension)
        chosen: LetterWay = extension.notice_way if errand.purpose == "extension_notice" else extension.preliminary_way
        return chosen
    return letter_ways(case.reachable)[0]


async def _by(session: Any, errand: Errand) -> str:
    if errand.extension:
        extension = await session.get_one(Extension, errand.extension)
        who: str = extension.notice_by if errand.purpose == "extension_notice" else extension.preliminary_by
        return who
    return MACHINE


async def _later(service: Service, errand: Errand) -> None:
    """Somebody who must be asked does not answer: again in a while of real time."""
    wait = min(2**errand.tries, 60)
    service.log.warning("machine letter waits", complaint=errand.complaint, tries=errand.tries, again_in=wait)
    async with service.database.session() as session:
        again = func.clock_timestamp() + text(f"interval '{wait} seconds'")
        mine = update(Errand).where(Errand.event == errand.event)
        await session.execute(mine.values(tries=Errand.tries + 1, try_after=again))


async def _drop(service: Service, errand: Errand) -> None:
    """The complaint was erased: there is nobody to write to."""
    async with service.database.session() as session:
        at = await now(session)
        await session.execute(update(Errand).where(Errand.event == errand.event).values(done_at=at))
