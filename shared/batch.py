"""What the handlers of one batch share: the rows of its complaints, read in one statement at the first need."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar, cast

from sqlalchemy import any_, inspect, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import ExecutableOption

Row = TypeVar("Row")
_SUBJECTS: Final = "subjects"
_ROWS: Final = "rows"


def begin(session: AsyncSession, subjects: Iterable[str]) -> None:
    """Say whom the batch is about; rows read before are forgotten. Whoever calls holds them."""
    session.info[_SUBJECTS] = list(dict.fromkeys(subjects))
    session.info[_ROWS] = {}


def is_taken_in(session: AsyncSession) -> bool:
    """Say whether this transaction takes a batch in; a command's does not."""
    return _SUBJECTS in session.info


def subjects(session: AsyncSession) -> Sequence[str]:
    """Return the complaints of the batch, none in a command."""
    return cast("Sequence[str]", session.info.get(_SUBJECTS, ()))


async def row(
    session: AsyncSession, table: type[Row], subject: str, options: Sequence[ExecutableOption] = ()
) -> Row | None:
    """Return the row of one complaint, ``None`` where there is none; ``table`` has the complaint as its only key."""
    rows = await rows_of(session, table, options)
    if subject not in rows and subject not in subjects(session):
        found = await session.get(table, _key(table).type.python_type(subject))
        if found is not None:
            rows[subject] = found
    return rows.get(subject)


async def rows_of(session: AsyncSession, table: type[Row], options: Sequence[ExecutableOption] = ()) -> dict[str, Row]:
    """Return the batch's rows by complaint. A handler that adds a row puts it here (``add``)."""
    kept = cast("dict[type[Any], dict[str, Any]]", session.info.setdefault(_ROWS, {}))
    if table not in kept:
        key = _key(table)
        wanted = [key.type.python_type(one) for one in subjects(session)]
        asked = select(table).where(key == any_(literal(wanted, ARRAY(key.type)))).options(*options)
        found = (await session.scalars(asked)).all() if wanted else []
        kept[table] = {str(inspect(one).identity[0]): one for one in found}
    return kept[table]


async def add(session: AsyncSession, subject: str, new: Any) -> None:
    """Add a complaint's row: the handlers after this one find it, and it is written with the others."""
    (await rows_of(session, type(new)))[subject] = new
    session.add(new)


def _key(table: type[Any]) -> Any:
    return inspect(table).primary_key[0]
