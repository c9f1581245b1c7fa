"""A letter's states: drafted, submitted, checked, signed. Each function is one step in the caller's transaction."""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply import answering, typesetting
from services.reply.companies import House, house_of, mailbox_of
from services.reply.language_check import Finding, language_check
from services.reply.letter import Fields, complete, part_labels, spoken
from services.reply.signing import may_not_check, may_not_sign, needs_check, no_longer_enough
from services.reply.tables import Case, Letter, LetterNumber, Officer, Review
from services.reply.ways import SPOKEN, letter_ways
from services.reply.wording import moment
from services.reply.work import Work
from shared.errors import Problem
from shared.events import ReplyChecked, ReplyDrafted, ReplyReturned, ReplySigned
from shared.glossary import Language, LetterPurpose, LetterWay, NoticeWay
from shared.office_calendar import SHANGHAI
from shared.privacy import seal
from shared.procedure.policy import SigningRow
from shared.procedure.reader import load


def fields_name(letter: str) -> str:
    """Return the name that is bound into a letter's sealed fields."""
    return f"letter.{letter}"


def pdf_name(letter: str) -> str:
    """Return the name that is bound into a letter's sealed PDF."""
    return f"letter_pdf.{letter}"


def fields_of(work: Work, letter: Letter) -> Fields:
    """Return the words of a letter. Raises ``Problem`` 410 when the complaint was erased."""
    return Fields.model_validate(work.open_json(fields_name(letter.id), letter.fields))


async def fields_with_answers(work: Work, letter: Letter) -> Fields:
    """Return the words of a letter with the answers to the matters, which stand in it from its signature on."""
    fields = fields_of(work, letter)
    if letter.letter_number is not None:
        return fields
    return fields.model_copy(update={"answers": await answering.answers_of(work, letter)})


def signing_rule(case: Case) -> SigningRow:
    """Return who signs a letter of this case, and who must be different people (policy, signing)."""
    return load().policy.signing_of(case.kind or "complaint", case.level)


async def current_reply(work: Work) -> Letter | None:
    """Return the reply of this round, when one is being written or has gone out."""
    wanted = select(Letter).where(
        Letter.complaint == work.case.complaint,
        Letter.round == work.case.round,
        Letter.purpose == "reply",
        Letter.state != "void",
    )
    found: Letter | None = await work.session.scalar(wanted)
    return found


async def returned_reply(work: Work) -> Letter | None:
    """Return the newest reply of this round that became void by being returned after its signature."""
    wanted = select(Letter).where(
        Letter.complaint == work.case.complaint,
        Letter.round == work.case.round,
        Letter.purpose == "reply",
        Letter.state == "void",
    )
    found: Letter | None = await work.session.scalar(wanted.order_by(Letter.drafted_at.desc()).limit(1))
    return found


def new_letter(
    case: Case,
    purpose: LetterPurpose,
    language: Language,
    fields: Fields,
    key: bytes,
    author: str,
    at: datetime,
    **more: object,
) -> Letter:
    """Return a new draft."""
    id_ = str(uuid4())
    return Letter(
        id=id_,
        complaint=case.complaint,
        round=case.round,
        purpose=purpose,
        language=language,
        fields=seal(key, case.complaint, fields_name(id_), fields.model_dump_json()),
        state="draft",
        version=1,
        author=author,
        authors=[author],
        drafted_at=at,
        tries=0,
        **more,
    )


def rewrite(work: Work, letter: Letter, changes: Mapping[str, str], version: int) -> None:
    """Change the words of a draft; 409 when it is not the ``version`` that the change was made from."""
    if letter.version != version:
        raise Problem(409, "conflict", version=letter.version)
    write_at(work, letter)
    put_words(work, letter, fields_of(work, letter).model_copy(update=dict(changes)))


def put_words(work: Work, letter: Letter, fields: Fields) -> None:
    """Seal a draft's new words; whoever has the earlier version has to look again."""
    letter.fields = work.seal(fields_name(letter.id), fields.model_dump_json())
    letter.version += 1


def write_at(work: Work, letter: Letter) -> None:
    """Who writes at a draft is one of its authors. Raises ``Problem`` 409."""
    _expect(letter, "draft")
    _check_round(work, letter)
    if letter.review is not None and work.by not in letter.authors:
        raise Problem(403, "not_the_reviewer")
    if work.by not in letter.authors:
        letter.authors = [*letter.authors, work.by]


