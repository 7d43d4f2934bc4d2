"""Cases: comments that a person must decide, as the cards show them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, case, exists, func, or_, select, update

from db import effects
from db.engine import Transaction
from db.rows import to_comment, to_scores
from db.tables import cases, comments, decisions, reviews, scores
from db.tables import effects as outbox
from moderation.comment import Case, Decision, Person, Record, Verdict

ELSEWHERE = 4
"""The priority of cards whose cases were decided elsewhere: after new cards, before what can wait."""

RECORD = timedelta(days=30)
"""How far an author's record goes back."""


async def load(tx: Transaction, case_id: int, now: datetime) -> Case | None:
    """One case with everything a card needs, or None if there is no such case."""
    return next(iter(await load_all(tx, [case_id], now)), None)


async def load_all(tx: Transaction, case_ids: Iterable[int], now: datetime) -> list[Case]:
    """These cases, in the order of their numbers."""
    wanted = sorted(set(case_ids))
    rows = (await tx.execute(_everything().where(cases.c.id.in_(wanted)).order_by(cases.c.id))).all()
    made = await _decisions(tx, [row.decision_id for row in rows if row.decision_id])
    applied_to = await _effects(tx, made)
    removed = await _removed(tx, [row.case_id for row in rows if row.decision_id not in applied_to])
    return [
        replace(
            _case(row, made.get(row.decision_id), applied_to.get(row.decision_id), now),
            record=await _record(tx, row, now),
            removed=row.case_id in removed,
        )
        for row in rows
    ]


async def on_card(tx: Transaction, card_id: int, now: datetime) -> list[Case]:
    """The cases that a card shows."""
    ids = (await tx.execute(select(cases.c.id).where(cases.c.card_id == card_id))).scalars().all()
    return await load_all(tx, ids, now)


async def touch(
    tx: Transaction,
    case_id: int,
    now: datetime,
    *,
    priority: int = 1,
    elsewhere: bool = False,
    but: int = 0,
    after: timedelta = timedelta(0),
) -> None:
    """A case has changed: bring its card and the screens that show it up to date.

    elsewhere: it was not changed by a tap on its card, which may wait a little. but: a reviewer who sees to their own
    screen.
    """
    card = (await tx.execute(select(cases.c.card_id).where(cases.c.id == case_id))).scalar()
    if card is not None:
        key = f"card:{card}:later" if after else f"card:{card}"
        payload = {"card": card, "elsewhere": elsewhere}
        urgency = ELSEWHERE if elsewhere else priority
        await effects.want(tx, key, "card", effects.CHAT, now, payload=payload, priority=urgency, after=after)
    watching = select(reviews.c.person_id).where(
        or_(reviews.c.case_id == case_id, reviews.c.last_id == case_id), reviews.c.person_id != but, reviews.c.open
    )
    for person_id in (await tx.execute(watching)).scalars().all():
        await refresh(tx, person_id, now)


async def refresh(tx: Transaction, person_id: int, now: datetime) -> None:
    """Bring a reviewer's screen up to date."""
    await effects.want(
        tx, f"review:{person_id}", "review", effects.private(person_id), now, payload={"person": person_id}, priority=0
    )


async def show(tx: Transaction, case_id: int, now: datetime) -> None:
    """Ask for a card in the moderators' chat."""
    await effects.want(tx, f"show:{case_id}", "show", effects.CHAT, now, case_id=case_id, priority=2)


async def supersede(tx: Transaction, source: str, external_id: str, revision: int, now: datetime) -> None:
    """A comment was edited: cases of its older revisions take no more taps, and what has not left does not leave."""
    old = select(comments.c.id).where(
        comments.c.source == source, comments.c.external_id == external_id, comments.c.revision < revision
    )
    closed = update(cases).where(cases.c.comment_id.in_(old), cases.c.state == "waiting").values(state="superseded")
    for case_id in (await tx.execute(closed.returning(cases.c.id))).scalars().all():
        await touch(tx, case_id, now)
    decided = select(cases.c.id, cases.c.decision_id).where(cases.c.comment_id.in_(old), cases.c.state == "decided")
    for row in (await tx.execute(decided)).all():
        if await effects.cancel(tx, applied(row.decision_id), now, "the comment was edited first"):
            await touch(tx, row.id, now)


def is_outdated(case: FromClause) -> ColumnElement[bool]:
    """Whether a case's comment has a newer revision."""
    own, newer = comments.alias(), comments.alias()
    same = and_(newer.c.source == own.c.source, newer.c.external_id == own.c.external_id)
    return exists().where(own.c.id == case.c.comment_id, same, newer.c.revision > own.c.revision)


