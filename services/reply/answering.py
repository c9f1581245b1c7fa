"""Each matter of a complaint is answered in its reply, step by step (5/1.1); in the caller's transaction.

An answer names what of the case carries it, or says honestly that it could not be established. Nobody's matter is
lost: one that is removed says why, one that is merged is answered with another.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import uuid4

from sqlalchemy import select

from services.reply.letter import Answer
from services.reply.matters import MatterSource, Raised, known_as, raised
from services.reply.tables import Letter, Matter, Voice
from services.reply.work import Work
from shared.errors import Problem


@dataclass(frozen=True, slots=True)
class Said:
    """The sealed words of a matter."""

    said: str
    text: str
    answer: str = ""
    reason: str = ""


def matter_name(matter: str) -> str:
    """Return the name that is bound into a matter's sealed words."""
    return f"matter.{matter}"


def said_of(work: Work, matter: Matter) -> Said:
    """Return a matter's words. Raises ``Problem`` 410 when the complaint was erased."""
    return Said(**work.open_json(matter_name(matter.id), matter.words))


async def matters_of(work: Work, letter: Letter) -> Sequence[Matter]:
    """Return a letter's matters in their order."""
    wanted = select(Matter).where(Matter.letter == letter.id).order_by(Matter.position)
    return (await work.session.scalars(wanted)).all()


async def list_matters(work: Work, letter: Letter, text: Mapping[str, object]) -> None:
    """List what the complaint raises; what is listed already stays as it is, what was said since is added."""
    present = await matters_of(work, letter)
    known = {known_as(said_of(work, one).said) for one in present}
    position = max((one.position for one in present), default=0)
    for one in raised(text, await _disputes(work)):
        if known_as(one.said) not in known:
            position += 1
            _add(work, letter, position, one)


async def carry_over(work: Work, letter: Letter, earlier: Letter) -> None:
    """Take over the matters and answers of a reply of this round that was returned after its signature."""
    matters = await matters_of(work, earlier)
    new_ids = {one.id: str(uuid4()) for one in matters}
    for one in sorted(matters, key=lambda each: each.merged_into is not None):
        row = _add(work, letter, one.position, Raised("added", ""), new_ids[one.id])
        row.words = work.seal(matter_name(row.id), json.dumps(asdict(said_of(work, one)), ensure_ascii=False))
        row.source, row.state, row.evidence = one.source, one.state, list(one.evidence)
        row.merged_into = new_ids[one.merged_into] if one.merged_into else None
        await work.session.flush()


async def add_matter(work: Work, letter: Letter, text: str) -> None:
    """Add a matter that the list does not have."""
    position = max((one.position for one in await matters_of(work, letter)), default=0) + 1
    _add(work, letter, position, Raised("added", text))


def answer_matter(
    work: Work, matter: Matter, answer: str, evidence: Collection[str], *, established: bool, text: str | None = None
) -> None:
    """Answer a matter: with what carries the answer, or as not to be established. Raises ``Problem`` 422.

    ``text``: how the letter names it, where the complainant's own words will not do.
    """
    if not established and evidence:
        raise Problem(422, "evidence_of_nothing", errors=[("evidence", "evidence_of_nothing")])
    if established and not evidence and work.case.kind in (None, "complaint"):
        raise Problem(422, "answer_without_evidence", errors=[("evidence", "answer_without_evidence")])
    matter.state = "answered" if established else "not_established"
    matter.evidence, matter.merged_into = list(dict.fromkeys(evidence)), None
    _say(work, matter, answer=answer, reason="", **({"text": text} if text else {}))


async def merge_matter(work: Work, letter: Letter, matter: Matter, into: Matter) -> None:
    """Answer a matter, with all that was merged into it, together with another one. Raises ``Problem`` 422."""
    if into.id == matter.id or into.letter != matter.letter or into.state in {"merged", "removed"}:
        raise Problem(422, "merge_into_another", errors=[("into", "merge_into_another")])
    for one in await matters_of(work, letter):
        if one.merged_into == matter.id:
            one.merged_into = into.id
    matter.state, matter.evidence, matter.merged_into = "merged", [], into.id
    _say(work, matter, answer="", reason="")


async def remove_matter(work: Work, letter: Letter, matter: Matter, reason: str) -> None:
    """Leave a matter out, for a reason that stays on record. What was merged into it is open again."""
    for one in await matters_of(work, letter):
        if one.merged_into == matter.id:
            one.state, one.merged_into = "open", None
    matter.state, matter.evidence, matter.merged_into = "removed", [], None
    _say(work, matter, answer="", reason=reason)


async def check_answered(work: Work, letter: Letter) -> None:
    """Raise ``Problem`` 422 naming the matters that are open still, by their numbers (5/1.1)."""
    matters = await matters_of(work, letter)
    open_ = [one.position for one in matters if one.state == "open"]
    if open_:
        numbers = "、".join(map(str, open_)) if work.language != "en" else ", ".join(map(str, open_))
        errors = [(f"matters.{position}", "matter_open") for position in open_]
        raise Problem(422, "matters_unanswered", matters=numbers, errors=errors)
    if letter.purpose == "reply" and not any(one.state in {"answered", "not_established"} for one in matters):
        raise Problem(422, "nothing_answered")


async def answers_of(work: Work, letter: Letter) -> tuple[Answer, ...]:
    """Return the answers as the letter gives them; one that is merged stands with the other."""
    matters = await matters_of(work, letter)
    words = {one.id: said_of(work, one) for one in matters}
    with_it: dict[str, list[str]] = {}
    for one in matters:
        if one.merged_into:
            with_it.setdefault(one.merged_into, []).append(words[one.id].text)
    return tuple(
        Answer(
            matter="\n".join([words[one.id].text, *with_it.get(one.id, ())]),
            answer=words[one.id].answer,
            established=one.state == "answered",
        )
        for one in matters
        if one.state in {"answered", "not_established"}
    )


async def _disputes(work: Work) -> list[str]:
    wanted = select(Voice).where(Voice.complaint == work.case.complaint, Voice.kind == "dispute").order_by(Voice.at)
    return [work.open(f"dispute.{one.id}", one.text) or "" for one in await work.session.scalars(wanted)]


def _add(work: Work, letter: Letter, position: int, one: Raised, id_: str | None = None) -> Matter:
    id_ = id_ or str(uuid4())
    words = json.dumps(asdict(Said(one.said, one.said)), ensure_ascii=False)
    source: MatterSource = one.source
    row = Matter(
        id=id_, letter=letter.id, complaint=letter.complaint, position=position, source=source, state="open",
        words=work.seal(matter_name(id_), words), evidence=[], at=work.at, by=work.by,
    )  # fmt: skip
    work.session.add(row)
    return row


def _say(work: Work, matter: Matter, **changes: str) -> None:
    words = asdict(said_of(work, matter)) | changes
    matter.words = work.seal(matter_name(matter.id), json.dumps(words, ensure_ascii=False))
    matter.at, matter.by = work.at, work.by
