"""What has happened: counts for the queue, the statistics and the digest, and the record for an export."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from db import effects
from db.engine import Transaction
from db.rows import hour, to_hour
from db.tables import cases, comments, decisions, policies, scores
from moderation.comment import Thread
from moderation.digest import CLEAR, SEVERE, Article, Counts, Hour, QueueCounts

ARTICLES = 10
"""How many of the busiest articles are counted."""


class Work(NamedTuple):
    """What is still to be done."""

    unscored: int
    unscored_since: datetime | None
    retried: int
    """Comments that the model has failed on; their cases wait for people, and they are scored again and again."""
    retried_since: datetime | None
    waiting: int
    pending: int
    pending_since: datetime | None
    human: int


async def queue(tx: Transaction, now: datetime) -> QueueCounts:
    """The waiting cases, by severity."""
    blind = or_(scores.c.error != "", scores.c.supported.is_(False))
    counted = select(
        _count(and_(~blind, cases.c.severity >= SEVERE)),
        _count(and_(~blind, cases.c.severity >= CLEAR, cases.c.severity < SEVERE)),
        _count(and_(~blind, cases.c.severity < CLEAR)),
        _count(blind),
        _count(cases.c.claimed_until > now),
        _count(cases.c.hidden_until > now),
        func.min(cases.c.opened_at),
    ).select_from(cases.join(scores, scores.c.id == cases.c.scores_id))
    return QueueCounts(*(await tx.execute(counted.where(cases.c.state == "waiting"))).one())


async def work(tx: Transaction, now: datetime) -> Work:
    """What is not scored yet, what waits for a person, and how the outbox stands."""
    unscored = select(comments.c.state, func.count(), func.min(comments.c.received_at)).group_by(comments.c.state)
    # In the words of the index of what is not scored: any other condition would read every comment there ever was.
    found = (await tx.execute(unscored.where(comments.c.state != "scored"))).all()
    states = {state: (number, since) for state, number, since in found}
    (backlog, since), (retried, retried_since) = states.get("new", (0, None)), states.get("retry", (0, None))
    waiting = select(func.count()).select_from(cases).where(cases.c.state == "waiting")
    left = await effects.backlog(tx, now)
    number = (await tx.execute(waiting)).scalar_one()
    return Work(backlog, since, retried, retried_since, number, left.pending, left.oldest_due, left.human)


async def count(tx: Transaction, since: datetime, until: datetime) -> Counts:
    """What happened from since to until, and what waits as of then."""
    received = await _one(
        tx, select(func.count()).select_from(comments).where(_in(comments.c.received_at, since, until))
    )
    blind = or_(scores.c.error != "", scores.c.supported.is_(False))
    flagged = select(func.count(), _count(blind)).select_from(cases.join(scores, scores.c.id == cases.c.scores_id))
    flagged_count, unscored = (await tx.execute(flagged.where(_in(cases.c.opened_at, since, until)))).one()
    approved, rejected = await _in_force(tx, since, until)
    undone = select(func.count()).select_from(decisions)
    undone = undone.where(decisions.c.kind == "undo", _in(decisions.c.at, since, until))
    waiting, oldest = await _waiting(tx, until)
    return Counts(
        since=since,
        until=until,
        received=received,
        flagged=flagged_count,
        approved=approved,
        rejected=rejected,
        undone=await _one(tx, undone),
        unscored=unscored,
        waiting=waiting,
        oldest=oldest,
        median_wait=await _median_wait(tx, since, until),
        articles=await _articles(tx, since, until),
        hours=await _hours(tx, since, until),
        people=await _people(tx, since, until),
    )


async def export(tx: Transaction) -> AsyncIterator[dict[str, Any]]:
    """Every decision ever made, oldest first, with the comment, the scores and the thresholds it was made under."""
    rows = await tx.stream(
        select(
            decisions.c.id,
            decisions.c.at,
            decisions.c.kind,
            decisions.c.reason,
            decisions.c.person_id,
            decisions.c.person_name,
            decisions.c.rule,
            decisions.c.case_id,
            comments.c.source,
            comments.c.external_id,
            comments.c.revision,
            comments.c.author,
            comments.c.text,
            scores.c.model,
            scores.c.version,
            scores.c.probabilities,
            policies.c.thresholds,
        )
        .select_from(decisions)
        .join(cases, cases.c.id == decisions.c.case_id)
        .join(comments, comments.c.id == cases.c.comment_id)
        .join(scores, scores.c.id == decisions.c.scores_id)
        .join(policies, policies.c.id == scores.c.policy_id)
        .order_by(decisions.c.id)
    )
    async for row in rows:
        yield {**row._mapping, "at": row.at.isoformat()}


def _in(column: ColumnElement[datetime], since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(column >= since, column < until)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


async def _one(tx: Transaction, counted: Any) -> int:
    return int((await tx.execute(counted)).scalar_one())


async def _in_force(tx: Transaction, since: datetime, until: datetime) -> tuple[int, int]:
    """Approved and rejected in this time, as far as it still holds."""
    joined = cases.join(decisions, decisions.c.id == cases.c.decision_id)
    counted = select(_count(decisions.c.kind == "approve"), _count(decisions.c.kind == "reject")).select_from(joined)
    approved, rejected = (await tx.execute(counted.where(_in(decisions.c.at, since, until)))).one()
    return approved, rejected


async def _waiting(tx: Transaction, until: datetime) -> tuple[int, datetime | None]:
    waiting = select(func.count(), func.min(cases.c.opened_at)).where(
        cases.c.state != "superseded",
        cases.c.opened_at < until,
        or_(cases.c.decided_at.is_(None), cases.c.decided_at >= until),
    )
    number, oldest = (await tx.execute(waiting)).one()
    return number, oldest


async def _median_wait(tx: Transaction, since: datetime, until: datetime) -> timedelta | None:
    """SQLite knows no median, so the middle one is looked up; the mean of the two middle ones when even."""
    decided = _in(cases.c.decided_at, since, until)
    rows = (await tx.execute(select(cases.c.opened_at, cases.c.decided_at).where(decided))).all()
    waits = sorted(row.decided_at - row.opened_at for row in rows)
    if not waits:
        return None
    middle: timedelta = (waits[(len(waits) - 1) // 2] + waits[len(waits) // 2]) / 2
    return middle


async def _articles(tx: Transaction, since: datetime, until: datetime) -> tuple[Article, ...]:
    where = (comments.c.thread_id, comments.c.thread_title, comments.c.thread_url)
    received, flagged = func.count().label("received"), func.count(cases.c.id).label("flagged")
    joined = comments.outerjoin(cases, cases.c.comment_id == comments.c.id)
    joined = joined.outerjoin(decisions, decisions.c.id == cases.c.decision_id)
    busiest = (
        select(*where, received, flagged, _count(decisions.c.kind == "reject").label("rejected"))
        .select_from(joined)
        .where(_in(comments.c.received_at, since, until))
        .group_by(*where)
        .order_by(flagged.desc(), received.desc())
        .limit(ARTICLES)
    )
    rows = (await tx.execute(busiest)).all()
    return tuple(Article(_thread(row), row.received, row.flagged, row.rejected) for row in rows)


def _thread(row: Row[Any]) -> Thread:
    return Thread(row.thread_id, row.thread_title, row.thread_url)


async def _hours(tx: Transaction, since: datetime, until: datetime) -> tuple[Hour, ...]:
    """Counted where they lie: a week of a large site's comments would hold up every tap on its way through here."""
    began = hour(tx, comments.c.received_at).label("began")
    came = select(began, func.count(), func.count(cases.c.id)).outerjoin_from(comments, cases)
    counted = came.where(_in(comments.c.received_at, since, until)).group_by("began").order_by("began")
    return tuple(Hour(to_hour(at), received, flagged) for at, received, flagged in (await tx.execute(counted)).all())


async def _people(tx: Transaction, since: datetime, until: datetime) -> tuple[tuple[str, int], ...]:
    made = (
        select(func.max(decisions.c.person_name), func.count())
        .where(decisions.c.person_id != 0, decisions.c.kind.in_(("approve", "reject")))
        .where(_in(decisions.c.at, since, until))
        .group_by(decisions.c.person_id)
        .order_by(func.count().desc())
    )
    return tuple((row[0], row[1]) for row in (await tx.execute(made)).all())
