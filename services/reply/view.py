"""How reply shows what it keeps: texts opened, states said, and what to do next."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import select

from services.reply.answering import matters_of, said_of
from services.reply.answers import (
    AnyLetterOut,
    AttemptOut,
    CaseOut,
    DeliveryOut,
    DocumentOut,
    ErasedLetterOut,
    ExtensionOut,
    FindingOut,
    LetterOut,
    MatterOut,
    NoticeOut,
    ReviewOut,
    StepOut,
    SuggestionOut,
    VisitOut,
    VoiceOut,
    WaysOut,
)
from services.reply.language_check import Finding
from services.reply.letter import complete, spoken
from services.reply.letters import fields_name, fields_with_answers, pdf_name, said_amiss, signing_rule
from services.reply.signing import needs_check
from services.reply.tables import (
    Delivery,
    Extension,
    Letter,
    Matter,
    ResultNotice,
    Review,
    SuggestionAnswer,
    Visit,
    VisitAttempt,
    Voice,
)
from services.reply.ways import letter_ways, notice_ways
from services.reply.work import Work
from shared.glossary import LANGUAGES, Language

_NEXT: Final[dict[str, tuple[str, str, str, str]]] = {
    # action: clause, and its words
    "draft": ("4/5.2.10(1)", "起草回復", "起草回复", "Draft the reply"),
    "answer": ("5/1.1", "逐項答覆投訴事項", "逐项答复投诉事项", "Answer the matters raised"),
    "submit": ("5/2.2", "提交審核", "提交审核", "Submit the draft"),
    "check": ("5/1.1", "審核信函", "审核信函", "Check the letter"),
    "sign": ("5/2.1", "簽發信函", "签发信函", "Sign the letter"),
    "send": ("4/5.2.10(1)", "發出信函", "发出信函", "Send the letter"),
    "record_posting": ("4/5.2.10(1)", "登記郵寄", "登记邮寄", "Record the posting"),
    "look_after_sending": ("4/5.2.10(1)", "核實是否已發出", "核实是否已发出", "Find out whether it was sent"),
    "tell_result": ("4/5.2.9(2)", "反饋處理結果", "反馈处理结果", "Tell the result"),
    "look_after_notice": (
        "6/3.4.4(2)",
        "核實短信是否已發出",
        "核实短信是否已发出",
        "Find out whether the message went out",
    ),
    "decide_extension": ("5/3.4", "審批延期", "审批延期", "Decide on the extension"),
    "tell_extension": ("5/3.4", "通知延期", "通知延期", "Tell of the extension"),
    "give_preliminary_opinion": ("5/3.4", "給出初步處理意見", "给出初步处理意见", "Give the preliminary opinion"),
}


async def story(work: Work) -> CaseOut:
    """Return everything that reply keeps of a case."""
    letters = (await work.session.scalars(_of(Letter, work).order_by(Letter.round, Letter.drafted_at))).all()
    notices = (await work.session.scalars(_of(ResultNotice, work).order_by(ResultNotice.at))).all()
    extensions = (await work.session.scalars(_of(Extension, work).order_by(Extension.requested_at))).all()
    voices = (await work.session.scalars(_of(Voice, work).order_by(Voice.at))).all()
    unanswered = set(await work.session.scalars(_of_matters(work)))
    case = work.case
    return CaseOut.of(
        case,
        ways=WaysOut(letter=list(letter_ways(case.reachable)), notice=list(notice_ways(case.reachable))),
        letters=[await letter_view(work, letter) for letter in letters],
        result_notices=[notice_view(work, one) for one in notices],
        extensions=[extension_view(work, one) for one in extensions],
        satisfaction=[voice_view(work, one) for one in voices if one.kind == "satisfaction"],
        disputes=[voice_view(work, one) for one in voices if one.kind == "dispute"],
        asked_for_review=[voice_view(work, one) for one in voices if one.kind == "review"],
        reviews=[ReviewOut.of(one, number=case.number) for one in await _all(Review, work, Review.round)],
        visits=[visit_view(work, one) for one in await _all(Visit, work, Visit.round)],
        visit_attempts=[attempt_view(work, one) for one in await _all(VisitAttempt, work, VisitAttempt.at)],
        suggestion=next((suggestion_view(work, one) for one in await _all(SuggestionAnswer, work)), None),
        next=_next(work, letters, extensions, unanswered, notices),
    )


def _is_told(notices: Sequence[ResultNotice], of_round: int) -> bool:
    """Say whether the result of a round was told, or a message with it is on its way."""
    return any(one.round == of_round and one.state in {"sending", "maybe_sent", "told"} for one in notices)


async def _all(table: Any, work: Work, *order: Any) -> Sequence[Any]:
    found: Sequence[Any] = (await work.session.scalars(_of(table, work).order_by(*order))).all()
    return found


def _of(table: Any, work: Work) -> Any:
    return select(table).where(table.complaint == work.case.complaint)


def _of_matters(work: Work) -> Any:
    return select(Matter.letter).where(Matter.complaint == work.case.complaint, Matter.state == "open").distinct()


async def letter_view(work: Work, letter: Letter) -> AnyLetterOut:
    """Return a letter with its words, what it lacks, who did what, and its deliveries."""
    deliveries = await work.session.scalars(
        select(Delivery).where(Delivery.letter == letter.id).order_by(Delivery.at, Delivery.outcome)
    )
    more = {
        "number": work.case.number,
        "matters": [matter_view(work, one) for one in await matters_of(work, letter)],
        "by_machine": letter.machine,
        "returned_because": work.open(f"letter_return.{letter.id}", letter.returned_because),
        "deliveries": [DeliveryOut.of(one, text=work.open(f"delivery.{one.id}", one.note)) for one in deliveries],
    }
    if not work.readable:
        return ErasedLetterOut.of(letter, **more, erased=True)
    fields = await fields_with_answers(work, letter)
    said, found = spoken(fields, letter.purpose), []
    if letter.letter_number is None:
        found = [_finding(each, said[each.part], work.language) for each in said_amiss(work, letter, fields)]
    missing = complete(fields, letter.purpose, signed=letter.letter_number is not None)
    return LetterOut.of(letter, **more, **dict(fields), missing=missing, language_check=found)


def _finding(found: Finding, said: str, language: Language) -> FindingOut:
    return FindingOut(
        rule=found.rule,
        clause=found.clause,
        grave=found.grave,
        part=found.part,
        start=found.start,
        end=found.end,
        words=said[found.start : found.end],
        before=said[max(found.start - 16, 0) : found.start],
        after=said[found.end : found.end + 16],
        why=found.why[language],
        instead=found.instead,
    )


def matter_view(work: Work, one: Matter) -> MatterOut:
    """Return a matter: what was said, how the letter names it, its answer and what carries it (5/1.1)."""
    words = asdict(said_of(work, one)) if work.readable else dict.fromkeys(("said", "text", "answer", "reason"))
    return MatterOut.of(one, **words)


def notice_view(work: Work, notice: ResultNotice) -> NoticeOut:
    """Return a result notice: what was told, how, and what proves that a message went out (6/3.4.4(2))."""
    text = work.open(f"result_notice.{notice.id}", notice.text)
    return NoticeOut.of(notice, text=text, note=work.open(f"notice_note.{notice.id}", notice.note))


def extension_view(work: Work, one: Extension) -> ExtensionOut:
    """Return an extension with its notice and preliminary opinion."""
    return ExtensionOut.of(
        one,
        reason=work.open(f"extension.{one.id}", one.reason),
        notice_text=work.open(f"extension_notice.{one.id}", one.notice_text),
        preliminary_text=work.open(f"preliminary_opinion.{one.id}", one.preliminary_text),
    )


def voice_view(work: Work, voice: Voice) -> VoiceOut:
    """Return what the complainant said of the outcome."""
    return VoiceOut.of(voice, text=work.open(f"{voice.kind}.{voice.id}", voice.text))


def visit_view(work: Work, one: Visit) -> VisitOut:
    """Return a return visit: by which unit, until when, and what the complainant said (3/5.2)."""
    return VisitOut.of(one, number=work.case.number, text=work.open(f"visit.{one.id}", one.text))


def attempt_view(work: Work, one: VisitAttempt) -> AttemptOut:
    """Return an attempt to reach somebody for a return visit."""
    return AttemptOut.of(one, text=work.open(f"visit_attempt.{one.id}", one.text))


def suggestion_view(work: Work, one: SuggestionAnswer) -> SuggestionOut:
    """Return what became of a suggestion (6/3.4.2(1))."""
    return SuggestionOut.of(one, text=work.open(f"suggestion.{one.id}", one.text))


def _next(
    work: Work,
    letters: Sequence[Letter],
    extensions: Sequence[Extension],
    unanswered: set[str],
    notices: Sequence[ResultNotice],
) -> list[StepOut]:
    steps: list[StepOut] = []
    for one in extensions:
        if one.round != work.case.round or one.replaces_due_at <= work.at:
            continue
        if one.state == "requested":
            steps.append(_step("decide_extension", work.language, extension=one.id))
        if one.state == "approved" and one.notice_way is None:
            steps.append(_step("tell_extension", work.language, extension=one.id))
        if one.state in {"approved", "notified"} and one.preliminary_way is None:
            steps.append(_step("give_preliminary_opinion", work.language, extension=one.id))
    replies = [
        one for one in letters if one.purpose == "reply" and one.round == work.case.round and one.state != "void"
    ]
    if work.case.stage == "decided" and not replies:
        steps.append(_step("draft", work.language))
    if (
        work.case.stage == "decided"
        and not _is_told(notices, work.case.round)
        and not any(one.sent_at for one in replies)
    ):
        steps.append(_step("tell_result", work.language))
    steps += [_step("look_after_notice", work.language, notice=one.id) for one in notices if one.state == "maybe_sent"]
    steps += [
        _step(action, work.language, letter=one.id)
        for one in letters
        if (action := _letter_step(work, one, unanswered=one.id in unanswered))
    ]
    return steps


def _letter_step(work: Work, letter: Letter, *, unanswered: bool) -> str | None:
    if letter.state == "draft" and unanswered:
        return "answer"
    if letter.state == "submitted":
        return "check" if needs_check(signing_rule(work.case)) else "sign"
    return {
        "draft": "submit",
        "checked": "sign",
        "signed": "send",
        "printing": "record_posting",
        "maybe_sent": "look_after_sending",
    }.get(letter.state)


def _step(action: str, language: Language, **subject: str) -> StepOut:
    clause, *labels = _NEXT[action]
    return StepOut(action=action, label=labels[LANGUAGES.index(language)], clause=clause, **subject)


async def documents(work: Work) -> list[DocumentOut]:
    """Return everything for the file, still sealed: signed letters with their proof, notices, extensions, voices."""
    found: list[DocumentOut] = []

    def add(
        kind: str, id_: str, title: str, at: Any, by: str, media_type: str, content: bytes | None, **more: Any
    ) -> None:
        if content is not None:
            more = {"field": f"{kind}.{id_}"} | more
            packed = {"content": base64.b64encode(content).decode(), "sha256": hashlib.sha256(content).hexdigest()}
            found.append(
                DocumentOut(kind=kind, id=id_, title=title, at=at, by=by, media_type=media_type, **packed, **more)
            )

    for letter in await work.session.scalars(_of(Letter, work).order_by(Letter.round, Letter.drafted_at)):
        if letter.pdf is None:
            continue
        deliveries = (await work.session.scalars(select(Delivery).where(Delivery.letter == letter.id))).all()
        proof = [
            {"way": one.way, "at": one.at, "outcome": one.outcome, "proof": one.proof, "by": one.by}
            for one in deliveries
        ]
        add(
            "letter",
            letter.id,
            letter.purpose,
            letter.signed_at,
            str(letter.signer),
            "application/pdf",
            letter.pdf,
            field=pdf_name(letter.id),
            letter_number=letter.letter_number,
            pdf_sha256=letter.pdf_sha256,
            state=letter.state,
            deliveries=proof,
        )
        for one in deliveries:
            add("delivery", one.id, "delivery", one.at, one.by, "text/plain", one.note)
        add(
            "letter_fields",
            letter.id,
            letter.purpose,
            letter.signed_at,
            letter.author,
            "application/json",
            letter.fields,
            field=fields_name(letter.id),
        )
    for one in await work.session.scalars(_of(Matter, work).order_by(Matter.letter, Matter.position)):
        more = {"letter": one.letter, "state": one.state, "evidence": one.evidence}
        add("matter", one.id, "matter", one.at, one.by, "application/json", one.words, **more)
    for notice in await _all(ResultNotice, work, ResultNotice.at):
        more = {"way": notice.way, "state": notice.state, "told_at": notice.told_at, "proof": notice.proof}
        more["gateway_id"] = notice.gateway_id
        add("result_notice", notice.id, "result_notice", notice.at, notice.by, "text/plain", notice.text, **more)
    for one in await work.session.scalars(_of(Extension, work).order_by(Extension.requested_at)):
        add(
            "extension",
            one.id,
            "extension",
            one.requested_at,
            one.requested_by,
            "text/plain",
            one.reason,
            state=one.state,
        )
        # a letter that waits for the post, or was given up, has told nobody yet
        notice_at, opinion_at = one.notice_at or one.decided_at, one.preliminary_at or one.decided_at
        notice_by, opinion_by = str(one.notice_by), str(one.preliminary_by)
        add("extension_notice", one.id, "extension_notice", notice_at, notice_by, "text/plain", one.notice_text)
        opinion = one.preliminary_text
        add("preliminary_opinion", one.id, "preliminary_opinion", opinion_at, opinion_by, "text/plain", opinion)
    for kind, id_, at, by, content, more in await _afterwards(work):
        add(kind, id_, kind, at, by, "text/plain", content, **more)
    return found


async def _afterwards(work: Work) -> list[tuple[str, str, Any, str, bytes | None, dict[str, Any]]]:
    """Return what came after the answer: the complainant's word, reviews, return visits, a suggestion's outcome."""
    voices = await _all(Voice, work, Voice.at)
    reviews, visits = await _all(Review, work, Review.round), await _all(Visit, work, Visit.round)
    attempts = await _all(VisitAttempt, work, VisitAttempt.at)
    told = await _all(SuggestionAnswer, work)
    return [
        *((one.kind, one.id, one.at, one.by, one.text, _codes(one, "score")) for one in voices),
        *(
            (
                "review_reasons",
                one.id,
                one.found_at,
                str(one.reviewer),
                one.reasons,
                _codes(one, "result", "department"),
            )
            for one in reviews
        ),
        *(("visit", one.id, one.ended_at, str(one.by), one.text, _codes(one, *_OF_A_VISIT)) for one in visits),
        *(("visit_attempt", one.id, one.at, one.by, one.text, _codes(one, "way")) for one in attempts),
        *(("suggestion", one.id, one.at, one.by, one.text, _codes(one, "outcome", "way")) for one in told),
    ]


_OF_A_VISIT: Final = ("solved", "score", "questions", "way", "not_possible", "department")


def _codes(one: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}
