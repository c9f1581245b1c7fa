"""What a session of the investigation records, by its method: what the method needs is required (3/m1.1-3/m5.2)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Discriminator, Field, Tag

from services.casework.bodies import Body, Line, Moment, Name, Words
from shared.glossary import Method
from shared.procedure.calendars import default_calendar


class Session(Body):
    """What every session has: time, place, the people taking part, content (3/3.3)."""

    at: Moment
    place: Line
    participants: Annotated[list[Name], Field(min_length=1, max_length=50)]
    content: Words


class Questioned(Body):
    """A person who was questioned - complainant, staff, another - and what they said (3/m1.2)."""

    who: Name
    said: Words


class OnSite(Session):
    """At the scene: what was observed (3/m1.1), and who was questioned (3/m1.2)."""

    method: Literal["on_site"]
    observations: Words
    questioned: Annotated[list[Questioned], Field(min_length=1, max_length=30)]


class Document(Body):
    """A document: which, from whom, and how its authenticity was verified (3/m2.1, 3/m2.2)."""

    what: Line
    from_whom: Name
    authenticity: Words


class Documents(Session):
    """Contracts, agreements, service records (3/m2.1), each verified (3/m2.2)."""

    method: Literal["documents"]
    documents: Annotated[list[Document], Field(min_length=1, max_length=50)]


Value = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
Unit = Annotated[str, Field(min_length=1, max_length=20)]


class Reading(Body):
    """What the instrument showed at a moment; ``limit`` is what the rule allows, in the same unit."""

    at: Moment
    value: Value
    unit: Unit
    limit: Value | None = None


class TechnicalTest(Session):
    """With a calibrated instrument (3/m3.1); the readings are analysed to find the cause (3/m3.2)."""

    method: Literal["technical_test"]
    instrument: Line
    calibrated_on: date
    readings: Annotated[list[Reading], Field(min_length=1, max_length=500)]
    analysis: Words


class Expert(Session):
    """An expert is asked (3/m4.1), and a solution proposed from the advice (3/m4.2)."""

    method: Literal["expert"]
    question: Words
    advice: Words
    solution: Words


class Data(Session):
    """A hot spot and its pattern in the complaints (3/m5.1), and the measure aimed at it (3/m5.2)."""

    method: Literal["data"]
    hot_spot: Words
    pattern: Words
    measure: Words


def _tag(body: Any) -> str:
    """Return which of them a body means; what names no method is told so at its field ``method``."""
    method = body.get("method") if isinstance(body, Mapping) else getattr(body, "method", None)
    return f"({method})" if method in get_args(Method) else "(on_site)"


# a tag in brackets is no field's name, and errors leave it out of theirs
SessionIn = Annotated[
    Annotated[OnSite, Tag("(on_site)")]
    | Annotated[Documents, Tag("(documents)")]
    | Annotated[TechnicalTest, Tag("(technical_test)")]
    | Annotated[Expert, Tag("(expert)")]
    | Annotated[Data, Tag("(data)")],
    Discriminator(_tag),
]
"""A session by its method."""
_OWN_COLUMNS: Final = {"method", "at"}


def words_of(session: Session) -> dict[str, Any]:
    """Return what is sealed of a session: everything but its method and time."""
    return session.model_dump(mode="json", exclude=_OWN_COLUMNS)


def not_yet(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Return what of a session cannot have been so, as ``[(field, rule)]``: what lies ahead, or came too late."""
    return list(_impossible(session, now))


def _impossible(session: Session, now: datetime) -> Iterator[tuple[str, str]]:
    if session.at > now:
        yield "at", "in_future"
    if isinstance(session, TechnicalTest):
        yield from ((f"readings.{n}.at", "in_future") for n, one in enumerate(session.readings) if one.at > now)
        first = min(one.at for one in session.readings)
        if session.calibrated_on > default_calendar().local_date(first):
            yield "calibrated_on", "calibrated_afterwards"
