"""An extension step by step: asked for, decided by another, told in advance, with a preliminary opinion (5/3.4)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Exists, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.reply.extension import in_range, latest
from services.reply.letters import check_told
from services.reply.tables import Case, Errand, Extension, Letter
from services.reply.ways import WRITTEN, notice_ways
from services.reply.work import Work, calendar_of
from shared.errors import Problem
from shared.events import (
    ExtensionApproved,
    ExtensionNotified,
    ExtensionRejected,
    ExtensionRequested,
    PreliminaryOpinionGiven,
)
from shared.fairness import Tree
from shared.glossary import LetterPurpose, NoticeWay
from shared.procedure.reader import load


async def request(work: Work, until: date, reason: str) -> Extension:
    """Ask for more time than the reply's deadline gives. Raises ``Problem`` 409 and 422."""
    work.check("extension.requested")
    await _check_not_answered(work)
    replaces = work.case.reply_due_at
    if replaces is None:
        raise Problem(409, "no_reply_due")
    if work.at >= replaces:
        raise Problem(409, "deadline_passed")
    calendar, longest = await calendar_of(work.session), load().policy.extension.longest_working_days
    if not in_range(until, replaces, calendar, longest):
        last = latest(replaces, calendar, longest).isoformat()
        raise Problem(422, "extension_out_of_range", latest=last, errors=[("until", "extension_out_of_range")])
    if any(one.replaces_due_at == replaces and one.state != "rejected" for one in await _earlier(work)):
        raise Problem(409, "extension_exists")
    id_ = str(uuid4())
    extension = Extension(
        id=id_,
        complaint=work.case.complaint,
        round=work.case.round,
        replaces_due_at=replaces,
        until=until,
        reason=work.seal(f"extension.{id_}", reason),
        state="requested",
        requested_by=work.by,
        requested_at=work.at,
    )
    work.session.add(extension)
    await work.say(ExtensionRequested(extension=id_, replaces_due_at=replaces, until=until, by=work.by))
    return extension


async def waiting(session: AsyncSession, tree: Tree, by: str, at: datetime) -> list[tuple[Extension, Case]]:
    """Return what waits for an approval that ``by`` can give at a moment (UTC), the next due first."""
    told = aliased(Extension)
    again = exists().where(
        told.complaint == Extension.complaint, told.round == Extension.round, told.state == "notified"
    )
    wanted = select(Extension, Case, again).join(Case, Case.complaint == Extension.complaint)
    wanted = wanted.where(Extension.state == "requested", Extension.requested_by != by, Extension.replaces_due_at > at)
    wanted = wanted.where(Extension.round == Case.round, ~_answered(Case.complaint, Case.round))
    rows = (await session.execute(wanted.order_by(Extension.replaces_due_at))).all()
    own, concern = tree.officers.get(by), tree.concern(by)
    return [
        (one, case)
        for one, case, second in rows
        if concern.isdisjoint(case.named_officers) and _approves(tree, own, case.department, second=second)
    ]


def _approves(tree: Tree, own: str | None, department: str | None, *, second: bool) -> bool:
    """Say whether a supervisor of ``own`` is asked: for a second one, of a department above the case's."""
    asked = (tree.above(department) if second else None) or department
    return asked is None or tree.is_within_or_above(own, asked)


async def approve(work: Work, extension: Extension) -> None:
    """Approve it: another person, a supervisor; for a second one, of the next higher department (policy, extension)."""
    await _check_decider(work, extension)
    await _check_not_answered(work)
    if work.at >= deadline_of(work, extension):
        raise Problem(409, "notice_too_late")
    extension.state, extension.decided_by, extension.decided_at = "approved", work.by, work.at
    await work.say(
        ExtensionApproved(
            extension=extension.id, replaces_due_at=extension.replaces_due_at, until=extension.until, by=work.by
        )
    )


async def reject(work: Work, extension: Extension) -> None:
    """Say no: the deadline stands."""
    await _check_decider(work, extension)
    extension.state, extension.decided_by, extension.decided_at = "rejected", work.by, work.at
    await work.say(ExtensionRejected(extension=extension.id, by=work.by))


