"""The outbox: what must be done outside, written in the transaction that wants it, kept until it is confirmed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, delete, func, literal, or_, select, update

from db.engine import Transaction
from db.rows import insert, to_effect
from db.tables import effects, sends
from moderation.comment import Effect, EffectState

LEASE = timedelta(seconds=90)
"""How long one attempt may take: a Bot API call ends after a minute at the latest."""

CHAT = "chat"
"""The lane of the moderators' chat; which chat that is, the settings say when an effect goes out."""


def private(person_id: int) -> str:
    """The lane of the private chat with this person."""
    return f"private:{person_id}"


def source(name: str) -> str:
    """The lane of actions at this source."""
    return f"source:{name}"


async def want(
    tx: Transaction,
    key: str,
    kind: str,
    target: str,
    now: datetime,
    *,
    payload: Mapping[str, Any] | None = None,
    case_id: int | None = None,
    priority: int = 1,
    after: timedelta = timedelta(0),
) -> None:
    """Ask for an effect. Asked again under the same key, it is carried out once more: the newest wish wins."""
    row = {
        "key": key,
        "kind": kind,
        "target": target,
        "case_id": case_id,
        "payload": payload or {},
        "state": "pending",
        "version": 1,
        "priority": priority,
        "attempts": 0,
        "next_try": now + after,
        "note": "",
        "created_at": now,
    }
    fresh = insert(tx, effects)
    # A wish that is still pending keeps its urgency: a refresh that can wait must not slow a decision down.
    urgent = and_(effects.c.state == "pending", effects.c.priority < fresh.excluded.priority)
    again = {
        "version": effects.c.version + 1,
        "payload": fresh.excluded.payload,
        "target": fresh.excluded.target,
        "state": "pending",
        "priority": case((urgent, effects.c.priority), else_=fresh.excluded.priority),
        "attempts": 0,
        "next_try": case((urgent, effects.c.next_try), else_=fresh.excluded.next_try),
        "note": "",
    }
    await tx.execute(fresh.on_conflict_do_update(index_elements=["key"], set_=again), row)


async def want_once(
    tx: Transaction, key: str, kind: str, target: str, now: datetime, *, payload: Mapping[str, Any], priority: int = 1
) -> bool:
    """Ask for an effect unless it was ever asked for under this key. True: it is new."""
    if (await tx.execute(select(effects.c.id).where(effects.c.key == key))).first():
        return False
    await want(tx, key, kind, target, now, payload=payload, priority=priority)
    return True


async def targets(tx: Transaction, now: datetime) -> list[str]:
    """The lanes in which something is due."""
    return list((await tx.execute(select(effects.c.target).where(_due(now)).distinct())).scalars())


async def next_due(tx: Transaction, now: datetime) -> datetime | None:
    """When the next effect that is not due yet will be."""
    later = select(func.min(effects.c.next_try)).where(effects.c.state == "pending", effects.c.next_try > now)
    due: datetime | None = (await tx.execute(later)).scalar()
    return due


