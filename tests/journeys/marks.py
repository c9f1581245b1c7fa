"""Marks: words that stand nowhere else, by which what somebody wrote is found again wherever it went."""

import re
from dataclasses import dataclass, field

_MARK = re.compile(rb"zq\d+[a-z_]*|1395550\d+", re.IGNORECASE)


@dataclass
class Marks:
    """Each mark is made once; ``where`` tells which field was written with it."""

    where: dict[str, str] = field(default_factory=dict)

    def __call__(self, field: str) -> str:
        mark = f"Zq{len(self.where):03}{field}"
        self.where[mark.lower()] = field
        return mark

    def phone(self) -> str:
        mark = f"1395550{len(self.where):04}"
        self.where[mark] = "phone"
        return mark

    def words(self, field: str) -> str:
        return f"{self(field)} 這是我的話，請不要告訴別人。"

    def found_in(self, content: str | bytes) -> set[str]:
        raw = content.encode() if isinstance(content, str) else content
        return {found.decode().lower() for found in _MARK.findall(raw)} & self.where.keys()
