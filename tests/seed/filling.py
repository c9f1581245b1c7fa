"""From an empty folder to a full office: patterns lived through, then copied."""

import asyncio
import contextlib
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.archive.checkpoints import folder as checkpoints_folder
from services.archive.checkpoints import read_checkpoints
from services.archive.sealing import canonical, hash_of, merkle_root, sign_checkpoint
from services.archive.signing import Seal as ArchiveKey
from services.house import open_house
from shared.embedded import SUPERUSER, CannotStart, DataFolder, EmbeddedPostgres
from shared.secrets import Secrets
from shared.settings import DATABASES, SERVICES, Settings
from tests.seed import loading
from tests.seed.copying import Counters, Keys, copy, largest_letter
from tests.seed.crowd import Crowd
from tests.seed.form import Form, make_form
from tests.seed.patterns import Tables, read_tables, sort_out
from tests.seed.stories import Book, tales
from tests.seed.witness import Seen, witness

AT_ONCE: Final = 500
"""Copies made in memory before they are read in."""
_LONGEST: Final = timedelta(days=31)
Told = Callable[[str, float], None]


def fill(settings: Settings, complaints: int, told: Told, end: datetime | None = None) -> None:
    """Make an office with so many complaints in ``settings.data``, which must not hold anything.

    ``told`` hears what is done, and how much of it (0 to 1). It has lived until ``end``; without: until now. Raises
    ``CannotStart`` with advice.
    """
    refuse_what_is_there(settings.data)
    part = settings.data.absolute().with_name(settings.data.absolute().name + ".seeding")
    shutil.rmtree(part, ignore_errors=True)
    own = settings.model_copy(update={"data": part, "keys": None})
    with DataFolder(own):
        _fill(own, complaints, told, end or datetime.now(UTC).replace(microsecond=0))
    (part / "redress.lock").unlink(missing_ok=True)
    settings.data.parent.mkdir(parents=True, exist_ok=True)
    part.rename(settings.data.absolute())  # whole, or not there


def refuse_what_is_there(data: Path) -> None:
    """Raise ``CannotStart`` when the folder holds anything."""
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise CannotStart(
            f"{data.absolute()} holds data already, and a seed goes into an empty office only.\n"
            "Name another folder: make seed N=1000 DATA=./var-seed"
        )


def _fill(settings: Settings, complaints: int, told: Told, end: datetime) -> None:
    told("a new database", 0)
    postgres = EmbeddedPostgres(settings)
    with _fast(postgres, settings) as running:
        asyncio.run(_live_and_copy(postgres, running, complaints, told, end))
    os.sync()


@contextlib.contextmanager
def _fast(postgres: EmbeddedPostgres, settings: Settings) -> Iterator[Settings]:
    """Run the server without care for power cuts, and leave it as it usually is."""
    try:
        postgres.start()
        postgres.stop()
        more = postgres.folder / "postgresql.auto.conf"
        usual = more.read_text("utf-8")
        more.write_text(usual + loading.FAST, "utf-8")
        yield postgres.start()
        more.write_text(usual, "utf-8")
    finally:
        postgres.stop()


@dataclass(frozen=True, slots=True)
class _Lived:
    book: Book
    seen: Seen


async def _live_and_copy(
    postgres: EmbeddedPostgres, settings: Settings, complaints: int, told: Told, end: datetime
) -> None:
    await postgres.prepare(settings)
    lived = await _live(settings, complaints, end, lambda share: told("patterns are lived through", share))
    async with _lines(settings) as lines:
        tables = await read_tables(lines)
        await _multiply(settings, lines, tables, lived, complaints, told)


