"""The rule about people: nothing that a client wrote, and nothing that looks like it, leaves where it is sealed."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.checker.evidence import Evidence, Violation

_LEAST, _LEAST_CHINESE = 4, 2
"""Characters of a name or number below which a match says nothing."""
_START = 12
"""Of a text its beginning is looked for."""
_TEXTS = ("text", "matter", "reason", "remedy_sought", "object")
_PHONE = re.compile(r"(?<![\w-])(?:\+?86)?1[3-9]\d{9}(?![\w-])")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_WORDS = re.compile(r"[\u3400-\u9fff，。！？；、]{7,}")
"""Longer than any district's name: a sentence."""


def no_person_and_no_text_leaks(evidence: Evidence) -> Iterable[Violation]:
    """Nothing that a client wrote - name, phone, address, text - is on the bus, in a journal or in a log."""
    places = {
        "the bus": "\n".join(str(one["data"]) for one in evidence.bus),
        "a journal": "\n".join(json.dumps(one["data"], ensure_ascii=False) for one in evidence.events.values()),
        "a log": evidence.logs,
    }
    for sent in evidence.answers:
        for mark in _marks(sent["sent"]):
            for place, content in places.items():
                if mark in content:
                    yield Violation("privacy", f"something that the client wrote is in {place}", sent["answer"]["id"])
    for place, content in places.items():
        for what, pattern in (("a phone number", _PHONE), ("an e-mail address", _EMAIL)):
            if pattern.search(content):
                yield Violation("privacy", f"{what} is in {place}")
    for place in ("the bus", "a journal"):
        if _WORDS.search(places[place]):
            yield Violation("privacy", f"a sentence is in {place}")


def _marks(body: Mapping[str, Any]) -> Iterable[str]:
    lines: list[Any] = []
    for part in ("complainant", "representative", "references"):
        lines += (body.get(part) or {}).values()
    lines += [(body.get("place") or {}).get("address"), (body.get("platform") or {}).get("reference")]
    yield from (one for one in lines if isinstance(one, str) and len(one) >= _least(one))
    texts = [str(body.get(name) or "") for name in _TEXTS]
    yield from (one[:_START] for one in texts if len(one) >= _START)


def _least(line: str) -> int:
    return _LEAST_CHINESE if line > "\u3400" else _LEAST
