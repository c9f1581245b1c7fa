"""The fonts of the letters: those that npm brings, else the system's Noto CJK; their glyphs are checked at start."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import typst

from shared.logs import log

_PROJECT: Final = Path(__file__).parents[2]
_NPM: Final = _PROJECT / "node_modules" / "@expo-google-fonts"
_WEIGHTS: Final = ("400Regular", "700Bold")
_CANDIDATES: Final = (
    ("Noto Serif TC", "Noto Serif SC"),
    ("Noto Serif CJK TC", "Noto Serif CJK SC"),
    ("Noto Sans CJK TC", "Noto Sans CJK SC"),
)
MUST_SHOW: Final = {"zh-Hant": "們這問費訴龍龜鬱複檢", "zh-Hans": "们这问费诉龙龟郁复检"}
_CHECK: Final = b"""#set page(width: auto, height: auto)
#set text(font: sys.inputs.font, fallback: false)
#text(sys.inputs.characters)"""


class FontsMissing(RuntimeError):
    """The letters cannot be shown: no installed font has these characters."""


@dataclass(frozen=True)
class LetterFonts:
    """What typst searches, and the family for each script."""

    search: typst.Fonts
    families: dict[str, str]


@cache
def letter_fonts() -> LetterFonts:
    """Return the fonts for letters. Raises ``FontsMissing`` naming what to install when glyphs are missing."""
    folders = [_NPM / f"noto-serif-{script}" / weight for script in ("tc", "sc") for weight in _WEIGHTS]
    found = [folder for folder in folders if folder.is_dir()]
    search = typst.Fonts(include_system_fonts=not found, include_embedded_fonts=True, font_paths=list(found))
    installed = set(search.families())
    for traditional, simplified in _CANDIDATES:
        families = {"zh-Hant": traditional, "zh-Hans": simplified}
        if installed >= set(families.values()) and all(
            has_glyphs(search, families[one], MUST_SHOW[one]) for one in families
        ):
            log("reply").debug("letter fonts", name=traditional)
            return LetterFonts(search, families)
    raise FontsMissing(
        "Letters need a font for traditional and for simplified Chinese: install Noto CJK (Debian: fonts-noto-cjk),"
        " or run `npm ci` in the project's folder."
    )


def has_glyphs(search: typst.Fonts, family: str, characters: str) -> bool:
    """Say whether the family has every character: PDF/A forbids a missing glyph, so that typst tells."""
    compiler = typst.Compiler(_CHECK, font_paths=search, ignore_system_fonts=True)
    try:
        compiler.compile(format="pdf", pdf_standards="a-2u", sys_inputs={"font": family, "characters": characters})
    except typst.TypstError:
        return False
    return True
