"""People and their roles: the settings say who may moderate, the table remembers who could when."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from db.engine import Transaction
from db.rows import insert
from db.tables import people, roles
from moderation.comment import Person


async def appoint(tx: Transaction, wanted: Mapping[int, str], now: datetime) -> None:
    """The settings win: these people have these roles from now on, everybody else is a former moderator or nothing."""
    held = select(people.c.id, people.c.role).where(people.c.role.in_(("owner", "moderator")))
    before = {row.id: row.role for row in (await tx.execute(held)).all()}
    for person_id in before.keys() - wanted.keys():
        await _assign(tx, person_id, "former", now)
    for person_id, role in wanted.items():
        if before.get(person_id) != role:
            await _assign(tx, person_id, role, now)


async def seen(tx: Transaction, person: Person, now: datetime, *, private: bool) -> None:
    """Remember a person's name, and that they can be written to in private."""
    fresh = insert(tx, people)
    row = {"id": person.id, "name": person.name, "role": "none", "started": private, "seen_at": now}
    known = {"name": person.name, "seen_at": now}
    again = fresh.on_conflict_do_update(index_elements=["id"], set_=known | ({"started": True} if private else {}))
    await tx.execute(again, row)


async def unreachable(tx: Transaction, person_id: int) -> None:
    """Telegram says that this person can't be written to in private."""
    await tx.execute(update(people).where(people.c.id == person_id).values(started=False))


async def has_started(tx: Transaction, person_id: int) -> bool:
    """Whether this person has started the bot in private."""
    return bool((await tx.execute(select(people.c.started).where(people.c.id == person_id))).scalar())


async def _assign(tx: Transaction, person_id: int, role: str, now: datetime) -> None:
    fresh = insert(tx, people)
    row = {"id": person_id, "name": str(person_id), "role": role, "started": False, "seen_at": None}
    await tx.execute(fresh.on_conflict_do_update(index_elements=["id"], set_={"role": role}), row)
    await tx.execute(roles.insert(), {"person_id": person_id, "role": role, "at": now})
