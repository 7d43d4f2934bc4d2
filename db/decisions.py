"""Decisions: one guarded UPDATE decides a case; every row stays, and what follows is wanted in the same transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from sqlalchemy import select, update

from db import cases as shown
from db import effects
from db.engine import Transaction
from db.tables import cases, decisions
from db.tables import effects as outbox
from moderation.comment import Action, Kind, Person

Acts = Callable[[str, str], bool]
"""(source, action) -> whether that source can do it."""


async def decide(
    tx: Transaction,
    case_id: int,
    kind: Literal["approve", "reject"],
    person: Person,
    now: datetime,
    acts: Acts,
    undo: timedelta,
    *,
    rule: str = "",
    elsewhere: bool = False,
) -> bool:
    """Decide a waiting case. False: somebody was faster, or there is no such case; nothing has changed then.

    elsewhere: not by a tap on its card. Undo calls the decision's action off exactly for the time `undo`.
    """
    closed = {"state": "decided", "decided_at": now, "claimed_by": None, "claimed_name": None, "claimed_until": None}
    guarded = update(cases).where(cases.c.id == case_id, cases.c.state == "waiting").values(closed)
    row = (await tx.execute(guarded.returning(cases.c.source, cases.c.scores_id))).first()
    if row is None:
        return False
    decision_id = await _write(tx, case_id, row.scores_id, kind, person, now, rule=rule)
    await tx.execute(update(cases).where(cases.c.id == case_id).values(decision_id=decision_id))
    await _act(tx, case_id, decision_id, kind, row.source, now, acts, undo)
    await shown.touch(tx, case_id, now, but=person.id, elsewhere=elsewhere)
    return True


async def name_reason(tx: Transaction, case_id: int, reason: str, person: Person, now: datetime) -> bool:
    """Say why a case was rejected. False: it is not rejected (any more)."""
    rejected = (
        select(cases.c.scores_id)
        .join(decisions, decisions.c.id == cases.c.decision_id)
        .where(cases.c.id == case_id, cases.c.state == "decided", decisions.c.kind == "reject")
    )
    row = (await tx.execute(rejected)).first()
    if row is None:
        return False
    await _write(tx, case_id, row.scores_id, "reason", person, now, reason=reason)
    await shown.touch(tx, case_id, now, priority=5)
    return True


class Undone(NamedTuple):
    """What taking back has changed."""

    exact: bool
    """True: the action never left, everything is as before. False: the source has already acted."""


async def undo(tx: Transaction, case_id: int, person: Person, now: datetime) -> Undone | None:
    """Take the decision in force back. None: there is none, or the comment was edited since."""
    in_force = select(cases.c.decision_id).where(cases.c.id == case_id, cases.c.state == "decided")
    in_force = in_force.where(~shown.is_outdated(cases)).with_for_update()
    decision_id = (await tx.execute(in_force)).scalar()
    if decision_id is None:
        return None
    reopened = {"state": "waiting", "decided_at": None, "decision_id": None, "hidden_until": now}
    guarded = update(cases).where(cases.c.id == case_id).values(reopened)
    row = (await tx.execute(guarded.returning(cases.c.scores_id, cases.c.card_id))).one()
    await _write(tx, case_id, row.scores_id, "undo", person, now)
    exact = await _call_off(tx, decision_id, now)
    if row.card_id is None:
        await shown.show(tx, case_id, now)
    await shown.touch(tx, case_id, now)
    return Undone(exact)


async def put_off(tx: Transaction, case_id: int, now: datetime, pause: timedelta) -> bool:
    """Later: review mode does not show the case for a while; it keeps its age. False: it does not wait any more."""
    hidden = {"hidden_until": now + pause, "claimed_by": None, "claimed_name": None, "claimed_until": None}
    guarded = update(cases).where(cases.c.id == case_id, cases.c.state == "waiting").values(hidden)
    if not (await tx.execute(guarded.returning(cases.c.id))).first():
        return False
    await shown.touch(tx, case_id, now, priority=5)
    await shown.touch(tx, case_id, now, priority=5, after=pause)
    return True


async def _write(
    tx: Transaction,
    case_id: int,
    scores_id: int,
    kind: Kind,
    person: Person,
    now: datetime,
    *,
    reason: str = "",
    rule: str = "",
) -> int:
    row = {
        "case_id": case_id,
        "scores_id": scores_id,
        "kind": kind,
        "reason": reason,
        "person_id": person.id,
        "person_name": person.name,
        "rule": rule,
        "at": now,
    }
    return int((await tx.execute(decisions.insert().returning(decisions.c.id), row)).scalar_one())


async def _act(
    tx: Transaction,
    case_id: int,
    decision_id: int,
    kind: Literal["approve", "reject"],
    source: str,
    now: datetime,
    acts: Acts,
    grace: timedelta,
) -> None:
    """Want the decision's action at the source, after the time in which Undo is exact."""
    action: Action = "restore" if kind == "approve" and await _is_gone(tx, case_id) else kind
    if not acts(source, action):
        return
    payload = {"action": action, "case": case_id}
    key, lane = shown.applied(decision_id), effects.source(source)
    await effects.want(tx, key, "apply", lane, now, payload=payload, case_id=case_id, after=grace)


async def _is_gone(tx: Transaction, case_id: int) -> bool:
    """Whether the last thing done at the source was to remove the comment."""
    last = (
        select(outbox.c.payload)
        .where(outbox.c.case_id == case_id, outbox.c.kind == "apply", outbox.c.state == "confirmed")
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    payload = (await tx.execute(last)).scalar()
    return payload is not None and payload["action"] == "reject"


async def _call_off(tx: Transaction, decision_id: int, now: datetime) -> bool:
    key = shown.applied(decision_id)
    state = (await tx.execute(select(outbox.c.state).where(outbox.c.key == key))).scalar()
    if state == "pending":
        return await effects.cancel(tx, key, now, "taken back")
    return state in (None, "recorded", "cancelled")
