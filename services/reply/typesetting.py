"""A letter as a PDF (PDF/A-2a, readable aloud), by typst: the data goes in as JSON and can never become code.

The same letter always makes the same bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import typst

from services.reply.fonts import letter_fonts
from services.reply.letter import PARTS, Fields
from services.reply.wording import day, heading, moment, title, words
from shared.glossary import Kind, Language, LetterPurpose
from shared.logs import log
from shared.office_calendar import SHANGHAI

_TEMPLATE: Final = Path(__file__).with_name("letter.typ")
_SHEET_WORDS: Final = (
    "letter_number",
    "complaint_number",
    "draft",
    "platform_reference",
    "signature",
    "compliments_1",
    "compliments_2",
)
_typesetter: Final = Lock()  # a compiler works on one letter at a time


@dataclass(frozen=True)
class Sheet:
    """A letter as it goes on paper. ``at`` is the time of reply (UTC); ``letter_number`` is empty in a draft."""

    purpose: LetterPurpose
    language: Language
    fields: Fields
    number: str
    letter_number: str
    at: datetime
    company: str
    mailbox: str
    draft: bool
    letterhead: tuple[str, ...] = ()
    seal: str = ""
    kind: Kind | None = "complaint"


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(str(_TEMPLATE), font_paths=letter_fonts().search, ignore_system_fonts=True)


def make_pdf(sheet: Sheet) -> bytes:
    """Return the PDF. Blocks for some milliseconds: call it in a thread."""
    return _make(sheet, "pdf")


def make_picture(sheet: Sheet, ppi: float = 90) -> bytes:
    """Return the first page as PNG."""
    return _make(sheet, "png", ppi)


def _make(sheet: Sheet, form: Literal["pdf", "png"], ppi: float | None = None) -> bytes:
    inputs = {"letter": json.dumps(_data(sheet), ensure_ascii=False)}
    at = sheet.at.astimezone(UTC).replace(microsecond=0)
    with _typesetter:
        compiler = _compiler()
        if form == "png":
            pages = compiler.compile(format="png", ppi=ppi, sys_inputs=inputs)
            return _first(pages)
        try:
            made = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], sys_inputs=inputs, timestamp=at)
        except typst.TypstError:
            # a rare character that no font has: PDF/A forbids it, and the person must have their letter all the same
            log("reply").warning("letter is not PDF/A")
            made = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=at)
    return _first(made)


def _first(made: bytes | list[bytes] | None) -> bytes:
    assert made is not None
    return made[0] if isinstance(made, list) else made


def _data(sheet: Sheet) -> Mapping[str, Any]:
    local = sheet.at.astimezone(SHANGHAI)
    fields, language, purpose = sheet.fields, sheet.language, sheet.purpose
    body = [part for part in PARTS[purpose] if part not in {"salutation", "closing"} and getattr(fields, part).strip()]
    if fields.answers:
        body.insert(body.index("analysis") + 1 if "analysis" in body else len(body), "answers")
    return {
        "language": language,
        "fonts": letter_fonts().families,
        "words": {key: words(key, language) for key in _SHEET_WORDS} | {"title": title(purpose, sheet.kind, language)},
        "company": sheet.company,
        "mailbox": sheet.mailbox,
        "letterhead": list(sheet.letterhead),
        "seal": sheet.seal or words("seal", language),
        "reference": fields.reference,
        "letter_number": sheet.letter_number,
        "number": sheet.number,
        "draft": sheet.draft,
        "year": local.year,
        "month": local.month,
        "day": local.day,
        "date": day(sheet.at, language),
        "date_time": fields.time or moment(sheet.at, language),
        "salutation": fields.salutation,
        "parts": [
            {
                "heading": heading(part, purpose, sheet.kind, n, language) if len(body) > 1 else "",
                "text": "" if part == "answers" else getattr(fields, part),
                "answers": _answers(fields, language) if part == "answers" else [],
            }
            for n, part in enumerate(body)
        ],
        "closing": fields.closing,
        "signatory": fields.signatory,
        "signature": fields.signature,
    }


def _answers(fields: Fields, language: Language) -> list[dict[str, str]]:
    """Return each matter with its answer; one that could not be established says so first (5/1.1)."""
    lead = words("not_established", language)
    return [
        {"matter": one.matter, "answer": one.answer if one.established else lead + one.answer} for one in fields.answers
    ]
