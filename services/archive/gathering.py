"""Gathering a file: the owners are asked over HTTP for everything that belongs to a complaint (10/5.2.5).

What comes open (intake's register, attachments) is sealed here under the complaint's key before it is written down.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from services.archive.completeness import Paper, in_order, missing
from services.archive.sealing import canonical
from services.archive.tables import File
from shared.client import problem_of
from shared.errors import Problem
from shared.privacy import seal, unseal_bytes
from shared.running import Service

_KNOWN: Final = frozenset({"kind", "title", "at", "by", "media_type", "field", "content", "sha256"})


class Garbled(Exception):
    """What another service gave is not what its hash says."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that the owners have, and the codes of what they have not."""

    papers: Sequence[Paper]
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Gatherer:
    service: Service
    complaint: str
    key: bytes | None

    async def register(self, answer: dict[str, Any]) -> Paper:
        return self._seal("register", "intake.register", answer["received_at"], answer["by"], canonical(answer))

    async def attachment(self, id_: str, at: str | None, by: str, sha256: str | None) -> Paper | None:
        """Return an attachment; ``None`` where it cannot be had any more."""
        answer = await self.service.services.request("GET", "intake", f"/attachments/{quote(id_)}")
        if answer.status_code in {404, 410} or self.key is None:
            return None
        if not answer.is_success:
            raise problem_of(answer)
        if sha256 and hashlib.sha256(answer.content).hexdigest() != sha256:
            raise Garbled(id_)
        kind, media_type = "attachment", answer.headers.get("content-type", "application/octet-stream")
        return self._seal(kind, "intake.attachment", at or _EPOCH, by, answer.content, media_type, id=id_)

    def ledger(self, answer: dict[str, Any], at: datetime) -> Paper:
        """Codes and times only: it needs no seal, and can be read after an erasure, too."""
        content = canonical(answer).encode()
        return Paper("ledger", "sla.ledger", at, "system", "application/json", None, content)

    def document(self, answer: dict[str, Any]) -> Paper:
        """A document that comes sealed by its owner. Raises ``Garbled`` when its hash is wrong."""
        content = base64.b64decode(answer["content"])
        if hashlib.sha256(content).hexdigest() != answer["sha256"]:
            raise Garbled(answer["field"])
        paper = Paper(
            kind=answer["kind"],
            title=answer["title"],
            at=_time(answer["at"]),
            by=answer["by"],
            media_type=answer["media_type"],
            field=answer["field"],
            content=content,
            details={name: value for name, value in answer.items() if name not in _KNOWN},
        )
        return replace(paper, fingerprint=self._print(answer["field"], self.opened(paper)))

    def opened(self, paper: Paper) -> bytes | None:
        if self.key is None or paper.field is None or not paper.content:
            return None
        return unseal_bytes(self.key, self.complaint, paper.field, paper.content)

    def _seal(
        self, kind: str, title: str, at: str, by: str, words: str | bytes, media_type: str = "application/json",
        **details: Any,
    ) -> Paper:  # fmt: skip
        content = words.encode() if isinstance(words, str) else words
        if self.key is None:  # erased: what its owner still says are codes and times
            return Paper(kind, title, _time(at), by, media_type, None, content, details=details)
        field = f"archive.{kind}" + (f".{details['id']}" if "id" in details else "")
        marked = self._print(field, content) if kind != "register" else None
        sealed = seal(self.key, self.complaint, field, content)
        return Paper(kind, title, _time(at), by, media_type, field, sealed, marked, details)

    def _print(self, field: str, content: bytes | None) -> str | None:
        if self.key is None or content is None:
            return None
        return hmac.digest(self.key, f"{field}\0".encode() + content, "sha256").hex()


_EPOCH: Final = "1970-01-01T00:00:00+00:00"


async def gather(service: Service, file: File, at: datetime, seen: Mapping[str, int]) -> Gathered:
    """Ask the owners. ``seen``: how far the archive has heard of the complaint, by source.

    Raises ``Problem``, ``httpx.TransportError`` or ``Garbled`` when one cannot be asked now.
    """
    ask, complaint = service.services, file.complaint
    key = (await service.keys.many([complaint])).get(complaint)
    gatherer = _Gatherer(service, complaint, key)
    ledger = await ask.get("sla", f"/complaints/{complaint}/ledger")
    register = await ask.get("intake", f"/complaints/{complaint}")
    documents = await ask.get("casework", f"/complaints/{complaint}/documents")
    documents += await ask.get("reply", f"/complaints/{complaint}/documents")
    heard = ledger.pop("seen")
    papers = [gatherer.document(one) for one in documents]
    papers += [await gatherer.register(register), gatherer.ledger(ledger, at)]
    attached = {one["id"]: one for one in register["attachments"]}
    for id_, one in _evidence(gatherer, papers).items():
        attached.setdefault(id_, one)
    papers += [paper for id_, one in attached.items() if (paper := await _attached(gatherer, id_, one, register["by"]))]
    wanted = len(attached) if key is not None else 0
    current = _heard(heard, seen) if file.supplement else _current(ledger)
    # what ended before its review is filed; a supplement waits for the decision
    duties = tuple(_PAPER) if file.supplement else ("report",)
    owed = [_PAPER[duty] for duty in duties if _is_owed(ledger, duty)]
    absent = missing(
        file.ending, file.kind, papers, wanted, ledger_current=current, owed=owed, supplement=file.supplement
    )
    return Gathered(in_order(papers), absent)


async def _attached(gatherer: _Gatherer, id_: str, one: dict[str, Any], by: str) -> Paper | None:
    return await gatherer.attachment(id_, one.get("at"), one.get("by") or by, one.get("sha256"))


def _evidence(gatherer: _Gatherer, papers: Sequence[Paper]) -> dict[str, dict[str, Any]]:
    """Return the attachments that evidence names."""
    named = {}
    for paper in papers:
        if paper.kind == "evidence" and (words := gatherer.opened(paper)) is not None:
            content = json.loads(words)
            if isinstance(content, dict) and content.get("attachment"):
                named[str(content["attachment"])] = {"at": paper.at.isoformat(), "by": paper.by}
    return named


def _current(ledger: dict[str, Any]) -> bool:
    """Say whether the duty engine has heard of the ending: filing binds the archivist now (10/5.2.7)."""
    filing = [row for row in ledger["rows"] if row["duty"] == "filing"]
    return any(row["state"] not in {"void", "fulfilled", "late"} for row in filing)


def _heard(heard: Mapping[str, int], seen: Mapping[str, int]) -> bool:
    """Say whether the duty engine has heard as much as the archive: what the supplement is about stands in it."""
    return all(heard.get(source, 0) >= last for source, last in seen.items() if source != "sla")


_PAPER: Final = {"report": "report", "review": "review_decision"}
"""What duties are still to bring: the report of what has begun (4/5.2.8(3)), the decision of a review (4/5.2.10(2))."""


def _is_owed(ledger: dict[str, Any], duty: str) -> bool:
    return any(row["duty"] == duty and row["state"] in {"running", "paused", "breached"} for row in ledger["rows"])


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value)


__all__ = ["Garbled", "Gathered", "Problem", "gather"]