async def submit(work: Work, letter: Letter) -> None:
    """Hand the draft in for checking: it answers (5/1.1), is whole by the prescribed form, and fit to be said (5/1.2).

    Else ``Problem`` 422 naming the matters or the parts.
    """
    _expect(letter, "draft")
    _check_step(work, letter, "reply.drafted")
    if work.by not in letter.authors:
        raise Problem(403, "only_author_submits")
    if letter.purpose == "reply":
        await answering.check_answered(work, letter)
    fields = await fields_with_answers(work, letter)
    _check_form(work, letter, fields)
    _check_language(work, letter, fields)
    letter.state, letter.submitted_at, letter.returned_because = "submitted", work.at, None
    await work.say(ReplyDrafted(reply=letter.id, by=work.by))


async def check(work: Work, letter: Letter) -> None:
    """A second person has checked it (policy, signing)."""
    _expect(letter, "submitted")
    _check_step(work, letter, "reply.drafted")
    _forbid(may_not_check(work.by, letter.authors))
    await _check_apart(work, letter)
    letter.state, letter.checker, letter.checked_at = "checked", work.by, work.at
    await work.say(ReplyChecked(reply=letter.id, by=work.by))


async def send_back(work: Work, letter: Letter, reason: str) -> None:
    """Checker or signer sends it back to the author, with the reason.

    One that is signed keeps its number and becomes void; the author drafts another.
    """
    _expect(letter, "submitted", "checked", "signed")
    _forbid(may_not_check(work.by, letter.authors))
    if letter.state == "signed":
        letter.state = "void"
    else:
        letter.state, letter.checker, letter.submitted_at, letter.checked_at = "draft", None, None, None
    letter.returned_because = work.seal(f"letter_return.{letter.id}", reason)
    await work.say(ReplyReturned(reply=letter.id, by=work.by))


async def sign(work: Work, letter: Letter, signature: str) -> None:
    """Sign in the company's name: number, time and signature are put in, and the PDF is made for good."""
    rule = signing_rule(work.case)
    _expect(letter, "checked", *(() if needs_check(rule) else ("submitted",)))
    _check_step(work, letter, "reply.signed")
    _forbid(may_not_sign(rule, work.by, work.caller.roles, letter.authors, letter.checker))
    await _check_apart(work, letter, signing=True)
    fields = await fields_with_answers(work, letter)
    assert work.key is not None
    house = house_of(work.service.settings, work.company, letter.language)
    await finish(work.session, house, work.case, letter, fields, work.key, work.by, signature, work.at)
    _check_form(work, letter, fields_of(work, letter), signed=True)
    letter.state = "signed"
    await work.say(ReplySigned(reply=letter.id, letter_number=str(letter.letter_number), by=work.by))


async def send(work: Work, letter: Letter, way: LetterWay | None) -> None:
    """Hand a signed letter to the sending; once more when nobody knows whether it went out. Raises ``Problem`` 409."""
    if letter.state == "signed" and not letter.machine:
        _check_round(work, letter)
        if letter.review is None and work.case.stage != "decided":
            raise work.wrong_stage()
        await _check_signing(work, letter)
    elif letter.state != "maybe_sent":
        raise Problem(409, "wrong_letter_state", state=letter.state)
    ways = letter_ways(work.case.reachable)
    chosen = way or ways[0]
    if chosen not in ways:
        raise Problem(409, "way_not_possible", way=chosen, possible=list(ways))
    letter.way, letter.state, letter.sending_at, letter.sending_by = chosen, "sending", work.at, work.by
    letter.attempt_begun_at, letter.try_after, letter.tries = None, None, 0


def is_set_aside(case: Case, letter: Letter) -> bool:
    """Say whether it tells of a refusal that a review has set aside (4/5.2.10(2))."""
    return letter.purpose == "refusal" and letter.round < case.round


def take_out(work: Work, letter: Letter) -> None:
    """It was not posted, and is not: the refusal was set aside. Raises ``Problem`` 409 for any other letter."""
    if letter.state != "printing" or not is_set_aside(work.case, letter):
        raise Problem(409, "wrong_letter_state", state=letter.state)
    letter.state = "void"


async def _check_signing(work: Work, letter: Letter) -> None:
    signer = await work.session.get(Officer, str(letter.signer))
    by_supervisor = signer is None or signer.supervisor
    rule = signing_rule(work.case)
    if no_longer_enough(rule, letter.authors, letter.checker, str(letter.signer), by_supervisor=by_supervisor):
        raise Problem(409, "signed_under_easier_rule")


