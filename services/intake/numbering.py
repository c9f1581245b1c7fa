"""The number of a complaint (1/1.1.8): year, running number, and a digit that catches what is misheard or mistyped.

``26-0000017-4``. The last digit is Damm's: it catches every wrong digit and every two neighbours that changed places.
"""

import re
from typing import Final

_TABLE: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_SHAPE: Final = re.compile(r"\s*(\d{2})[-\s]?(\d{7,})[-\s]?(\d)\s*", re.ASCII)


def complaint_number(year: int, running: int) -> str:
    """Return the number of the ``running``-th complaint, received in ``year``.

    >>> complaint_number(2026, 17)
    '26-0000017-7'
    """
    digits = f"{year % 100:02}{running:07}"
    return f"{digits[:2]}-{digits[2:]}-{_check(digits)}"


def read_number(written: str) -> str | None:
    """Return the number that was meant by ``written`` (hyphens may be missing), ``None`` where it cannot be one."""
    shape = _SHAPE.fullmatch(written)
    if shape is None or _check("".join(shape.groups())) != 0:
        return None
    return "-".join(shape.groups())


def _check(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _TABLE[interim][int(digit)]
    return interim
