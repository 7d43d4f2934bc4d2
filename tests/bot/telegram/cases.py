"""Cases to show: one that is plain, and variations of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.telegram.texts import load
from moderation.comment import Case, Comment, Decision, EffectState, Person, Record, Scores, Span, Thread, Verdict

NOW = datetime(2026, 11, 22, 11, 3, 10, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")
EN, DE = load("en", ZONE), load("de", ZONE)
ANNA, BEN = Person(7, "Anna"), Person(8, "Ben")

_COMMENT = Comment(
    source="readers",
    external_id="c1",
    text="What a windbag you are, go home.",
    author="Carl",
    thread=Thread("t", "The new bridge", "https://news.example/bridge?a=1&b=2"),
    parent_text="The bridge is fine.",
    posted_at=NOW - timedelta(minutes=14),
    url="https://news.example/bridge#c1",
)
WAITING = Case(
    id=12,
    comment=_COMMENT,
    scores=Scores("m", "1", "en", True, {"toxicity": 0.87, "insult": 0.82, "obscene": 0.6}, (Span(7, 14, 1.0),)),
    verdict=Verdict("review", "toxicity 0.87 >= 0.50", 1.74, "toxicity"),
    state="waiting",
    opened_at=NOW - timedelta(minutes=13),
    record=Record(3, 1),
)
THREAT = replace(
    WAITING,
    id=13,
    scores=replace(WAITING.scores, probabilities={"toxicity": 0.9, "threat": 0.7}),
    verdict=replace(WAITING.verdict, severity=1.8),
)


def approved(case: Case = WAITING, effect: EffectState = "") -> Case:
    return replace(case, state="decided", decision=Decision(1, case.id, "approve", ANNA, NOW), effect=effect)


def rejected(case: Case = WAITING, reason: str = "", effect: EffectState = "", note: str = "") -> Case:
    made = Decision(1, case.id, "reject", ANNA, NOW - timedelta(minutes=2), reason)
    due = NOW + timedelta(seconds=8)
    return replace(case, state="decided", decision=made, effect=effect, effect_note=note, effect_due=due)


def saying(text: str, case: Case = WAITING, **changes: object) -> Case:
    """The case with another text, without marked words."""
    comment = replace(case.comment, text=text, **changes)  # type: ignore[arg-type]
    return replace(case, comment=comment, scores=replace(case.scores, spans=()))
