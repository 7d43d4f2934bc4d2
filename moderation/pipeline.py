"""The path of a comment, in order: take it in, score it, decide it, queue it; then resolve what a person decided.

    source -> take_in -> score_waiting -> (case, card, tap) -> resolve -> confirmed at the source

Each step commits what it has done together with what must happen next, so a crash repeats a step and skips none.
The few methods that the steps need from outside are declared here; db and bot provide them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from moderation.comment import Case, Comment, Effect, EffectState, Judged, Scores, Taken, Waiting
from moderation.policy import Thresholds, decide
from moderation.scoring import Scorer
from moderation.sources import Source

BATCH = 200
"""Comments in one transaction: 22,000 a second on SQLite, against 180 with one each."""

FIRST_RETRY, LAST_RETRY = timedelta(seconds=2), timedelta(minutes=10)
MOST_TRIES = 60
"""Tries before a person must act: with the pauses above, most of ten hours."""

Policy = Callable[[str], Thresholds]
"""A source's name -> the thresholds for its comments."""


class Inbox(Protocol):
    """Where comments are kept from the moment they are accepted."""

    async def put(self, batch: Sequence[Comment]) -> Taken: ...
    async def claim(self, limit: int) -> list[Waiting]: ...
    async def settle(self, batch: Sequence[Judged]) -> list[int]: ...


class Outbox(Protocol):
    """Where effects are kept until they are confirmed."""

    async def case(self, case_id: int) -> Case | None: ...
    async def finish(self, effect: Effect, state: EffectState, note: str) -> None: ...
    async def put_back(self, effect: Effect, next_try: datetime, note: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """What one round of scoring did."""

    scored: int
    cases: tuple[int, ...]


async def take_in(inbox: Inbox, comments: Sequence[Comment]) -> Taken:
    """Keep comments. Once this returns they are not lost; what was known already is not kept twice."""
    new: list[int] = []
    known = 0
    for start in range(0, len(comments), BATCH):
        taken = await inbox.put(comments[start : start + BATCH])
        new += taken.new
        known += taken.known
    return Taken(tuple(new), known)


async def score_waiting(inbox: Inbox, scorer: Scorer, policy: Policy, limit: int = BATCH) -> Step:
    """Score and decide up to `limit` waiting comments, and open cases for those that a person must see."""
    waiting = await inbox.claim(limit)
    if not waiting:
        return Step(0, ())
    judged = await judge(scorer, policy, waiting)
    return Step(len(waiting), tuple(await inbox.settle(judged)))


async def judge(scorer: Scorer, policy: Policy, waiting: Sequence[Waiting]) -> list[Judged]:
    """Scores and verdict for each comment; what is flagged also gets the spans that earned it."""
    scores = await scorer.score([item.comment for item in waiting])
    judged = [_judge(item, said, policy(item.comment.source)) for item, said in zip(waiting, scores, strict=True)]
    flagged = [n for n, item in enumerate(judged) if item.verdict.outcome != "pass" and item.scores.scored]
    spans = await scorer.explain([waiting[n].comment for n in flagged])
    for n, found in zip(flagged, spans, strict=True):
        judged[n] = replace(judged[n], scores=replace(judged[n].scores, spans=found))
    return judged


async def resolve(outbox: Outbox, sources: Mapping[str, Source], effect: Effect) -> None:
    """Carry a decision out at its source, and keep how it went: confirmed, recorded, for a human, or once more."""
    case = await outbox.case(effect.case_id or 0)
    source = sources.get(case.comment.source) if case else None
    if case is None or source is None:
        await outbox.finish(effect, "human", "this source is not in the settings any more: act there by hand")
        return
    result = await source.apply(effect.payload["action"], case.comment)
    if result.state != "retry":
        await outbox.finish(effect, result.state, result.note)
    elif effect.attempts >= MOST_TRIES:
        await outbox.finish(effect, "human", f"given up after {effect.attempts} tries: {result.note}")
    else:
        await outbox.put_back(effect, datetime.now(UTC) + pause(effect.attempts, result.retry_after), result.note)


def pause(attempts: int, asked: float = 0.0) -> timedelta:
    """How long to wait after this many failed attempts; never less than the server asked for (seconds)."""
    doubled: timedelta = FIRST_RETRY * 2 ** min(attempts - 1, 20)
    return max(min(doubled, LAST_RETRY), timedelta(seconds=asked))


def _judge(item: Waiting, scores: Scores, thresholds: Thresholds) -> Judged:
    named = {"review": thresholds.review, "reject": thresholds.reject}
    return Judged(item.id, scores, decide(scores, thresholds), named)
