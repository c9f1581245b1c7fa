"""The gateway of short messages (6/3.4.4(2)): one HTTP request a message, and what its answer proves.

``POST <SMS_URL>`` {to, text, from, reference} with the office's token and an ``Idempotency-Key`` that stays the same
when the message is handed in again, so that a gateway sends it once. Without a gateway, messages are laid in the data
folder beside the mails.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from shared.settings import Settings
from shared.whole_files import write_whole

_PATIENCE_SECONDS: Final = 15
_TRY_AGAIN: Final = frozenset({429, 503})
_OPEN: Final = frozenset({408, 409, 425})
"""Neither yes nor no: it may have been taken before."""


class NotTaken(Exception):
    """The gateway has surely not taken the message, for now; it can be tried again."""


class Refused(Exception):
    """The gateway will never take this message."""


class Unknown(Exception):
    """The answer was lost or says nothing: the message may have gone out."""


@dataclass(frozen=True, slots=True)
class Message:
    """A short message on its way. ``reference`` is the notice's id, and the idempotency key."""

    reference: str
    to: str
    text: str
    sender: str


async def send(settings: Settings, message: Message) -> str | None:
    """Hand a message to the gateway; return the name under which it was taken, where the gateway gives one.

    Raises ``NotTaken``, ``Refused`` or ``Unknown``.
    """
    heads = {"Idempotency-Key": message.reference}
    if settings.sms_token:
        heads["Authorization"] = f"Bearer {settings.sms_token}"
    body = {"to": message.to, "text": message.text, "from": message.sender, "reference": message.reference}
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=False) as client:
            answer = await client.post(settings.sms_url, json=body, headers=heads)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as fault:
        raise NotTaken(type(fault).__name__) from None
    except httpx.HTTPError as fault:
        raise Unknown(type(fault).__name__) from None
    if answer.is_success:
        return _name(answer)
    if answer.status_code in _TRY_AGAIN:
        raise NotTaken(answer.status_code)
    if answer.status_code in _OPEN or not answer.is_client_error:
        raise Unknown(answer.status_code)
    raise Refused(answer.status_code)


def _name(answer: httpx.Response) -> str | None:
    try:
        found: Any = answer.json().get("id")
    except (ValueError, AttributeError):
        return None
    return str(found)[:200] if found else None


def folder(settings: Settings) -> Path:
    """Return where messages are laid that no gateway takes."""
    return settings.data / "messages"


def lay(settings: Settings, message: Message) -> None:
    """Lay the message in the data folder; a second time it is the same file."""
    content = json.dumps(asdict(message), ensure_ascii=False)
    folder(settings).mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder(settings) / f"{message.reference}.json", content.encode())


def remove(settings: Settings, reference: str) -> None:
    """Remove a message from the data folder (its complaint was erased)."""
    (folder(settings) / f"{reference}.json").unlink(missing_ok=True)
