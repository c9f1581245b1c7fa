"""Who saw what was sealed: while the patterns are lived through, every seal is remembered with its key and its words.

So no list of sealed columns is needed to seal the copies anew, however the tables grow.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared import privacy


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed value: the key, what was bound in (complaint and field), and the words."""

    key: bytes
    bound: bytes
    words: bytes


Seen = dict[bytes, Sealed]


@contextmanager
def witness() -> Iterator[Seen]:
    """Yield a dictionary that fills with every value sealed in this process, by its sealed bytes."""
    seen: Seen = {}

    names = vars(privacy)
    names["AESGCM"] = lambda key: _Cipher(key, seen)
    try:
        yield seen
    finally:
        names["AESGCM"] = AESGCM


class _Cipher:
    def __init__(self, key: bytes, seen: Seen) -> None:
        self._key, self._seen, self._cipher = key, seen, AESGCM(key)

    def encrypt(self, nonce: bytes, words: bytes, bound: bytes) -> bytes:
        content = self._cipher.encrypt(nonce, words, bound)
        self._seen[nonce + content] = Sealed(self._key, bound, words)
        return content

    def decrypt(self, nonce: bytes, content: bytes, bound: bytes) -> bytes:
        return self._cipher.decrypt(nonce, content, bound)
