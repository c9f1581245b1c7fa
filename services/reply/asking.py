"""What reply asks the others before it writes: intake for person and text, casework for the case and for names."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import httpx

from services.reply.drafting import Material
from services.reply.tables import Case
from shared.errors import Problem, unavailable
from shared.fairness import Tree
from shared.glossary import LANGUAGES, Language
from shared.office_calendar import SHANGHAI
from shared.procedure.reader import load
from shared.service import Service


async def material(
    service: Service,
    case: Case,
    tree: Tree,
    language: Language,
    *,
    with_case: bool = False,
    message: str = "",
    replaces: date | None = None,
    until: date | None = None,
) -> Material:
    """Return what a letter is made of. ``with_case``: also cause, opinion and measures from casework.

    Raises ``Problem`` 410 when the complaint was erased, 503 when somebody who must be asked does not answer.
    """
    try:
        text = (await service.services.texts([case.complaint], ("text", "person")))[case.complaint]
        found = await service.services.get("casework", f"/complaints/{case.complaint}") if with_case else {}
        departments = await names(service, "/departments", language)
    except httpx.TransportError:
        raise unavailable() from None
    if text.get("erased"):
        raise Problem(410, "erased")
    department = case.department or tree.officers.get(case.refused_by or "")
    above = tree.above(department)
    opinion, cause = _part(found, "opinion"), _part(found, "cause")
    return Material(
        number=case.number,
        channel=case.channel,
        received_at=case.received_at,
        kind=case.kind,
        language=language,
        person=text.get("person"),
        text=text,
        department=departments.get(department or "", ""),
        reviewer=departments.get(above or ""),
        outcome=case.outcome,
        opinion=str(opinion.get("text") or ""),
        cause=cause.get("cause"),
        cause_text=str(cause.get("text") or cause.get("root") or ""),
        measures=found.get("measures") or (),
        refused_for=case.refused_for,
        where_to_turn=where_to_turn(case.where_to_turn, language),
        message=message,
        replaces=replaces,
        until=until or _told_by(case),
    )


def _told_by(case: Case) -> date | None:
    """Return the day by which the author of a suggestion is promised to hear what became of it (6/3.4.2(1))."""
    if case.kind != "suggestion" or case.suggestion_due_at is None:
        return None
    return (case.suggestion_due_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()


async def text_of(service: Service, complaint: str) -> Mapping[str, Any]:
    """Return a complaint's words with its supplements. Raises ``Problem`` 410 when it was erased, 503 for silence."""
    try:
        text = (await service.services.texts([complaint], ("text",)))[complaint]
    except httpx.TransportError:
        raise unavailable() from None
    if text.get("erased"):
        raise Problem(410, "erased")
    return text


async def supports(service: Service, complaint: str) -> frozenset[str]:
    """Return the ids of what in the case can carry an answer: evidence, sessions, measures. Raises ``Problem`` 503."""
    try:
        found = await service.services.get("casework", f"/complaints/{complaint}")
    except httpx.TransportError:
        raise unavailable() from None
    investigation = found.get("investigation") or {}
    rows = [*investigation.get("sessions", ()), *investigation.get("evidence", ()), *found.get("measures", ())]
    return frozenset(str(row["id"]) for row in rows if row.get("id"))


async def names(service: Service, path: str, language: Language) -> dict[str, str]:
    """Return the names of casework's departments or officers by id, in ``language``."""
    answer = await service.services.get("casework", path, language=language)
    return {str(row["id"]): _word(row.get("name"), language) for row in _flat(answer)}


async def officer_name(service: Service, officer: str, language: Language) -> str:
    """Return an officer's name for a signature. Raises ``Problem`` 503 when casework does not answer."""
    try:
        found = await names(service, "/officers", language)
    except httpx.TransportError:
        raise unavailable() from None
    return found.get(officer, officer)


async def mail_address(service: Service, complaint: str) -> tuple[str, str]:
    """Return name and e-mail of the complainant, or of who represents them; empty where there is none.

    Raises ``Problem`` 410 when the complaint was erased.
    """
    text = (await service.services.texts([complaint], ("person",)))[complaint]
    if text.get("erased"):
        raise Problem(410, "erased")
    people = [text.get("person") or {}, text.get("representative") or {}]
    found = next((one for one in people if one.get("email")), {})
    return str(found.get("name") or ""), str(found.get("email") or "")


async def phone_number(service: Service, complaint: str) -> str:
    """Return the telephone number of the complainant, or of who represents them; empty where there is none.

    Raises ``Problem`` 410 when the complaint was erased.
    """
    text = (await service.services.texts([complaint], ("person",)))[complaint]
    if text.get("erased"):
        raise Problem(410, "erased")
    people = [text.get("person") or {}, text.get("representative") or {}]
    return next((str(one["phone"]) for one in people if one.get("phone")), "")


def where_to_turn(code: str | None, language: Language) -> str:
    """Return the words for a body of the policy's list; the code itself when it is an office's own."""
    for body in load().policy.scope_check.outside_bodies:
        if body.code == code:
            return body.by_language()[language]
    return code or ""


def _part(case: dict[str, Any], name: str) -> dict[str, Any]:
    value = case.get(name)
    if isinstance(value, list):
        value = value[-1] if value else None
    return value if isinstance(value, dict) else {}


def _flat(answer: Any) -> Iterator[dict[str, Any]]:
    for row in answer:
        yield row
        yield from _flat(row.get("departments") or row.get("children") or ())


def _word(name: Any, language: Language) -> str:
    if isinstance(name, dict):
        return str(name.get(language) or next((name[one] for one in LANGUAGES if name.get(one)), ""))
    return str(name or "")