async def has_newer(tx: Transaction, case_id: int) -> bool:
    """Whether the comment of this case was edited since."""
    outdated = select(cases.c.id).where(cases.c.id == case_id, is_outdated(cases))
    return (await tx.execute(outdated)).first() is not None


def applied(decision_id: int) -> str:
    """The key of a decision's action at its source."""
    return f"apply:{decision_id}"


def _everything() -> Select[Any]:
    said = ("model", "version", "language", "supported", "probabilities", "spans", "error", "outcome", "rule", "label")
    kept = ("author_key", "opened_at", "hidden_until", "claimed_by", "claimed_name", "claimed_until", "decision_id")
    own = (cases.c.id.label("case_id"), cases.c.state.label("case_state"), cases.c.severity)
    written = [column for column in comments.c if column.name not in ("id", "state", "language")]
    columns = [
        *written,
        comments.c.language.label("comment_language"),
        *(scores.c[name] for name in said),
        *(cases.c[name] for name in kept),
        *own,
    ]
    joined = cases.join(comments, comments.c.id == cases.c.comment_id).join(scores, scores.c.id == cases.c.scores_id)
    return select(*columns).select_from(joined)


def _case(row: Row[Any], decision: Decision | None, effect: Row[Any] | None, now: datetime) -> Case:
    claimed = row.claimed_until is not None and row.claimed_until > now and row.case_state == "waiting"
    pending = effect is not None and effect.state == "pending"
    return Case(
        id=row.case_id,
        comment=to_comment(row),
        scores=to_scores(row),
        verdict=Verdict(row.outcome, row.rule, row.severity, row.label),
        state=row.case_state,
        opened_at=row.opened_at,
        claimed_by=Person(row.claimed_by, row.claimed_name) if claimed else None,
        hidden_until=row.hidden_until if row.hidden_until > now else None,
        decision=decision,
        effect=effect.state if effect is not None else "",
        effect_note=effect.note if effect is not None and effect.state != "pending" else "",
        effect_due=effect.next_try if effect is not None and pending and not effect.attempts else None,
    )


async def _decisions(tx: Transaction, ids: Sequence[int]) -> dict[int, Decision]:
    """The decisions in force, each with the reason named last."""
    rows = (await tx.execute(select(decisions).where(decisions.c.id.in_(ids)))).all() if ids else []
    after = {row.case_id: row.id for row in rows}
    named = select(decisions.c.case_id, decisions.c.id, decisions.c.reason).where(
        decisions.c.case_id.in_(after), decisions.c.kind == "reason"
    )
    found = (await tx.execute(named.order_by(decisions.c.id))).all() if after else []
    reasons = {row.case_id: row.reason for row in found if row.id > after[row.case_id]}
    return {row.id: to_decision(row, reasons.get(row.case_id, row.reason)) for row in rows}


def to_decision(row: Row[Any], reason: str) -> Decision:
    """A row of the decisions table, with the reason that holds now."""
    return Decision(
        row.id, row.case_id, row.kind, Person(row.person_id, row.person_name), row.at, reason=reason, rule=row.rule
    )


async def _effects(tx: Transaction, ids: Iterable[int]) -> dict[int, Row[Any]]:
    keys = {applied(decision_id): decision_id for decision_id in ids}
    if not keys:
        return {}
    rows = (await tx.execute(select(outbox).where(outbox.c.key.in_(keys)))).all()
    return {keys[row.key]: row for row in rows}


async def _removed(tx: Transaction, case_ids: Sequence[int]) -> set[int]:
    """Those of these cases for which the last thing done at the source was to remove the comment."""
    done = select(outbox.c.case_id, outbox.c.payload).where(
        outbox.c.case_id.in_(case_ids), outbox.c.kind == "apply", outbox.c.state == "confirmed"
    )
    rows = (await tx.execute(done.order_by(outbox.c.id))).all() if case_ids else []
    last = {row.case_id: row.payload["action"] for row in rows}
    return {case_id for case_id, action in last.items() if action == "reject"}


async def _record(tx: Transaction, row: Row[Any], now: datetime) -> Record:
    if not row.author_key:
        return Record(0, 0)
    rejected = func.sum(case((decisions.c.kind == "reject", 1), else_=0))
    theirs = and_(
        cases.c.source == row.source,
        cases.c.author_key == row.author_key,
        cases.c.opened_at >= now - RECORD,
        cases.c.id != row.case_id,
    )
    joined = cases.outerjoin(decisions, decisions.c.id == cases.c.decision_id)
    counted = (await tx.execute(select(func.count(), rejected).select_from(joined).where(theirs))).one()
    return Record(counted[0], int(counted[1] or 0))
