"""The receipt code: with the number it opens the status page. An HMAC of the id, so it is never stored."""

import hashlib
import hmac
from typing import Final
from uuid import UUID

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 12
_MEANT: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u3000": None})


def receipt_code(key: bytes, complaint: UUID) -> str:
    """Return the code of a complaint: 60 bits in Crockford's base 32, in groups that can be read out."""
    number = int.from_bytes(hmac.digest(key, complaint.bytes, hashlib.sha256)[:8], "big")
    letters = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))


def is_receipt_code(key: bytes, complaint: UUID, written: str) -> bool:
    """Say whether ``written`` is the code of ``complaint``; O for 0, l for 1, lost hyphens are forgiven."""
    meant = written.upper().translate(_MEANT)
    return hmac.compare_digest(meant.encode(), receipt_code(key, complaint).replace("-", "").encode())
