"""Copies: each a complaint of its own, with its own ids, key, seals and place in every journal."""

import binascii
import hashlib
import hmac
import os
import re
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from services.archive.sealing import seal_of, sign
from services.archive.signing import Seal as ArchiveKey
from services.insight.search import grams_of, hashed
from services.intake.blind_index import blind_indexes
from services.intake.numbering import complaint_number
from shared.bus import TOPICS
from tests.seed.form import Form, Seal
from tests.seed.stories import Person

_FURTHER: Final = 0x9E3779B1
"""Odd: so many copies have so many different first digits."""
RUNNING: Final = ("intake", "complaints", "running")
LINKS: Final = ("archive", "links", "position")


@dataclass(frozen=True, slots=True)
class Keys:
    """The office's keys that copies need."""

    master: bytes
    blind: bytes
    search: bytes
    archive: ArchiveKey


@dataclass
class Counters:
    """How far everything has been counted, and what the last seal is."""

    columns: dict[tuple[str, str, str], int]
    offsets: dict[tuple[str, int], int]
    letters: dict[str, int]
    seal: str
    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Events published by copies, by service and topic."""


def copy(form: Form, n: int, keys: Keys, counters: Counters) -> list[str]:
    """Return the value of each slot for the ``n``-th copy; what counts is counted on."""
    values = [""] * form.size
    person = Person.number(n)
    running = counters.columns[RUNNING] + 1
    values[:5] = complaint_number(int(form.year), running), person.name, person.phone, person.email, person.mark
    for id_, slot in form.uuids:
        values[slot] = f"{(int(id_[:8], 16) + n * _FURTHER) & 0xFFFFFFFF:08x}{id_[8:]}"
    for year, slot in form.letters:
        counters.letters[year] = counters.letters.get(year, 0) + 1
        values[slot] = f"{year}-{counters.letters[year]:06}"
    key = os.urandom(32)
    values[form.wrapped] = aes_key_wrap(keys.master, key).hex()
    _hash(form, n, person, keys, values)
    _seal(form, key, values)
    _chain(form, keys, counters, values)
    _count(form, counters, values)
    return values


def _hash(form: Form, n: int, person: Person, keys: Keys, values: list[str]) -> None:
    if form.blind:
        found = blind_indexes(keys.blind, {"name": person.name, "phone": person.phone, "email": person.email})
        for which, slot in form.blind:
            values[slot] = found[which].hex()
    for content, slot in form.bytes_:
        values[slot] = hashlib.sha256(b"%d\0" % n + content).digest()[: len(content)].hex()
    old, new = (set(hashed(grams_of([one]), keys.search)) for one in (form.person.mark, person.mark))
    values[form.grams_slot] = "{" + ",".join(map(str, sorted(set(form.grams) - old | new))) + "}"


def _seal(form: Form, key: bytes, values: list[str]) -> None:
    cipher = AESGCM(key)
    for cut, slot, sha256 in form.plain:
        content = cut.filled(values).encode()
        values[slot] = content.hex()
        if sha256 is not None:
            values[sha256] = hashlib.sha256(content).hexdigest()
    for one in form.seals:
        bound = one.bound.filled(values).encode()
        words = _page(one, form, values) if one.words is None else one.words.filled(values).encode()
        nonce = os.urandom(12)
        content = nonce + cipher.encrypt(nonce, words, bound)
        values[one.content] = binascii.hexlify(content).decode()
        if one.sha256 is not None:
            values[one.sha256] = hashlib.sha256(content).hexdigest()
        if one.words_sha256 is not None:
            values[one.words_sha256] = hashlib.sha256(words).hexdigest()
        if one.fingerprint is not None:
            values[one.fingerprint] = hmac.digest(key, bound.split(b"\0", 1)[1] + b"\0" + words, "sha256").hex()


def _page(one: Seal, form: Form, values: list[str]) -> bytes:
    """Return a letter as a plain page: setting each in type would take a quarter of an hour."""
    letters = " ".join(values[slot] for _, slot in form.letters)
    text = f"BT /F1 12 Tf 72 760 Td (Complaint {values[0]}, letter {letters}: made in bulk, for measuring) Tj ET"
    parts = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
    )
    page, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(page))
        page += f"{number} 0 obj{part}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(page)}\n%%EOF\n"
    return (page + end).encode()


def _chain(form: Form, keys: Keys, counters: Counters, values: list[str]) -> None:
    for link in form.links:
        counters.columns[LINKS] += 1
        manifest = f'{link.manifest.filled(values)},"position":{counters.columns[LINKS]}}}'
        values[link.previous], values[link.position] = counters.seal, str(counters.columns[LINKS])
        counters.seal = seal_of(counters.seal, manifest)
        values[link.text], values[link.seal] = manifest.replace("\\", "\\\\"), counters.seal
        values[link.signature] = sign(keys.archive.private, counters.seal).hex()


def _count(form: Form, counters: Counters, values: list[str]) -> None:
    columns = counters.columns
    for column, slot in form.counted:
        columns[column] += 1
        values[slot] = str(columns[column])
    complaint = values[form.slots[form.complaint]]
    for topic, slot in form.offsets:
        partition = zlib.crc32(complaint.encode()) % TOPICS[topic]
        values[form.partition] = str(partition)
        place = counters.offsets.get((topic, partition), 0)
        values[slot], counters.offsets[topic, partition] = str(place), place + 1
    counters.said.update(form.said)


def largest_letter(numbers: list[str]) -> Mapping[str, int]:
    """Return the last letter number of each year."""
    found: dict[str, int] = {}
    for year, number in (re.split("-", one) for one in numbers):
        found[year] = max(found.get(year, 0), int(number))
    return found
