"""What happened in a stretch of time: the counts that the database hands over, and the summary drawn from them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from moderation.comment import Thread

SEVERE = 2.6
"""Severity from which a case is among the worst: with a threshold of 0.35, a probability of 0.91."""
CLEAR = 1.6
"""Severity from which a case is clearly over its threshold: with a threshold of 0.35, a probability of 0.56."""


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The waiting cases now. Each is in exactly one of severe, clear, close and unscored."""

    severe: int = 0
    """Severity at or above SEVERE."""
    clear: int = 0
    """Severity at or above CLEAR and below SEVERE."""
    close: int = 0
    """Severity below CLEAR: just over the threshold."""
    unscored: int = 0
    """Not scored, or in a language that the model does not know."""
    claimed: int = 0
    """Of all these, how many are on somebody's screen."""
    later: int = 0
    """Of all these, how many are set aside and hidden for a while."""
    oldest: datetime | None = None
    """When the longest waiting one was opened."""

    @property
    def waiting(self) -> int:
        return self.severe + self.clear + self.close + self.unscored


@dataclass(frozen=True, slots=True)
class Article:
    """One article's comments in the stretch of time."""

    thread: Thread
    received: int
    flagged: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour's comments; at is when it starts."""

    at: datetime
    received: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the database counted in [since, until). What is waiting is counted as of until."""

    since: datetime
    until: datetime
    received: int = 0
    flagged: int = 0
    """Comments received in this time that a person had, or has, to look at."""
    approved: int = 0
    """Decisions made in this time and still in force; so for rejected."""
    rejected: int = 0
    undone: int = 0
    """Decisions taken back in this time, whenever they were made."""
    unscored: int = 0
    """Of the flagged, those the model gave no usable score."""
    waiting: int = 0
    oldest: datetime | None = None
    """When the longest waiting case was opened."""
    median_wait: timedelta | None = None
    """From a case opened to its decision, over the decisions made in this time."""
    articles: tuple[Article, ...] = ()
    """The busiest, in any order."""
    hours: tuple[Hour, ...] = ()
    """In order of time; hours without comments may be missing."""
    people: tuple[tuple[str, int], ...] = ()
    """Moderators' names and how many decisions each made, in any order."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source as it is set: its name, its type ("telegram", "file", "http"), and its mode ("act" or "watch")."""

    name: str
    type: str
    mode: str


@dataclass(frozen=True, slots=True)
class Status:
    """How the service is, for whoever asks."""

    model: str
    version: str
    review: Mapping[str, float] = field(default_factory=dict)
    """Label -> probability at or above which a person looks."""
    reject: Mapping[str, float] = field(default_factory=dict)
    """Label -> probability at or above which a rule rejects; empty: nothing is rejected without a person."""
    backlog: int = 0
    """Comments taken in and not yet scored."""
    backlog_oldest: datetime | None = None
    waiting: int = 0
    """Cases waiting for a person."""
    sources: tuple[SourceStatus, ...] = ()
    pending: int = 0
    """Effects on their way."""
    human: int = 0
    """Effects that a person must see to by hand."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Counts, and what they mean: shares are from 0 to 1, and None where there is nothing to divide by."""

    counts: Counts
    flagged_share: float | None
    """Flagged of received."""
    upheld_share: float | None
    """Rejected of decided: how often people agreed with the model that something was wrong."""
    oldest_wait: timedelta | None
    """How long the longest waiting case had waited at the end."""
    busiest: tuple[Article, ...]
    """Articles with comments, those with the most flagged first, then those with the most received."""
    hours: tuple[Hour, ...]
    """Every hour of the time in order, also those in which nothing came in."""
    people: tuple[tuple[str, int], ...]
    """Moderators who decided something, the busiest first."""


def summarise(counts: Counts) -> Digest:
    """What the counts mean."""
    articles = (article for article in counts.articles if article.received)
    return Digest(
        counts,
        flagged_share=_share(counts.flagged, counts.received),
        upheld_share=_share(counts.rejected, counts.approved + counts.rejected),
        oldest_wait=counts.until - counts.oldest if counts.oldest else None,
        busiest=tuple(sorted(articles, key=lambda each: (-each.flagged, -each.received, each.thread.title))),
        hours=tuple(_every_hour(counts)),
        people=tuple(sorted((each for each in counts.people if each[1]), key=lambda each: (-each[1], each[0]))),
    )


def _every_hour(counts: Counts) -> Iterator[Hour]:
    """One Hour for each hour that begins in UTC, so that a day on which the clocks change has 23 or 25."""
    received: Counter[datetime] = Counter()
    flagged: Counter[datetime] = Counter()
    for hour in counts.hours:
        received[_start(hour.at)] += hour.received
        flagged[_start(hour.at)] += hour.flagged
    at = _start(counts.since)
    while at < counts.until:
        yield Hour(at, received[at], flagged[at])
        at += timedelta(hours=1)


def _start(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
