"""Review mode: which case each moderator has on screen, and the way back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from db import cases as shown
from db.engine import Transaction
from db.rows import insert
from db.tables import cases, reviews
from moderation.comment import Person

TRAIL = 50
"""How many cases back one can go."""


@dataclass(frozen=True, slots=True)
class Review:
    """One moderator's screen."""

    person_id: int
    message_id: int | None
    case_id: int | None
    last_id: int | None
    open: bool


async def load(tx: Transaction, person_id: int) -> Review | None:
    """This person's review, or None if they never began one."""
    row = (await tx.execute(select(reviews).where(reviews.c.person_id == person_id))).first()
    return Review(row.person_id, row.message_id, row.case_id, row.last_id, row.open) if row else None


async def begin(tx: Transaction, person: Person, now: datetime, claim: timedelta) -> int | None:
    """Start, on a new message at the end of the chat. The message that showed the review until now, if any."""
    old = await load(tx, person.id)
    trail: list[int] = []
    row = {"person_id": person.id, "message_id": None, "trail": trail, "open": True, "touched_at": now}
    fresh = insert(tx, reviews)
    again = {"message_id": None, "open": True, "touched_at": now}
    await tx.execute(fresh.on_conflict_do_update(index_elements=["person_id"], set_=again), row)
    await advance(tx, person, now, claim)
    return old.message_id if old else None


async def advance(
    tx: Transaction, person: Person, now: datetime, claim: timedelta, *, leave: int | None = None
) -> int | None:
    """Turn to the most severe case that nobody has; leave: the case just dealt with, for the way back."""
    row = (await tx.execute(select(reviews).where(reviews.c.person_id == person.id))).one()
    kept = row.case_id if row.case_id and row.case_id != leave else None
    if kept and not await _hold(tx, kept, person, now, claim):
        kept = None
    case_id = kept or await _claim(tx, person, now, claim)
    trail = [*(case for case in row.trail if case != leave), leave][-TRAIL:] if leave else row.trail
    await _turn(tx, person.id, now, {"case_id": case_id, "trail": trail, "last_id": leave or row.last_id})
    return case_id


async def back(tx: Transaction, person: Person, now: datetime, claim: timedelta) -> int | None:
    """Turn to the case before; what was on screen returns to the queue. None: there is nothing to go back to."""
    trail = (await tx.execute(select(reviews.c.trail).where(reviews.c.person_id == person.id))).scalar()
    if not trail:
        return None
    await turn_to(tx, person, trail[-1], now, claim)
    return int(trail[-1])


async def turn_to(tx: Transaction, person: Person, case_id: int, now: datetime, claim: timedelta) -> None:
    """Turn to this case; what was on screen returns to the queue."""
    row = (await tx.execute(select(reviews).where(reviews.c.person_id == person.id))).first()
    if row is None:
        return
    await _free(tx, person.id)
    await _hold(tx, case_id, person, now, claim)
    trail = [case for case in row.trail if case != case_id]
    turned = {"case_id": case_id, "trail": trail, "last_id": trail[-1] if trail else None}
    await _turn(tx, person.id, now, turned)


async def look_again(
    tx: Transaction, person: Person, now: datetime, claim: timedelta, *, leave: int | None = None
) -> None:
    """Turn to what waits now, from a screen that was empty, left, or showed a case that is decided (leave)."""
    if await load(tx, person.id) is not None:
        await advance(tx, person, now, claim, leave=leave)


async def leave(tx: Transaction, person_id: int, now: datetime) -> None:
    """Stop: the case on screen returns to the queue."""
    await _free(tx, person_id)
    left = {"case_id": None, "last_id": None, "open": False, "touched_at": now}
    await tx.execute(update(reviews).where(reviews.c.person_id == person_id).values(left))
    await shown.refresh(tx, person_id, now)


async def posted(tx: Transaction, person_id: int, message_id: int) -> None:
    """Telegram has answered: the review is this message."""
    here = update(reviews).where(reviews.c.person_id == person_id).values(message_id=message_id)
    await tx.execute(here)


async def is_screen(tx: Transaction, person_id: int, message_id: int) -> bool:
    """Whether this message in a private chat is the one that shows the person's review."""
    here = select(reviews.c.person_id).where(reviews.c.person_id == person_id, reviews.c.message_id == message_id)
    return (await tx.execute(here)).first() is not None


async def lapse(tx: Transaction, now: datetime, idle: timedelta) -> list[int]:
    """Close the screens that nobody has touched for so long: their cases are free again already."""
    stale = update(reviews).where(reviews.c.open, reviews.c.touched_at < now - idle).values(open=False, case_id=None)
    lapsed = list((await tx.execute(stale.returning(reviews.c.person_id))).scalars())
    for person_id in lapsed:
        await _free(tx, person_id)
        await shown.refresh(tx, person_id, now)
    return lapsed


async def count_left(tx: Transaction, now: datetime, person_id: int) -> int:
    """How many cases wait for this person: free ones, and the one on their own screen."""
    free = or_(cases.c.claimed_until.is_(None), cases.c.claimed_until <= now, cases.c.claimed_by == person_id)
    left = select(func.count()).select_from(cases)
    left = left.where(cases.c.state == "waiting", cases.c.hidden_until <= now, free)
    return int((await tx.execute(left)).scalar_one())


async def _claim(tx: Transaction, person: Person, now: datetime, claim: timedelta) -> int | None:
    free = or_(cases.c.claimed_until.is_(None), cases.c.claimed_until <= now)
    worst = (
        select(cases.c.id)
        .where(cases.c.state == "waiting", cases.c.hidden_until <= now, free)
        .order_by(cases.c.severity.desc(), cases.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    held = {"claimed_by": person.id, "claimed_name": person.name, "claimed_until": now + claim}
    taken = update(cases).where(cases.c.id.in_(worst)).values(held).returning(cases.c.id)
    case_id: int | None = (await tx.execute(taken)).scalar()
    return case_id


async def _hold(tx: Transaction, case_id: int, person: Person, now: datetime, claim: timedelta) -> bool:
    """Keep (or take) a case that nobody else has on screen."""
    free = or_(cases.c.claimed_by == person.id, cases.c.claimed_until.is_(None), cases.c.claimed_until <= now)
    held = {"claimed_by": person.id, "claimed_name": person.name, "claimed_until": now + claim}
    waiting = and_(cases.c.id == case_id, cases.c.state == "waiting", free)
    return (await tx.execute(update(cases).where(waiting).values(held).returning(cases.c.id))).first() is not None


async def _free(tx: Transaction, person_id: int) -> None:
    nobody = {"claimed_by": None, "claimed_name": None, "claimed_until": None}
    theirs = update(cases).where(cases.c.state == "waiting", cases.c.claimed_by == person_id)
    await tx.execute(theirs.values(nobody))


async def _turn(tx: Transaction, person_id: int, now: datetime, turned: dict[str, Any]) -> None:
    shown_now = turned | {"touched_at": now, "open": True}
    await tx.execute(update(reviews).where(reviews.c.person_id == person_id).values(shown_now))
    await shown.refresh(tx, person_id, now)
