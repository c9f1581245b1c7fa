"""The desk's own sentences, one line each in three columns: `words.yaml`. Codes have theirs in the glossary."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from shared.glossary import LANGUAGES, Language
from shared.yaml_files import read_yaml

_FILE = Path(__file__).with_name("words.yaml")


@cache
def catalogue() -> Mapping[str, tuple[str, str, str]]:
    """Return every sentence by key. Raises ``ValueError`` for a line that has not three columns."""
    lines: dict[str, list[str]] = read_yaml(_FILE)
    for key, columns in lines.items():
        if len(columns) != len(LANGUAGES):
            raise ValueError(f"{key}: a sentence has {len(LANGUAGES)} columns")
    return {key: (str(line[0]), str(line[1]), str(line[2])) for key, line in lines.items()}


def say(language: Language, key: str, **params: Any) -> str:
    """Return the sentence. Raises ``KeyError`` for one that is not in the catalogue."""
    words = catalogue()[key][LANGUAGES.index(language)]
    return words.format(**params) if params else words


def has(key: str) -> bool:
    """Say whether there is such a sentence."""
    return key in catalogue()
