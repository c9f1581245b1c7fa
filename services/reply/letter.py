"""The prescribed form of a letter (5/2.2, 5/2.3), and whether one has it. Pure.

Salutation with the complainant's name · summary of the complaint · analysis of the problem · measures · right of
review (4/5.2.10(2)) · closing · sign-off (company, time of reply) · the replier's signature. Sign-off, time and
signature are added when the letter is signed.
"""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from shared.glossary import LANGUAGES, Language, LetterPurpose

Part = str
_FULL: Final[tuple[Part, ...]] = ("salutation", "summary", "analysis", "measures", "review", "closing")
PARTS: Final[dict[LetterPurpose, tuple[Part, ...]]] = {
    "reply": _FULL,
    # the reason stands in the analysis, where to turn in the measures
    "refusal": _FULL,
    # the reasons stand in the analysis; what is final names the regulator outside
    "review_decision": _FULL,
    "extension_notice": ("salutation", "summary", "analysis", "closing"),
    "preliminary_opinion": ("salutation", "summary", "analysis", "closing"),
    "withdrawal_confirmation": ("salutation", "summary", "closing"),
}
PART_LABELS: Final[dict[Part, tuple[str, str, str]]] = {
    "salutation": ("稱呼（投訴人姓名）", "称呼（投诉人姓名）", "salutation with the complainant's name"),
    "summary": ("投訴內容摘要", "投诉内容摘要", "summary of the complaint"),
    "analysis": ("問題分析", "问题分析", "analysis of the problem"),
    "measures": ("處理措施", "处理措施", "measures"),
    "review": (
        "告知復查權利（上一級部門）",
        "告知复查权利（上一级部门）",
        "right of review, naming the next higher department",
    ),
    "closing": ("結尾", "结尾", "closing"),
    "company": ("公司名稱", "公司名称", "the company's name"),
    "time": ("回復時間", "回复时间", "time of reply"),
    "signature": ("回復人簽名", "回复人签名", "the replier's signature"),
}


class Answer(BaseModel):
    """What the letter says to one matter that was raised (5/1.1); not ``established``: it could not be."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    matter: str
    answer: str
    established: bool = True


class Fields(BaseModel):
    """The words of a letter. ``addressee`` and ``reviewer`` are what salutation and right of review must name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    addressee: str = Field(max_length=200)
    reviewer: str = Field("", max_length=200)
    reference: str = Field("", max_length=300)
    """The third-party platform that sent it, with its own reference (1/1.1.5)."""
    signatory: str = Field("", max_length=200)
    """The unit in whose name the replier signs."""
    salutation: str = Field(max_length=300)
    summary: str = Field(max_length=4000)
    analysis: str = Field("", max_length=8000)
    answers: tuple[Answer, ...] = ()
    """Kept here from the signature on; until then the matters have them."""
    measures: str = Field("", max_length=8000)
    review: str = Field("", max_length=1000)
    closing: str = Field(max_length=1000)
    company: str = Field("", max_length=200)
    time: str = Field("", max_length=100)
    signature: str = Field("", max_length=200)


def complete(fields: Fields, purpose: LetterPurpose, *, signed: bool = False) -> list[Part]:
    """Return the parts of the prescribed form that are missing, in their order; empty when the letter is whole."""
    missing = [part for part in PARTS[purpose] if not _has(fields, part)]
    if signed:
        missing += [part for part in ("company", "time", "signature") if not getattr(fields, part).strip()]
    return missing


def _has(fields: Fields, part: Part) -> bool:
    words = getattr(fields, part).strip()
    if part == "salutation":
        return bool(words) and fields.addressee in words
    if part == "review":
        return bool(words) and bool(fields.reviewer) and fields.reviewer in words
    return bool(words)


def spoken(fields: Fields, purpose: LetterPurpose) -> dict[Part, str]:
    """Return the parts that a person writes, for the language check; names that must stand in it are left out."""
    parts = {part: getattr(fields, part) for part in PARTS[purpose] if part not in {"salutation", "review"}}
    if fields.answers:
        parts["matters"] = "\n".join(one.matter for one in fields.answers)
        parts["answers"] = "\n".join(one.answer for one in fields.answers)
    return parts


def part_labels(parts: list[Part], language: Language) -> str:
    """Return the parts' names as people read them."""
    separator = ", " if language == "en" else "、"
    return separator.join(PART_LABELS[part][LANGUAGES.index(language)] for part in parts)