async def notify(work: Work, extension: Extension, way: NoticeWay, text: str) -> None:
    """Tell the complainant before the deadline; only then the new date counts.

    Spoken ways are recorded at once; in writing, the machine makes a letter, and the notice is given when it goes out.
    """
    _check_open(work, extension, way)
    await _check_not_answered(work)
    if extension.state != "approved" or extension.notice_way is not None:
        raise Problem(409, "wrong_extension_state", state=extension.state)
    check_told(work, way, text)
    extension.notice_way, extension.notice_by = way, work.by
    extension.notice_text = work.seal(f"extension_notice.{extension.id}", text)
    if way in WRITTEN:
        await _write(work, extension, "extension_notice")
        return
    extension.state, extension.notice_at = "notified", work.at
    await work.say(
        ExtensionNotified(
            extension=extension.id,
            replaces_due_at=extension.replaces_due_at,
            until=extension.until,
            way=way,
            by=work.by,
        )
    )


async def give_opinion(work: Work, extension: Extension, way: NoticeWay, text: str) -> None:
    """Give the preliminary opinion; it is due within the deadline that is replaced, and late ones are recorded too."""
    _check_way(work, way)
    if extension.state not in {"approved", "notified"} or extension.preliminary_way is not None:
        raise Problem(409, "wrong_extension_state", state=extension.state)
    check_told(work, way, text)
    extension.preliminary_way, extension.preliminary_by = way, work.by
    extension.preliminary_text = work.seal(f"preliminary_opinion.{extension.id}", text)
    if way in WRITTEN:
        await _write(work, extension, "preliminary_opinion")
        return
    extension.preliminary_at = work.at
    await work.say(PreliminaryOpinionGiven(extension=extension.id, way=way, by=work.by))


def deadline_of(work: Work, extension: Extension) -> datetime:
    """Return the deadline in advance of which it must be told: the one replaced, or the present one when earlier."""
    return min(extension.replaces_due_at, work.case.reply_due_at or extension.replaces_due_at)


def _check_open(work: Work, extension: Extension, way: NoticeWay) -> None:
    _check_way(work, way)
    if work.at >= deadline_of(work, extension):
        raise Problem(409, "notice_too_late")


def _check_way(work: Work, way: NoticeWay) -> None:
    ways = notice_ways(work.case.reachable)
    if way not in ways:
        raise Problem(409, "way_not_possible", way=way, possible=list(ways))


def _answered(complaint: Any, round_: Any) -> Exists:
    """Say whether the reply has gone out: it ends both duties of an extension."""
    return exists().where(
        Letter.complaint == complaint, Letter.round == round_, Letter.purpose == "reply", Letter.sent_at.is_not(None)
    )


async def _check_not_answered(work: Work) -> None:
    if await work.session.scalar(select(_answered(work.case.complaint, work.case.round))):
        raise Problem(409, "reply_is_out")


async def _check_decider(work: Work, extension: Extension) -> None:
    if extension.state != "requested":
        raise Problem(409, "wrong_extension_state", state=extension.state)
    if work.by == extension.requested_by:
        raise Problem(403, "requester_may_not_approve")
    second = any(one.state == "notified" for one in await _earlier(work))
    if second and not _is_higher(work):
        raise Problem(403, "higher_department_must_approve")


def _is_higher(work: Work) -> bool:
    """Say whether the caller's department stands above the case's; at the root there is none, any supervisor may."""
    above = work.tree.above(work.case.department)
    if above is None:
        return True
    return work.tree.is_within_or_above(work.tree.officers.get(work.by) or work.caller.department, above)


async def _earlier(work: Work) -> Sequence[Extension]:
    wanted = select(Extension).where(Extension.complaint == work.case.complaint, Extension.round == work.case.round)
    return (await work.session.scalars(wanted)).all()


async def _write(work: Work, extension: Extension, purpose: LetterPurpose) -> None:
    await work.session.flush()
    errand = {
        "event": f"{purpose}.{extension.id}",
        "complaint": extension.complaint,
        "purpose": purpose,
        "extension": extension.id,
        "heard_at": work.at,
    }
    await work.session.execute(insert(Errand).values(errand))
