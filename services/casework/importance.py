"""Pure: why a case is major, as its labels are changed (3/2.2). What happened to it once, stays."""

from collections.abc import Iterable
from typing import Final, cast

from shared.glossary import Level, MajorBecause
from shared.procedure import Policy

LASTING: Final = frozenset({"source", "repeated", "incident"})
"""Reasons that no change of labels takes away."""


def reasons(
    before: Iterable[str], channel: str, level: Level | None, policy: Policy, *, chosen: bool
) -> tuple[MajorBecause, ...]:
    """Return why it is major with these labels; nothing: it is ordinary. ``chosen``: a person says so."""
    ruled = policy.major_because(level=level, passed_on_by=(channel,), of_the_matter=0, chosen=False)
    lasting = [cast("MajorBecause", one) for one in before if one in LASTING]
    return tuple(dict.fromkeys([*ruled, *lasting])) or (("chosen",) if chosen else ())