async def claim(tx: Transaction, target: str, now: datetime, least: int = 99) -> Effect | None:
    """Take the most urgent effect of a lane, of priority `least` or more urgent (lower)."""
    first = (
        select(effects.c.id)
        .where(effects.c.target == target, _due(now), effects.c.priority <= least)
        .order_by(effects.c.priority, effects.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return next(iter(await _take(tx, effects.c.id.in_(first), now)), None)


async def claim_kind(tx: Transaction, target: str, kind: str, limit: int, now: datetime) -> list[Effect]:
    """Take up to `limit` more due effects of one kind in a lane, to be carried out together."""
    more = (
        select(effects.c.id)
        .where(effects.c.target == target, effects.c.kind == kind, _due(now))
        .order_by(effects.c.priority, effects.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await _take(tx, effects.c.id.in_(more), now)


async def count_due(tx: Transaction, target: str, kind: str, now: datetime) -> int:
    """How many effects of one kind wait in a lane, due now."""
    waiting = select(func.count()).select_from(effects)
    waiting = waiting.where(effects.c.target == target, effects.c.kind == kind, _due(now))
    return int((await tx.execute(waiting)).scalar_one())


async def finish(tx: Transaction, effect: Effect, state: EffectState, now: datetime, note: str = "") -> bool:
    """An attempt is over for good. False: the effect was wanted again meanwhile, and stays pending."""
    done = {"state": state, "done_at": now, "note": note, "leased_until": None}
    # What was called off while it was leaving, and got through all the same, is on the record as done.
    leaving = and_(effects.c.state == "cancelled", effects.c.leased_until.is_not(None), literal(state == "confirmed"))
    same = and_(effects.c.id == effect.id, effects.c.version == effect.version)
    over = update(effects).where(same, or_(effects.c.state == "pending", leaving))
    if (await tx.execute(over.values(done).returning(effects.c.id))).first():
        return True
    await tx.execute(update(effects).where(effects.c.id == effect.id).values(leased_until=None))
    return False


async def put_back(tx: Transaction, effect: Effect, next_try: datetime, note: str, *, count: bool = True) -> None:
    """An attempt failed: try again at `next_try`, unless it was called off. count=False: it was not its own fault."""
    again = {"next_try": next_try, "note": note, "leased_until": None, "attempts": effect.attempts - (not count)}
    same = and_(effects.c.id == effect.id, effects.c.version == effect.version, effects.c.state == "pending")
    if not (await tx.execute(update(effects).where(same).values(again).returning(effects.c.id))).first():
        await tx.execute(update(effects).where(effects.c.id == effect.id).values(leased_until=None))


async def cancel(tx: Transaction, key: str, now: datetime, note: str = "") -> bool:
    """Call off an effect that has not left yet. False: there is none, or it has left, or its last try is under way."""
    open_ = and_(effects.c.key == key, effects.c.state == "pending")
    gone = update(effects).where(open_).values(state="cancelled", done_at=now, note=note)
    row = (await tx.execute(gone.returning(effects.c.leased_until))).first()
    return row is not None and (row.leased_until is None or row.leased_until < now)


async def cancel_all(tx: Transaction, keys: Sequence[str], now: datetime, note: str) -> None:
    """Call off these effects, even one that is just being carried out: its outcome does not matter any more."""
    open_ = and_(effects.c.key.in_(keys), effects.c.state == "pending")
    gone = {"state": "cancelled", "done_at": now, "note": note, "leased_until": None}
    await tx.execute(update(effects).where(open_).values(gone))


async def release(tx: Transaction) -> None:
    """Let go of every lease, at a start: whoever held one is gone."""
    held = and_(effects.c.state == "pending", effects.c.leased_until.is_not(None))
    await tx.execute(update(effects).where(held).values(leased_until=None))


class Backlog(NamedTuple):
    """How the actions at sources stand."""

    pending: int
    human: int
    oldest_due: datetime | None


async def backlog(tx: Transaction, now: datetime) -> Backlog:
    """Which actions are due or failing, which need a human, and since when the oldest waits."""
    # Each failure moves the next try on: what fails has waited since it was wanted.
    since = case((effects.c.attempts == 0, effects.c.next_try), else_=effects.c.created_at)
    due = select(func.count(), func.min(since, type_=effects.c.next_try.type))
    late = or_(effects.c.next_try <= now, effects.c.attempts > 0)
    due = due.where(effects.c.kind == "apply", effects.c.state == "pending", late)
    pending, oldest = (await tx.execute(due)).one()
    human = select(func.count()).select_from(effects).where(effects.c.kind == "apply", effects.c.state == "human")
    return Backlog(pending, (await tx.execute(human)).scalar_one(), oldest)


async def note_send(tx: Transaction, chat_id: int, now: datetime) -> None:
    """Remember that a message or an edit goes out: a restart must know what the last minute has used up."""
    await tx.execute(sends.insert().values(chat_id=chat_id, at=now))


async def recent_sends(tx: Transaction, now: datetime) -> Sequence[tuple[int, datetime]]:
    """The sends and edits of the last minute, oldest first; older ones are forgotten."""
    minute_ago = now - timedelta(seconds=61)
    await tx.execute(delete(sends).where(sends.c.at < minute_ago))
    rows = (await tx.execute(select(sends.c.chat_id, sends.c.at).order_by(sends.c.at))).all()
    return [(row.chat_id, row.at) for row in rows]


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(effects.c.leased_until.is_(None), effects.c.leased_until < now)
    return and_(effects.c.state == "pending", effects.c.next_try <= now, free)


async def _take(tx: Transaction, which: ColumnElement[bool], now: datetime) -> list[Effect]:
    held = {"leased_until": now + LEASE, "attempts": effects.c.attempts + 1}
    rows = (await tx.execute(update(effects).where(which).values(held).returning(effects))).all()
    return [to_effect(row) for row in sorted(rows, key=lambda row: (row.priority, row.id))]
