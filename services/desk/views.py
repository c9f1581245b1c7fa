"""Saved views: how a person likes to search. Codes and dates only: the words searched for may name somebody."""

from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.desk.people import Person
from services.desk.tables import SavedView
from shared.running import Service

CHOICES: Final = ("service", "stage", "from", "to")


async def saved_views(service: Service, person: Person) -> list[SavedView]:
    """Return the person's views, by name."""
    async with service.database.session() as session:
        mine = select(SavedView).where(SavedView.username == person.username).order_by(SavedView.name)
        return list(await session.scalars(mine))


async def save_view(service: Service, person: Person, name: str, choices: dict[str, Any]) -> None:
    """Keep a view under a name; the same name is written over."""
    kept = {choice: choices[choice] for choice in CHOICES if choices.get(choice)}
    row = insert(SavedView).values(username=person.username, name=name, choices=kept)
    async with service.database.session() as session:
        await session.execute(
            row.on_conflict_do_update(constraint="saved_view_name_once", set_={"choices": row.excluded.choices})
        )


async def remove_view(service: Service, person: Person, view: int) -> None:
    """Forget one of the person's own views."""
    async with service.database.session() as session:
        await session.execute(delete(SavedView).where(SavedView.id == view, SavedView.username == person.username))
