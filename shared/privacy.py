"""Personal data never leaks (4/5.2.5): every free text is sealed under a key of its complaint.

The keys live in the vault, which intake alone can open; other services ask intake for them, many at a time, and keep
them in memory for five minutes. Destroying a complaint's key erases its texts everywhere, also in backups and in the
archive, whose hashes are over the sealed bytes and so still prove what was there.
"""

import os
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary
from sqlalchemy.orm import MappedColumn, mapped_column

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_MINUTES_IN_MEMORY: Final = 5


class Erased(Exception):
    """The key of this complaint was destroyed; what it sealed can never be read again."""


def sealed(*, nullable: bool = False) -> MappedColumn[bytes]:
    """Return the one column type for free text and personal data: sealed bytes."""
    return mapped_column(LargeBinary, nullable=nullable)


def new_key() -> bytes:
    """Return a fresh key for a complaint."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, complaint: str, field: str, text: str | bytes) -> bytes:
    """Seal ``text`` with AES-256-GCM; complaint and field are bound in, so that no value can be moved elsewhere."""
    nonce = os.urandom(_NONCE_BYTES)
    content = text.encode() if isinstance(text, str) else text
    return nonce + AESGCM(key).encrypt(nonce, content, _bound(complaint, field))


def unseal(key: bytes | None, complaint: str, field: str, content: bytes) -> str:
    """Return the text. Raises ``Erased`` without a key, ``ValueError`` when it was tampered with."""
    return unseal_bytes(key, complaint, field, content).decode()


def unseal_bytes(key: bytes | None, complaint: str, field: str, content: bytes) -> bytes:
    """Return the bytes; as ``unseal``."""
    if key is None:
        raise Erased(complaint)
    try:
        return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _bound(complaint, field))
    except InvalidTag:
        raise ValueError(f"{field} of {complaint} was tampered with") from None


def _bound(complaint: str, field: str) -> bytes:
    return f"{complaint}\0{field}".encode()


FetchKeys = Callable[[list[str]], Awaitable[dict[str, bytes | None]]]


class KeyRing:
    """The keys a service has asked for, for five minutes of real time. ``None`` stands for an erased complaint."""

    def __init__(self, fetch: FetchKeys) -> None:
        self._fetch = fetch
        self._kept: dict[str, tuple[float, bytes | None]] = {}

    async def many(self, complaints: Iterable[str]) -> dict[str, bytes | None]:
        """Return the keys of ``complaints``. Call it before you open a transaction."""
        wanted = list(dict.fromkeys(complaints))
        horizon = time.monotonic() - _MINUTES_IN_MEMORY * 60
        missing = [one for one in wanted if self._kept.get(one, (0.0, None))[0] <= horizon]
        if missing:
            self._forget(horizon)
            for complaint, key in (await self._fetch(missing)).items():
                self._kept[complaint] = (time.monotonic(), key)
        return {one: self._kept[one][1] for one in wanted if one in self._kept}

    async def one(self, complaint: str) -> bytes:
        """Return the key of ``complaint``. Raises ``Erased`` when it was destroyed or never existed."""
        key = (await self.many([complaint])).get(complaint)
        if key is None:
            raise Erased(complaint)
        return key

    def forget(self, complaint: str) -> None:
        """Drop a key at once (on ``complaint.erased``)."""
        self._kept.pop(complaint, None)

    def _forget(self, horizon: float) -> None:
        for complaint in [one for one, (at, _) in self._kept.items() if at <= horizon]:
            del self._kept[complaint]
