"""Which digests have been sent: one row for each schedule and day, so that no day comes twice."""

from datetime import date, datetime

from sqlalchemy import func, select

from db.engine import Transaction
from db.rows import insert
from db.tables import digests


async def last(tx: Transaction, schedule: str) -> date | None:
    """The newest day of this schedule; None: there was none yet."""
    newest: date | None = (
        await tx.execute(select(func.max(digests.c.day)).where(digests.c.schedule == schedule))
    ).scalar()
    return newest


async def take(tx: Transaction, schedule: str, day: date, due: datetime, now: datetime) -> bool:
    """Claim a day, in the transaction that wants its digest. False: somebody has it already."""
    row = {"schedule": schedule, "day": day, "due_at": due, "created_at": now}
    taken = insert(tx, digests).on_conflict_do_nothing().returning(digests.c.day)
    return (await tx.execute(taken, row)).first() is not None
