"""What counts mean, and how the digest says it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.telegram.digest import caption, terminal
from bot.telegram.texts import Texts, load
from moderation.comment import Thread
from moderation.digest import Article, Counts, Hour, summarise

UNTIL = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")
EN, DE = load("en", ZONE), load("de", ZONE)
BRIDGE = Article(Thread("1", "The <new> bridge", "https://news.example/bridge?a=1&b=2"), 400, 60, 20)
DAY = Counts(
    since=UNTIL - timedelta(days=1), until=UNTIL, received=8000, flagged=300, approved=120, rejected=40, undone=2,
    unscored=3, waiting=7, oldest=UNTIL - timedelta(hours=5), median_wait=timedelta(minutes=4),
    articles=(Article(Thread("2", "Quiet"), 10, 0, 0), Article(Thread("3", "Storm"), 900, 60, 10), BRIDGE),
    hours=(Hour(UNTIL - timedelta(hours=2), 30, 2),), people=(("Ben", 3), ("Cleo", 0), ("Anna", 9)),
)  # fmt: skip


class TestSummary:
    def test_shares_are_of_what_they_say(self) -> None:
        digest = summarise(DAY)
        assert digest.flagged_share == 300 / 8000
        assert digest.upheld_share == 40 / 160
        assert digest.oldest_wait == timedelta(hours=5)

    def test_nothing_is_not_divided(self) -> None:
        digest = summarise(Counts(DAY.since, DAY.until))
        assert (digest.flagged_share, digest.upheld_share, digest.oldest_wait) == (None, None, None)

    def test_the_busiest_come_first_and_the_idle_are_left_out(self) -> None:
        more = (Article(Thread("4", "Nobody"), 0, 0, 0), Article(Thread("5", "Football"), 2000, 1, 0))
        digest = summarise(replace(DAY, articles=(*DAY.articles, *more)))
        titles = [article.thread.title for article in digest.busiest]
        assert titles == ["Storm", "The <new> bridge", "Football", "Quiet"]
        assert digest.people == (("Anna", 9), ("Ben", 3))

    def test_every_hour_is_there_and_nothing_is_counted_twice(self) -> None:
        hours = summarise(DAY).hours
        assert len(hours) == 24
        assert hours[22] == Hour(UNTIL - timedelta(hours=2), 30, 2)
        assert sum(hour.received for hour in hours) == 30

    @pytest.mark.parametrize(("since", "until", "count"), [((10, 24), (10, 25), 25), ((3, 28), (3, 29), 23)])
    def test_days_on_which_clocks_change_have_their_hours(
        self, since: tuple[int, int], until: tuple[int, int], count: int
    ) -> None:
        start, end = (datetime(2026, *day, 8, tzinfo=ZONE) for day in (since, until))
        assert len(summarise(Counts(start, end)).hours) == count

    def test_hours_in_local_time_are_put_in_their_place(self) -> None:
        local = (DAY.since + timedelta(hours=3, minutes=20)).astimezone(ZONE)
        assert summarise(replace(DAY, hours=(Hour(local, 4, 1), Hour(local, 1, 0)))).hours[3].received == 5


class TestWords:
    def test_the_digest_in_a_terminal(self) -> None:
        assert terminal(summarise(DAY), EN) == (
            "Sat, Nov 21, 08:00 – Sun, Nov 22, 08:00\n\n"
            "8,000 comments received\n300 flagged (4%)\n3 of them not scored\n7 waiting, the oldest for 5 hours\n\n"
            "✅ 120 approved · ❌ 40 rejected\nRightly flagged: 25%\n2 taken back\n"
            "Median wait for a decision: 4 minutes\n\nMost flagged:\n• Storm: 60 of 900\n• The <new> bridge: 60 of 400"
        )

    def test_the_caption_links_and_escapes(self) -> None:
        words = caption(summarise(DAY), EN)
        assert '<a href="https://news.example/bridge?a=1&amp;b=2">The &lt;new&gt; bridge</a>: 60 of 400' in words
        assert words.startswith("<b>Sat, Nov 21, 08:00 – Sun, Nov 22, 08:00</b>")

    def test_a_quiet_day_is_calm(self) -> None:
        assert terminal(summarise(Counts(DAY.since, DAY.until)), EN) == (
            "Sat, Nov 21, 08:00 – Sun, Nov 22, 08:00\n\nA quiet time: no comments came in.\n🌿 Nothing is waiting."
        )

    def test_within_a_day_the_day_is_said_once(self) -> None:
        words = terminal(summarise(replace(DAY, since=UNTIL - timedelta(hours=2))), DE)
        assert words.startswith("So., 22. Nov., 06:00 – 08:00\n")

    def test_what_waits_is_said_also_where_its_age_is_not_known(self) -> None:
        assert "\n7 waiting\n" in terminal(summarise(replace(DAY, oldest=None)), EN)

    @pytest.mark.parametrize("texts", [EN, DE], ids=["en", "de"])
    def test_the_caption_fits_under_a_picture(self, texts: Texts) -> None:
        loud = tuple(
            Article(Thread(str(n), "🤬 & <Streit> " * 40, "https://x.example/"), 10**9, 10**9, 1) for n in range(50)
        )
        big = replace(DAY, received=10**9, flagged=10**9, approved=10**9, rejected=10**9, waiting=10**9, articles=loud)
        assert len(terminal(summarise(big), texts).encode("utf-16-le")) // 2 <= 1024
