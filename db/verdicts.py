"""What the model and the policy said, on the record, and the cases that come of it: one transaction for a batch."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select, update

from db import cases as opened
from db import decisions as made
from db.engine import Transaction
from db.rows import insert
from db.tables import cases, comments, decisions, policies, scores
from moderation.comment import Judged, Person, Verdict

RULE = Person(0, "")
"""Who decides where no person does."""

FIRST_RETRY, LAST_RETRY = 30, 600
"""Seconds until a comment that could not be scored is tried again: doubling from the first to the last."""

_DIGITS = 6
"""So many digits of a probability are kept, to read later: what it was decided by stands in the rule."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for decisions: how long Undo is exact, what sources can do, how often a rule may reject in a day."""

    undo: timedelta = timedelta(seconds=10)
    actions: Mapping[str, frozenset[str]] | None = None
    reject_limit: int = 50
    day_began: datetime | None = None

    def acts(self, source: str, action: str) -> bool:
        return action in (self.actions or {}).get(source, frozenset())


async def settle(tx: Transaction, batch: Sequence[Judged], terms: Terms, now: datetime) -> list[int]:
    """Keep these scores and verdicts, open a case for each that needs one. The numbers of the new cases."""
    fresh = await _settle_comments(tx, batch, now)
    judged = [await _careful(tx, item, fresh[item.id]) for item in batch if item.id in fresh]
    known = await _known_cases(tx, [item.id for item in judged])
    policy_ids = {key: await _policy(tx, key) for key in {_canonical(item) for item in judged}}
    plain, new = [], []
    for item in judged:
        row = _row(item, policy_ids[_canonical(item)], now)
        if item.id in known:
            if item.scores.scored:  # one more failure adds nothing to the record but rows, for as long as it lasts
                await _rescore(tx, known[item.id], item, await _keep(tx, row), terms, now)
        elif item.verdict.outcome != "pass":
            new.append(await _open(tx, fresh[item.id], item, await _keep(tx, row), terms, now))
        else:
            plain.append(row)  # most rows: nobody asks for their numbers, so they are written together
    if plain:
        await tx.execute(scores.insert(), plain)
    return new


async def _settle_comments(tx: Transaction, batch: Sequence[Judged], now: datetime) -> dict[int, Row[Any]]:
    """Mark the comments as scored, or to be tried again; what another worker has settled meanwhile is left out."""
    failed = [item.id for item in batch if not item.scores.scored]
    wait = [min(FIRST_RETRY * 2**n, LAST_RETRY) for n in range(6)]
    settled = (
        update(comments)
        .where(comments.c.id.in_([item.id for item in batch]), comments.c.state != "scored")
        .values(state=case((comments.c.id.in_(failed), "retry"), else_="scored"), leased_until=None)
        .returning(comments)
    )
    rows = {row.id: row for row in (await tx.execute(settled)).all()}
    for number in failed:
        if row := rows.get(number):
            again = now + timedelta(seconds=wait[min(row.attempts, 5)])
            counted = update(comments).where(comments.c.id == number)
            await tx.execute(counted.values(attempts=row.attempts + 1, next_try=again))
    return rows


async def _careful(tx: Transaction, item: Judged, row: Row[Any]) -> Judged:
    """An edit of a rejected comment is looked at by a person, however harmless it scores."""
    if row.revision == 1 or item.verdict.outcome != "pass":
        return item
    older = comments.alias()
    rejected = (
        select(cases.c.id)
        .join(older, older.c.id == cases.c.comment_id)
        .join(decisions, decisions.c.id == cases.c.decision_id)
        .where(older.c.source == row.source, older.c.external_id == row.external_id, decisions.c.kind == "reject")
    )
    if not (await tx.execute(rejected)).first():
        return item
    verdict = Verdict("review", "edited after it was rejected", 1.0, item.verdict.label)
    return replace(item, verdict=verdict)


async def _keep(tx: Transaction, row: dict[str, Any]) -> int:
    return int((await tx.execute(scores.insert().returning(scores.c.id), row)).scalar_one())


def _canonical(item: Judged) -> str:
    return json.dumps(item.thresholds, sort_keys=True, default=dict)


async def _policy(tx: Transaction, thresholds: str) -> int:
    digest = hashlib.sha256(thresholds.encode()).hexdigest()
    row = {"digest": digest, "thresholds": json.loads(thresholds)}
    await tx.execute(insert(tx, policies).on_conflict_do_nothing(), row)
    return int((await tx.execute(select(policies.c.id).where(policies.c.digest == digest))).scalar_one())


def _row(item: Judged, policy_id: int, now: datetime) -> dict[str, Any]:
    said, verdict = item.scores, item.verdict
    return {
        "comment_id": item.id,
        "policy_id": policy_id,
        "at": now,
        "model": said.model,
        "version": said.version,
        "language": said.language,
        "supported": said.supported,
        "probabilities": {label: round(chance, _DIGITS) for label, chance in said.probabilities.items()},
        "spans": [list(span) for span in said.spans],
        "error": said.error,
        "outcome": verdict.outcome,
        "rule": verdict.rule,
        "severity": verdict.severity,
        "label": verdict.label,
    }


async def _known_cases(tx: Transaction, comment_ids: Sequence[int]) -> dict[int, Row[Any]]:
    rows = (await tx.execute(select(cases).where(cases.c.comment_id.in_(comment_ids)))).all()
    return {row.comment_id: row for row in rows}


async def _open(tx: Transaction, comment: Row[Any], item: Judged, scores_id: int, terms: Terms, now: datetime) -> int:
    row = {
        "comment_id": item.id,
        "scores_id": scores_id,
        "source": comment.source,
        "author_key": comment.author_id or comment.author,
        "severity": item.verdict.severity,
        "state": "waiting",
        "opened_at": now,
        "hidden_until": now,
    }
    case_id = int((await tx.execute(cases.insert().returning(cases.c.id), row)).scalar_one())
    if item.verdict.outcome == "reject" and await _may_reject(tx, terms):
        await made.decide(tx, case_id, "reject", RULE, now, terms.acts, terms.undo, rule=item.verdict.rule)
    await opened.show(tx, case_id, now)
    return case_id


async def _may_reject(tx: Transaction, terms: Terms) -> bool:
    """The brake: past the day's limit of rejections by rule, a person looks."""
    today = select(func.count()).select_from(decisions).where(decisions.c.kind == "reject", decisions.c.person_id == 0)
    if terms.day_began:
        today = today.where(decisions.c.at >= terms.day_began)
    return int((await tx.execute(today)).scalar_one()) < terms.reject_limit


async def _rescore(tx: Transaction, known: Row[Any], item: Judged, scores_id: int, terms: Terms, now: datetime) -> None:
    """The model is back: a case that still waits takes its scores, and closes by rule if they are harmless."""
    if known.state != "waiting":
        return
    better = {"scores_id": scores_id, "severity": item.verdict.severity}
    await tx.execute(update(cases).where(cases.c.id == known.id).values(better))
    if item.verdict.outcome == "pass":
        rule = f"scored later: {item.verdict.rule}"
        await made.decide(tx, known.id, "approve", RULE, now, terms.acts, terms.undo, rule=rule)
    await opened.touch(tx, known.id, now)
