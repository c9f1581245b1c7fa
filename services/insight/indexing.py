"""The search index: intake is asked for texts before the transaction, many at a time; what is missing is filled in.

The index is derived: emptied, it fills again by itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from services.insight import keeping
from services.insight.keeping import Prepared
from services.insight.search import grams_of, hashed
from shared.events import ComplaintReceived, ComplaintSupplemented, Event
from shared.running import Service
from shared.secrets import Secrets

_WORDS: Final = ("text", "object", "matter", "reason", "remedy_sought")
_AT_ONCE: Final = 200


async def start(service: Service) -> None:
    """Read the key of the index."""
    service.resources["search_key"] = Secrets(service.settings.keys_folder).search_key()


def key_of(service: Service) -> bytes:
    """Return the key of the index."""
    key: bytes = service.resources["search_key"]
    return key


def words_of(answer: Mapping[str, Any]) -> list[str]:
    """Return the texts in an answer of intake: the complainant's words, where it is about, what was added later."""
    place = answer.get("place") or {}
    added = [one.get("text") for one in answer.get("supplements") or []]
    return [each for each in (*(answer.get(name) for name in _WORDS), place.get("address"), *added) if each]


async def prepare(service: Service, events: list[Event]) -> Prepared:
    """Ask intake for the texts of what was received or added to."""
    spoken = [one.subject for one in events if isinstance(one.data, ComplaintReceived | ComplaintSupplemented)]
    subjects = tuple(dict.fromkeys(one.subject for one in events if one.topic == "complaints"))
    return Prepared(subjects, await grams_from_intake(service, list(dict.fromkeys(spoken))))


async def grams_from_intake(service: Service, complaints: list[str]) -> dict[str, Sequence[int]]:
    """Return the hashed grams of complaints; none for an erased one."""
    if not complaints:
        return {}
    texts, key = await service.services.texts(complaints), key_of(service)
    return {one: hashed(grams_of(words_of(answer)), key) for one, answer in texts.items()}


async def fill(service: Service) -> bool:
    """Index complaints that are not in the index; say whether there may be more."""
    async with service.database.session() as session:
        missing = [str(id_) for id_ in await session.scalars(_MISSING, {"most": _AT_ONCE})]
    if not missing:
        return False
    found = await grams_from_intake(service, missing)
    async with service.database.session() as session:
        grams = {UUID(one): found.get(one, []) for one in missing}
        await keeping.index(session, grams, anew=False)
    return len(missing) == _AT_ONCE


_MISSING = text(
    "SELECT id FROM complaints WHERE NOT EXISTS (SELECT FROM search_index WHERE complaint = id) ORDER BY id LIMIT :most"
)
