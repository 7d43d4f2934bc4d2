"""Values for tests, with whatever a test does not care about filled in."""

from collections.abc import Sequence
from datetime import UTC, datetime

from db import inbox, verdicts
from db.engine import Database
from db.verdicts import Terms
from moderation.comment import Comment, Judged, Scores, Thread, Verdict
from moderation.policy import Thresholds, decide

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
THRESHOLDS = {"review": {"toxicity": 0.5}, "reject": {}}


def comment(number: int = 1, text: str = "", *, source: str = "page", author: str = "Ada") -> Comment:
    """A comment, number n of its source."""
    thread = Thread("t1", "A new bridge", "https://news.example/bridge")
    return Comment(source, str(number), text or f"comment {number}", author=author, thread=thread, posted_at=NOON)


def scored(toxicity: float) -> Scores:
    """Scores with this toxicity."""
    return Scores("test", "1", language="en", probabilities={"toxicity": toxicity})


def verdict(scores: Scores) -> Verdict:
    """What the default thresholds say."""
    return decide(scores, Thresholds())


async def open_cases(
    database: Database,
    toxicities: Sequence[float],
    *,
    terms: Terms | None = None,
    source: str = "page",
    now: datetime = NOON,
    first: int = 1,
) -> list[int]:
    """Cases for comments of these toxicities (all at or above 0.5), in order."""
    batch = [comment(first + n, source=source) for n in range(len(toxicities))]
    async with database.write() as tx:
        taken = await inbox.put(tx, batch, now)
        judged = [
            Judged(number, scored(toxicity), verdict(scored(toxicity)), THRESHOLDS)
            for number, toxicity in zip(taken.new, toxicities, strict=True)
        ]
        return await verdicts.settle(tx, judged, terms or Terms(), now)
