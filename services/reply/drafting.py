"""A letter's first draft, made from what is on record of the case (5/1.1, 5/2.2, 5/2.3). Pure; people improve it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from services.reply.language_check import masked
from services.reply.letter import Fields
from services.reply.wording import day, words
from shared.glossary import Channel, Kind, Language, LetterPurpose, ReviewResult, label

_LONGEST_MATTER: Final = 400


@dataclass(frozen=True)
class Material:
    """What a draft is made of. Names of departments are in the letter's language; dates are the office's."""

    number: str
    channel: Channel
    received_at: datetime
    kind: Kind | None
    language: Language
    person: Mapping[str, Any] | None
    """Name and addresses; ``None`` when the complainant is anonymous."""
    text: Mapping[str, Any] = field(default_factory=dict)
    department: str = ""
    reviewer: str | None = None
    """The next higher department's name; ``None`` at the root."""
    outcome: str | None = None
    opinion: str = ""
    cause: str | None = None
    cause_text: str = ""
    measures: Sequence[Mapping[str, Any]] = ()
    refused_for: str | None = None
    where_to_turn: str = ""
    message: str = ""
    """The text of an extension notice or of a preliminary opinion."""
    replaces: date | None = None
    until: date | None = None


def draft(purpose: LetterPurpose, of: Material) -> Fields:
    """Return the draft of a letter; parts that the record cannot fill are left empty for the author."""
    name = addressee(of.person, of.language)
    reviewer = of.reviewer or words("review_at_root", of.language)
    parts = {"reply": _reply, "refusal": _refusal, "withdrawal_confirmation": _withdrawal}.get(purpose, _notice)
    return Fields(
        addressee=name,
        reviewer=reviewer,
        reference=_reference(of.text.get("platform")),
        signatory=of.department,
        salutation=words("salutation", of.language, name=name),
        closing=words("closing", of.language),
        **parts(of, reviewer),
    )


def _reference(platform: Mapping[str, Any] | None) -> str:
    """Return platform and reference as the letter names them (1/1.1.5)."""
    return " ".join(str(platform[name]) for name in ("name", "reference") if platform.get(name)) if platform else ""


def draft_review_decision(of: Material, asked_at: datetime, result: ReviewResult, reasons: str) -> Fields:
    """Return the final letter of a review: what was asked, the decision, its reasons, where else to turn."""
    name, regulator = addressee(of.person, of.language), words("regulator", of.language)
    summary = words(
        "reviewed",
        of.language,
        date=day(asked_at, of.language),
        number=of.number,
        department=of.department,
        result=_word("review_result", result, of.language),
    )
    return Fields(
        addressee=name,
        reviewer=regulator,
        signatory=of.department,
        salutation=words("salutation", of.language, name=name),
        summary=summary,
        analysis=reasons,
        measures=words(f"review_{result}", of.language),
        review=words("review_final", of.language, reviewer=regulator),
        closing=words("closing", of.language),
    )


def addressee(person: Mapping[str, Any] | None, language: Language) -> str:
    """Return the complainant's name, 投訴人 where there is none."""
    name = " ".join(str((person or {}).get("name") or "").split())
    return name[:100] or words("anonymous", language)


def _reply(of: Material, reviewer: str) -> dict[str, str]:
    return {
        "summary": _summary(of),
        "analysis": _analysis(of),
        "measures": _measures(of),
        "review": words("review", of.language, reviewer=reviewer),
    }


def _summary(of: Material) -> str:
    matter = _short(of.text.get("matter") or of.text.get("text") or "")
    lines = [
        words(
            "summary",
            of.language,
            date=day(of.received_at, of.language),
            channel=_word("channel", of.channel, of.language),
            kind=_word("kind", of.kind or "complaint", of.language),
            number=of.number,
            matter=matter,
        )
    ]
    if of.text.get("remedy_sought"):
        lines.append(words("remedy", of.language, remedy=_short(of.text["remedy_sought"])))
    return "\n".join(lines)


def _analysis(of: Material) -> str:
    lines = []
    if of.outcome and (of.kind or "complaint") == "complaint":
        lines.append(words("analysis", of.language, outcome=_word("outcome", of.outcome, of.language)))
    lines.append(of.opinion.strip())
    if of.cause and of.cause_text:
        cause = _word("cause", of.cause, of.language)
        lines.append(words("cause", of.language, cause=cause, text=of.cause_text.strip()))
    return "\n".join(line for line in lines if line)


def _measures(of: Material) -> str:
    lines = []
    if of.kind == "suggestion" and of.until:  # who looks at it, and by when its author hears (6/3.4.2(1))
        until = day(of.until, of.language)
        lines.append(words("suggestion_looked_at", of.language, department=of.department, date=until))
    for n, measure in enumerate(of.measures, 1):
        done, due = measure.get("done_at"), measure.get("due_on")
        when = day(date.fromisoformat(str(due)[:10]), of.language) if due else ""
        key = "measure_done" if done or not due else "measure"
        lines.append(words(key, of.language, n=n, text=str(measure.get("text") or "").strip(), due=when))
    if not lines and of.outcome:
        nothing_found = of.outcome in {"not_upheld", "not_established"}
        lines.append(words("no_measure" if nothing_found else "as_above", of.language))
    return "\n".join(lines)


def _refusal(of: Material, reviewer: str) -> dict[str, str]:
    reason = label("refusal_reason", of.refused_for or "out_of_scope", of.language)
    return {
        "summary": _received(of),
        "analysis": words("refused", of.language, reason=reason),
        "measures": words("turn_to", of.language, where=of.where_to_turn),
        "review": words("refusal_review", of.language, reviewer=reviewer),
    }


def _withdrawal(of: Material, _: str) -> dict[str, str]:
    return {"summary": words("withdrawn", of.language, date=day(of.received_at, of.language), number=of.number)}


def _notice(of: Material, _: str) -> dict[str, str]:
    moved = ""
    if of.replaces and of.until:
        due, until = day(of.replaces, of.language), day(of.until, of.language)
        moved = words("extended", of.language, due=due, until=until)
    return {"summary": _received(of), "analysis": "\n".join(part for part in (moved, of.message.strip()) if part)}


def _received(of: Material) -> str:
    return words(
        "received",
        of.language,
        date=day(of.received_at, of.language),
        channel=_word("channel", of.channel, of.language),
        number=of.number,
    )


def _word(group: str, code: str, language: Language) -> str:
    """Return a label as it stands inside a sentence."""
    text = label(group, code, language)
    return text[:1].lower() + text[1:] if language == "en" else text


def _short(text: object) -> str:
    flat = masked(" ".join(str(text).split()))
    return flat if len(flat) <= _LONGEST_MATTER else flat[: _LONGEST_MATTER - 1] + "…"
