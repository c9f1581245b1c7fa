"""The titles of duties, by the version of the procedure that binds the complaint. Pure."""

from shared.glossary import Language
from shared.procedure import Procedure, load


def title(duty: str, version: str | None, language: Language) -> str:
    """Return the duty's title in ``language``; its id where the procedure does not know it."""
    known = _procedure(version).duties.get(duty) or load().duties.get(duty)
    return str(known.title.by_language()[language]) if known else duty


def _procedure(version: str | None) -> Procedure:
    try:
        return load(version)
    except LookupError:
        return load()
