"""Who stands at the edge: an operator's token, a channel's key, or the complainant's number and code."""

import hashlib
import hmac
import time
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header, Request
from sqlalchemy import select

from services.intake import limits
from services.intake.making import Sender
from services.intake.numbering import read_number
from services.intake.offices import intake_of
from services.intake.receipts import is_receipt_code
from services.intake.tables import ChannelKey, Complaint
from shared.access import ACTIONS, CHANNEL, COMPLAINANT, STAFF, Caller, bearer_caller
from shared.errors import Problem
from shared.glossary import CHANNELS
from shared.running import Service, running

_KEY_SECONDS: Final = 5.0
ANONYMOUS_FORM: Final = Sender("channel:website")


@dataclass(frozen=True, slots=True)
class AtTheEdge:
    """A caller who hands something in, and the channels they may do it for."""

    caller: Caller
    channels: frozenset[str]

    @property
    def sender(self) -> Sender:
        """Return how intake knows them."""
        return Sender(self.caller.id, person=bool(self.caller.roles & STAFF))


def at_the_edge(action: str) -> Callable[[Request], Awaitable[AtTheEdge]]:
    """Return the dependency that lets through who may take ``action`` by token or by channel key.

    Raises ``Problem`` 401 without either and 403 with one that is not enough.
    """
    may = ACTIONS[action]

    async def check(request: Request) -> AtTheEdge:
        caller = bearer_caller(request)
        if caller is not None:
            if not caller.may(action):
                raise Problem(403, "not_allowed", action=action)
            return AtTheEdge(caller, frozenset(CHANNELS))
        key = request.headers.get("X-Api-Key")
        if not key:
            raise Problem(401, "sign_in_needed")
        if CHANNEL not in may:
            raise Problem(403, "not_allowed", action=action)
        name, channels = await _channel(running(request), key)
        return AtTheEdge(Caller(f"channel:{name}", frozenset({CHANNEL})), channels)

    check.__name__ = f"at_the_edge_{action.replace('.', '_')}"
    check.action = action  # type: ignore[attr-defined]  # read by the test that every route names its action
    return check


def hashed(api_key_key: bytes, key: str) -> bytes:
    """Return what is kept of a channel's key."""
    return hmac.digest(api_key_key, key.encode(), hashlib.sha256)


async def _channel(service: Service, key: str) -> tuple[str, frozenset[str]]:
    """Return name and scopes of a channel's key; a revoked one is refused within seconds everywhere."""
    intake = intake_of(service)
    hash_ = hashed(intake.api_key_key, key)
    until, name, scopes = intake.channels.get(hash_, (0.0, "", frozenset()))
    if until < time.monotonic():
        async with service.database.session() as session:
            row = await session.scalar(
                select(ChannelKey).where(ChannelKey.hash == hash_, ChannelKey.revoked_at.is_(None))
            )
        if row is None:
            intake.channels.pop(hash_, None)
            raise Problem(401, "key_unknown")
        name, scopes = row.name, frozenset(row.scopes)
        intake.channels[hash_] = (time.monotonic() + _KEY_SECONDS, name, scopes)
    return name, scopes


@dataclass(frozen=True, slots=True)
class Complainant:
    """Who has shown number and receipt code."""

    complaint: Complaint

    @property
    def owner(self) -> str:
        """Return how the attachments they bring are known as theirs."""
        return f"{COMPLAINANT}:{self.complaint.id}"


async def complainant_of(service: Service, number: str, code: str) -> Complainant:
    """Return the complaint that ``number`` and ``code`` open.

    Raises ``Problem`` 403, the same whichever of the two is wrong, and 429 for more wrong ones than anyone mistypes.
    The right code always opens: numbers can be guessed, and nobody shall lock another one out.
    """
    # Chinese keyboards type digits and letters in full width
    number, code = (unicodedata.normalize("NFKC", each) for each in (number, code))
    meant = read_number(number)
    async with service.database.session() as session:
        row = await session.scalar(select(Complaint).where(Complaint.number == meant)) if meant else None
    if row is None or not is_receipt_code(intake_of(service).receipt_key, row.id, code):
        if meant is not None:
            await limits.count(service, limits.WRONG_CODES, meant)
        raise Problem(403, "receipt_wrong")
    return Complainant(row)


async def _follows(
    request: Request, number: str, code: Annotated[str, Header(alias="X-Receipt-Code", max_length=60)] = ""
) -> Complainant:
    if not code:
        raise Problem(401, "sign_in_needed")
    return await complainant_of(running(request), number, code)


_follows.action = "intake.follow"  # type: ignore[attr-defined]
Follower = Annotated[Complainant, Depends(_follows)]
"""The complainant, by the number in the path and the header ``X-Receipt-Code``."""
