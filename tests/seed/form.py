"""A pattern's form: everything that one complaint has in all tables, cut at what differs from copy to copy.

How each thing that is an id, or like one, comes into a copy:

- an id (UUID) that is the complaint's own: its first 8 digits move on, in every place where it stands
- numbers of complaints and letters: the next ones
- name, phone, mail address, meter (in what is sealed): of another person; the keyed hashes of them anew
- columns that count (identity), positions of journals, offsets of the bus: counted on, in the same order
- what was sealed: sealed anew with the copy's own key; its hashes and fingerprints anew; letters become a plain page
- the chain of the archive: each manifest linked and signed anew; `file.sealed` names the new seal
- the key in the vault: new, wrapped anew; other bytes (hashes of requests): other bytes
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.intake.blind_index import blind_indexes
from tests.seed.patterns import NULL, Row, Table, Tables
from tests.seed.stories import Person
from tests.seed.witness import Sealed, Seen

_HEX: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_TYPE: Final = "bytea"


@dataclass(slots=True)
class Cut:
    """A text in pieces: between them stand the values of the slots."""

    pieces: list[str]
    slots: list[int]

    def filled(self, values: Sequence[str]) -> str:
        """Return the text with these values."""
        pieces = self.pieces.copy()
        pieces[1::2] = [values[slot] for slot in self.slots]
        return "".join(pieces)


@dataclass(slots=True)
class Seal:
    """A sealed value to be made anew: what is bound in, the words (None: a letter's page), and whose slots follow."""

    bound: Cut
    words: Cut | None
    content: int
    sha256: int | None
    words_sha256: int | None
    fingerprint: int | None


@dataclass(slots=True)
class Link:
    """A link of the archive's chain."""

    manifest: Cut
    previous: int
    text: int
    seal: int
    signature: int
    position: int


@dataclass
class Form:
    """All of one pattern. Slots 0 to 4 are number, name, phone, mail address and meter."""

    complaint: str
    person: Person
    year: str
    slots: dict[str, int] = field(default_factory=dict)
    """What stands in the pattern, and the slot that it becomes."""
    size: int = 0
    uuids: list[tuple[str, int]] = field(default_factory=list)
    letters: list[tuple[str, int]] = field(default_factory=list)
    """The year and the slot of each letter's number, in their order."""
    blind: list[tuple[int, int]] = field(default_factory=list)
    """Which of the person's hashes, and its slot."""
    bytes_: list[tuple[bytes, int]] = field(default_factory=list)
    seals: list[Seal] = field(default_factory=list)
    plain: list[tuple[Cut, int, int | None]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    counted: list[tuple[tuple[str, str, str], int]] = field(default_factory=list)
    """Column and slot, in order."""
    offsets: list[tuple[str, int]] = field(default_factory=list)
    """Topic and the slot of an offset of the bus, in order."""
    partition: int = 0
    grams: list[int] = field(default_factory=list)
    grams_slot: int = 0
    wrapped: int = 0
    tables: dict[tuple[str, str], Cut] = field(default_factory=dict)
    said: dict[tuple[str, str], int] = field(default_factory=dict)
    """How many events it published, by service and topic."""

    def slot(self, text: str | None = None) -> int:
        """Return a new slot; with a text, the slot that the text becomes."""
        if text is not None and text in self.slots:
            return self.slots[text]
        if text is not None:
            self.slots[text] = self.size
        self.size += 1
        return self.size - 1

    def cut(self, text: str) -> Cut:
        """Cut a text at everything that differs."""
        pattern = re.compile("(" + "|".join(map(re.escape, sorted(self.slots, key=len, reverse=True))) + ")")
        pieces = pattern.split(text)
        return Cut(pieces, [self.slots[one] for one in pieces[1::2]])


def make_form(complaint: str, person: Person, own: set[str], tables: Tables, seen: Seen, blind_key: bytes) -> Form:
    """Make the form of a complaint from its rows."""
    rows = {key: table.complaints[complaint] for key, table in tables.items() if table.complaints.get(complaint)}
    intake = tables["intake", "complaints"]
    number = intake.column("number", rows["intake", "complaints"])[0]
    form = Form(complaint, person, number[:2])
    for text in (number, person.name, person.phone, person.email, person.mark):
        form.slot(text)
    form.uuids = [(id_, form.slot(id_)) for id_ in sorted(own)]
    for key, found in rows.items():
        if "letter_number" in tables[key].columns:
            for text in sorted(tables[key].column("letter_number", found)):
                form.letters.append((text[:4], form.slot(text)))
    form.partition, form.grams_slot, form.wrapped = form.slot(), form.slot(), form.slot()
    _Maker(form, tables, rows, seen, blind_key).make()
    return form


@dataclass
class _Maker:
    form: Form
    tables: Tables
    rows: Mapping[tuple[str, str], list[Row]]
    seen: Seen
    blind_key: bytes
    contents: dict[str, int] = field(default_factory=dict)
    """Bytes as COPY writes them, and their slot."""

    def make(self) -> None:
        sealed, plain = self._bytes()
        hashes = self._hashes(sealed, plain)
        for content, text, slot in plain:
            self.form.plain.append((self.form.cut(text), slot, hashes.get(hashlib.sha256(content).hexdigest())))
        for content, one, slot in sealed:
            self.form.seals.append(self._seal(content, one, slot))
        self.form.seals.sort(key=lambda one: one.words is not None)  # a letter's page first: papers name its hash
        self._chain()
        for key, rows in self.rows.items():
            self._table(self.tables[key], rows)

    def _bytes(self) -> tuple[list[tuple[bytes, Sealed, int]], list[tuple[bytes, str, int]]]:
        sealed, plain = [], []
        person = {name: getattr(self.form.person, name) for name in ("name", "phone", "email")}
        hashes = {one: place for place, one in enumerate(blind_indexes(self.blind_key, person))}
        for key, rows in self.rows.items():
            for place, type_ in enumerate(self.tables[key].columns.values()):
                for text in {row[place] for row in rows if type_ == _TYPE and row[place] != NULL} - set(self.contents):
                    content, slot = bytes.fromhex(text[3:]), self.form.slot()
                    self.contents[text] = slot
                    if key == ("vault", "keys"):
                        self.contents[text] = self.form.wrapped
                    elif content in self.seen:
                        sealed.append((content, self.seen[content], slot))
                    elif content in hashes:
                        self.form.blind.append((hashes[content], slot))
                    elif _is_json(content):
                        plain.append((content, content.decode(), slot))
                    else:
                        self.form.bytes_.append((content, slot))
        return sealed, plain

    def _hashes(self, sealed: Any, plain: Any) -> dict[str, int]:
        """Give a slot to each hash that stands in a row and is of something made anew."""
        known = {hashlib.sha256(content).hexdigest() for content, *_ in (*sealed, *plain)}
        known |= {hashlib.sha256(one.words).hexdigest() for _, one, _ in sealed}
        known |= {_fingerprint(one) for _, one, _ in sealed}
        known |= set(self._column("archive", "links", "seal"))
        standing = {one for rows in self.rows.values() for row in rows for one in _HEX.findall("\t".join(row))}
        words = {one for _, seal, _ in sealed if seal.words[:1] != b"%" for one in _HEX.findall(seal.words.decode())}
        return {one: self.form.slot(one) for one in sorted((standing | words) & known)}

    def _column(self, database: str, table: str, column: str) -> list[str]:
        rows = self.rows.get((database, table), [])
        return self.tables[database, table].column(column, rows) if rows else []

    def _seal(self, content: bytes, one: Sealed, slot: int) -> Seal:
        slots = self.form.slots
        page = one.words.startswith(b"%PDF")
        return Seal(
            self.form.cut(one.bound.decode()),
            None if page else self.form.cut(one.words.decode()),
            slot,
            slots.get(hashlib.sha256(content).hexdigest()),
            slots.get(hashlib.sha256(one.words).hexdigest()),
            slots.get(_fingerprint(one)),
        )

    def _chain(self) -> None:
        rows = self.rows.get(("archive", "links"), [])
        if not rows:
            return
        places = self.tables["archive", "links"].places
        for row in sorted(rows, key=lambda one: int(one[places["position"]])):
            manifest = re.sub(r',"position":\d+}$', "", row[places["manifest"]].replace("\\\\", "\\"))
            signature, seal = self.contents[row[places["signature"]]], self.form.slot(row[places["seal"]])
            self.form.bytes_ = [one for one in self.form.bytes_ if one[1] != signature]
            text, previous, position = self.form.slot(), self.form.slot(), self.form.slot()
            self.form.links.append(Link(self.form.cut(manifest), previous, text, seal, signature, position))

    def _link(self, row: Row) -> Link:
        """Return the link that a row is of."""
        positions = sorted(int(one) for one in self._column("archive", "links", "position"))
        return self.form.links[positions.index(int(row[self.tables["archive", "links"].places["position"]]))]

    def _table(self, table: Table, rows: list[Row]) -> None:
        """Cut the rows of a table; columns that count are numbered in the order that they have."""
        cuts: list[dict[int, int]] = [{} for _ in rows]
        for name in _counting(table):
            place = table.places[name]
            there = [(int(row[place]), at) for at, row in enumerate(rows) if row[place] != NULL]
            for _, at in sorted(there):
                cuts[at][place] = self._counted(table, name, rows[at])
        whole = Cut([""], [])
        if table.name == "outbox":
            for row in rows:
                said = table.database, row[table.places["topic"]]
                self.form.said[said] = self.form.said.get(said, 0) + 1
        for row, slots in zip(rows, cuts, strict=True):
            for place, (name, type_) in enumerate(table.columns.items()):
                _append(whole, self._field(table, name, type_, row, slots.get(place)))
                whole.pieces[-1] += "\n" if place == len(row) - 1 else "\t"
        self.form.tables[table.database, table.name] = whole

    def _counted(self, table: Table, name: str, row: Row) -> int:
        slot = self.form.slot()
        if (table.database, table.name) == ("bus", "log"):
            self.form.offsets.append((row[table.places["topic"]], slot))
        elif (table.database, table.name) == ("archive", "links"):
            return self._link(row).position
        else:
            self.form.counted.append(((table.database, table.name, name), slot))
        return slot

    def _field(  # noqa: PLR0911 - one for each kind of field
        self, table: Table, name: str, type_: str, row: Row, counted: int | None
    ) -> Cut:
        of, text = (table.database, table.name, name), row[table.places[name]]
        if counted is not None:
            return Cut(["", "", ""], [counted])
        if text == NULL:
            return Cut([text], [])
        if type_ == _TYPE:
            return Cut(["\\\\x", "", ""], [self.contents[text]])
        if of == ("bus", "log", "partition"):
            return Cut(["", "", ""], [self.form.partition])
        if of == ("insight", "search_index", "grams"):
            self.form.grams = [int(one) for one in text.strip("{}").split(",") if one]
            return Cut(["", "", ""], [self.form.grams_slot])
        if of[:2] == ("archive", "links") and name in {"manifest", "previous"}:
            link = self._link(row)
            return Cut(["", "", ""], [link.text if name == "manifest" else link.previous])
        return self.form.cut(text)


def _counting(table: Table) -> list[str]:
    own = {("bus", "log"): {"offset"}, ("archive", "links"): {"position"}}.get((table.database, table.name), set())
    more = {"position"} if table.name == "outbox" else set()
    return [name for name in table.columns if name in table.counted | own | more]


def _append(whole: Cut, part: Cut) -> None:
    whole.pieces[-1] += part.pieces[0]
    whole.pieces += part.pieces[1:]
    whole.slots += part.slots


def _fingerprint(one: Sealed) -> str:
    field_name = one.bound.split(b"\0", 1)[1]
    return hmac.digest(one.key, field_name + b"\0" + one.words, "sha256").hex()


def _is_json(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict | list)
    except ValueError:
        return False
