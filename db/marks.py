"""Single values that must survive a restart."""

from sqlalchemy import select

from db.engine import Transaction
from db.rows import insert
from db.tables import marks


async def put(tx: Transaction, name: str, value: str) -> None:
    """Keep a value under this name, instead of any before."""
    fresh = insert(tx, marks)
    again = fresh.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    await tx.execute(again, {"name": name, "value": value})


async def get(tx: Transaction, name: str) -> str | None:
    """The value under this name, or None."""
    value: str | None = (await tx.execute(select(marks.c.value).where(marks.c.name == name))).scalar()
    return value
