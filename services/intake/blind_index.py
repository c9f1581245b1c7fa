"""Finding a person without storing who they are: keyed hashes of what identifies them, written in one way."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

COUNTRY: Final = "86"
_NOT_A_NAME: Final = re.compile(r"[\W_]+")
_EXTENSION: Final = re.compile(r"(?:ext\.?|x|#|轉|转|分機|分机).*$", re.IGNORECASE)


def normal_phone(phone: str) -> str:
    """Return country code and number, digits only; a number without a country code is a mainland one.

    >>> normal_phone("0086 138-0013-8000") == normal_phone("13800138000") == "8613800138000"
    True
    """
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", phone)).strip()
    digits = "".join(re.findall(r"[0-9]", plain))
    if plain.startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    if len(digits) == 13 and digits.startswith(COUNTRY + "1"):
        return digits
    return COUNTRY + digits.removeprefix("0")


def normal_email(email: str) -> str:
    """Return the address in lower case."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def normal_name(name: str) -> str:
    """Return the name without spaces and signs, in lower case and simplified script."""
    folded: str = _to_simplified().convert(unicodedata.normalize("NFKC", name).casefold())
    return _NOT_A_NAME.sub("", folded)


def normal_reference(reference: str) -> str:
    """Return a customer, meter, asset or platform number without spaces and signs, in lower case.

    >>> normal_reference("SZ 0012-34") == normal_reference("sz001234")
    True
    """
    return _NOT_A_NAME.sub("", unicodedata.normalize("NFKC", reference).casefold())


def blind(key: bytes, kind: str, normal: str) -> bytes:
    """Return the keyed hash of a normal form; ``kind`` says what it is: ``phone``, ``meter``…"""
    return hmac.digest(key, f"{kind}\0{normal}".encode(), hashlib.sha256)[:16]


def blind_indexes(key: bytes, person: Mapping[str, Any]) -> list[bytes]:
    """Return the hashes under which a person is found again."""
    normal = {
        "phone": normal_phone(person["phone"]) if person.get("phone") else "",
        "email": normal_email(person["email"]) if person.get("email") else "",
        "name": normal_name(person["name"]) if person.get("name") else "",
    }
    return [blind(key, kind, value) for kind, value in normal.items() if value]


def reference_indexes(key: bytes, references: Mapping[str, str | None]) -> list[bytes]:
    """Return the hashes under which a complaint is found by ``customer``, ``meter``, ``asset`` or ``platform``."""
    normal = {kind: normal_reference(value) for kind, value in references.items() if value}
    return [blind(key, kind, value) for kind, value in normal.items() if value]


@cache
def _to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