async def finish(
    session: AsyncSession,
    house: House,
    case: Case,
    letter: Letter,
    fields: Fields,
    key: bytes,
    signer: str,
    signature: str,
    at: datetime,
) -> None:
    """Give the letter its number, company, time and signature, and make its PDF."""
    whole = fields.model_copy(
        update={"company": house.name, "time": moment(at, letter.language), "signature": signature}
    )
    letter.letter_number = await next_number(session, at)
    sheet = sheet_of(house, case, letter, whole, at)
    pdf = await asyncio.to_thread(typesetting.make_pdf, sheet)
    letter.fields = seal(
        key, case.complaint, fields_name(letter.id), json.dumps(whole.model_dump(), ensure_ascii=False)
    )
    letter.pdf, letter.pdf_sha256 = seal(key, case.complaint, pdf_name(letter.id), pdf), hashlib.sha256(pdf).hexdigest()
    letter.signer, letter.signed_at = signer, at


def sheet_of(house: House, case: Case, letter: Letter, fields: Fields, at: datetime) -> typesetting.Sheet:
    """Return the letter as it goes on paper; without a number it is a draft."""
    return typesetting.Sheet(
        purpose=letter.purpose,
        language=letter.language,
        fields=fields,
        number=case.number,
        letter_number=letter.letter_number or "",
        at=at,
        company=house.name,
        mailbox=house.mailbox,
        letterhead=house.letterhead,
        seal=house.seal,
        kind=case.kind,
        draft=letter.letter_number is None,
    )


async def next_number(session: AsyncSession, at: datetime) -> str:
    """Return the next letter number of the year (in the office's zone), like ``2026-000012``; no number is left out."""
    year = at.astimezone(SHANGHAI).year
    statement = insert(LetterNumber).values(year=year, last=1)
    taken = await session.scalar(
        statement.on_conflict_do_update(index_elements=["year"], set_={"last": LetterNumber.last + 1}).returning(
            LetterNumber.last
        )
    )
    return f"{year}-{taken:06}"


def _expect(letter: Letter, *states: str) -> None:
    if letter.machine or letter.state not in states:
        raise Problem(409, "wrong_letter_state", state=letter.state)


def _check_step(work: Work, letter: Letter, event_type: str) -> None:
    """Raise ``Problem`` 409 where the stage does not allow it; a review has steps of its own."""
    _check_round(work, letter)
    work.check("review.decided" if letter.review else event_type)


async def _check_apart(work: Work, letter: Letter, *, signing: bool = False) -> None:
    """The letter of a review is checked and signed by who had no part in what is reviewed, and signed from above.

    Raises ``Problem`` 403.
    """
    if letter.review is None:
        return
    review = await work.session.get_one(Review, letter.review)
    if work.by in review.deciders:
        raise Problem(403, "decided_it_themselves")
    if signing and not work.tree.is_within_or_above(work.tree.officers.get(work.by, ""), review.department):
        raise Problem(403, "not_reviewing_department")


def _check_round(work: Work, letter: Letter) -> None:
    if letter.review is not None:
        return  # a review is of its own round, whatever has become of the complaint since
    if letter.round != work.case.round:
        raise Problem(409, "earlier_round")


def _check_form(work: Work, letter: Letter, fields: Fields, *, signed: bool = False) -> None:
    missing = complete(fields, letter.purpose, signed=signed)
    if missing:
        labels = part_labels(missing, work.language)
        raise Problem(
            422,
            "letter_incomplete",
            missing=missing,
            missing_labels=labels,
            errors=[(part, "missing") for part in missing],
        )


def said_amiss(work: Work, letter: Letter, fields: Fields) -> list[Finding]:
    """Return what is wrong with a letter's words (5/1.2, 4/5.2.5); the company's own address may stand in it."""
    return language_check(spoken(fields, letter.purpose), own=[mailbox_of(work.service.settings, work.company)])


def _check_language(work: Work, letter: Letter, fields: Fields) -> None:
    _refuse_grave(said_amiss(work, letter, fields))


def check_told(work: Work, way: NoticeWay, text: str) -> None:
    """Raise ``Problem`` 422 for what no letter may say either, where it goes out in these words (5/1.2(1), 4/5.2.5).

    What was spoken is only recorded.
    """
    if way not in SPOKEN:
        own = [mailbox_of(work.service.settings, work.company)]
        _refuse_grave(language_check({"text": text}, own=own))


def _refuse_grave(found: Iterable[Finding]) -> None:
    grave = [(each.part, f"letter_{each.rule}") for each in found if each.grave]
    if grave:
        raise Problem(422, "letter_language", errors=list(dict.fromkeys(grave)))


def _forbid(code: str | None) -> None:
    if code:
        raise Problem(403, code)
