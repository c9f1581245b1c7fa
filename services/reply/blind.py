"""What a reviewer sees (policy, review): everything of the case, and no name of those who worked on it. Pure."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from shared.glossary import Language

SOMEBODY: Final[Mapping[Language, str]] = {
    "zh-Hant": "【經辦人員】",
    "zh-Hans": "【经办人员】",
    "en": "[officer]",
}


def without_names(value: Any, officers: Collection[str], names: Collection[str], instead: str) -> Any:
    """Return ``value`` without anybody's id, and with ``instead`` wherever a name stands in a text.

    ``officers``: everybody's ids; ``names``: how they are called, in all languages.
    """
    ids, longest_first = frozenset(officers), sorted((one for one in names if one), key=len, reverse=True)

    def clean(part: Any) -> Any:
        if isinstance(part, Mapping):
            kept = {key: one for key, one in part.items() if not (isinstance(one, str) and one in ids)}
            return {key: clean(one) for key, one in kept.items() if key not in ids}
        if isinstance(part, list | tuple):
            return [clean(one) for one in part if not (isinstance(one, str) and one in ids)]
        return _masked(part, longest_first, instead) if isinstance(part, str) else part

    return clean(value)


def _masked(text: str, names: list[str], instead: str) -> str:
    for name in names:
        text = text.replace(name, instead)
    return text
