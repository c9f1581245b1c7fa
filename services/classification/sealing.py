"""The reasons of a proposal, sealed under the complaint's key: which terms spoke tells of a person (4/5.2.5)."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from services.classification.classify import Reason
from shared.privacy import Erased, seal, unseal

FIELD: Final = "proposal.reasons"


def seal_reasons(key: bytes | None, complaint: str, reasons: Sequence[Reason]) -> bytes | None:
    """Return the sealed reasons; ``None`` for a complaint whose key was destroyed."""
    return None if key is None else seal(key, complaint, FIELD, json.dumps([asdict(one) for one in reasons]))


def unseal_reasons(key: bytes | None, complaint: str, content: bytes | None) -> list[dict[str, Any]]:
    """Return the reasons; none where there are none, or where the complaint was erased."""
    if content is None:
        return []
    try:
        found: list[dict[str, Any]] = json.loads(unseal(key, complaint, FIELD, content))
    except Erased:
        return []
    return found