async def _live(settings: Settings, complaints: int, end: datetime, told: Callable[[float], None]) -> _Lived:
    """Live the patterns through, on a simulated clock, until ``end``."""
    simulated = settings.model_copy(update={"clock": "simulated", "poll_seconds": 0.5, "timer_seconds": 0.2})
    with witness() as seen:
        async with open_house(simulated, SERVICES) as house:
            office = Crowd(simulated, house, patience=120)
            book = Book(office, end)
            try:
                begin = end - _LONGEST
                await office.set_clock(begin)
                most = min(complaints, max(6, min(36, complaints // 50)))
                await office.play([tale for _, tale in tales(book, most)], begin, end, told)
            finally:
                await office.close()
    return _Lived(book, seen)


@asynccontextmanager
async def _lines(settings: Settings) -> Any:
    """A superuser's connection to each database."""
    word = Secrets(settings.keys_folder).database_password("postgres")
    lines = {}
    try:
        for database in DATABASES:
            lines[database] = await asyncpg.connect(
                host=settings.database_host,
                port=settings.database_port,
                user=SUPERUSER,
                password=word,
                database=settings.database_prefix + database,
            )
        yield lines
    finally:
        for line in lines.values():
            await line.close()


async def _multiply(
    settings: Settings, lines: loading.Lines, tables: Tables, lived: _Lived, complaints: int, told: Told
) -> None:
    keys, own = _keys(settings), sort_out(tables)
    forms = {
        one: make_form(one, person, own[one], tables, lived.seen, keys.blind)
        for one, person in lived.book.people.items()
    }
    counters = _counters(tables)
    copies = _choice(forms, lived.book, complaints)
    made = await loading.begin(lines, tables)
    with tempfile.TemporaryDirectory(prefix="redress-seed-") as folder:
        Path(folder).chmod(0o711)
        files = loading.lay(Path(folder), {key: map(_line, table.rows) for key, table in tables.items()})
        await loading.read_in(lines, tables, files)
        reading: asyncio.Task[None] | None = None
        for turn, start in enumerate(range(0, len(copies), AT_ONCE)):
            place = Path(folder) / str(turn)
            place.mkdir(mode=0o755)
            files = await asyncio.to_thread(_make, place, copies[start : start + AT_ONCE], start, keys, counters)
            if reading is not None:
                await reading
            reading = asyncio.create_task(loading.read_in(lines, tables, files))
            told("complaints are copied", (start + AT_ONCE) / len(copies))
        if reading is not None:
            await reading
    await loading.finish(
        lines, tables, made, counters, lambda share: told("indexes are made", share), simulated=settings.simulated
    )
    await _lay_checkpoint(settings, lines["archive"], keys.archive)


def _line(row: list[str]) -> str:
    return "\t".join(row) + "\n"


def _choice(forms: dict[str, Form], book: Book, complaints: int) -> list[Form]:
    """Return the pattern of each copy, mixed: the same for the same number."""
    chance = random.Random(complaints)
    weights = [book.weights[one] for one in forms]
    return chance.choices(list(forms.values()), weights, k=max(0, complaints - len(forms)))


def _make(folder: Path, forms: list[Form], start: int, keys: Keys, counters: Counters) -> dict[tuple[str, str], Path]:
    contents: dict[tuple[str, str], list[str]] = {}
    for n, form in enumerate(forms, start + 1000):
        values = copy(form, n, keys, counters)
        for key, cut in form.tables.items():
            contents.setdefault(key, []).append(cut.filled(values))
    return loading.lay(folder, contents)


def _counters(tables: Tables) -> Counters:
    letters = tables["reply", "letters"]
    links = tables["archive", "links"]
    last = max(links.rows, key=lambda row: int(row[links.places["position"]]), default=None)
    return Counters(
        columns=loading.counters_of(tables),
        offsets=loading.offsets_of(tables["bus", "log"]),
        letters=dict(largest_letter(letters.column("letter_number", letters.rows))),
        seal=last[links.places["seal"]] if last else "0" * 64,
    )


def _keys(settings: Settings) -> Keys:
    secrets = Secrets(settings.keys_folder)
    key = load_pem_private_key(secrets.private_pem("archive"), None)
    assert isinstance(key, Ed25519PrivateKey)
    return Keys(secrets.master_key(), secrets.blind_index_key(), secrets.search_key(), ArchiveKey(key))


async def _lay_checkpoint(settings: Settings, line: Any, key: ArchiveKey) -> None:
    """A checkpoint over the whole chain, as the archive lays them."""
    seals = [row["seal"] for row in await line.fetch("SELECT seal FROM links ORDER BY position")]
    known = read_checkpoints(settings)
    last = known[-1] if known else None
    if not seals or (last and last["position"] == len(seals)):
        return
    made = {
        "number": last["number"] + 1 if last else 1,
        "position": len(seals),
        "root": merkle_root(seals),
        "at": (await line.fetchval("SELECT max(at) FROM links")).astimezone(UTC).isoformat(),
        "previous": hash_of(last) if last else None,
    }
    signed = made | {"signature": sign_checkpoint(key.private, made).hex()}
    place = checkpoints_folder(settings)
    place.mkdir(parents=True, exist_ok=True)
    (place / f"checkpoint-{signed['number']:08}.json").write_text(canonical(signed) + "\n", "utf-8")
