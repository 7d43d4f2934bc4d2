"""A digest is due once for each day, whatever the clocks do, and its windows cover all time once."""

import random
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.schedule import due_days, instant, past_day, window

VIENNA = ZoneInfo("Europe/Vienna")
TWO_YEARS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("at", [time(8), time(2, 30), time(0), time(23, 59), time(2), time(3)], ids=str)
@pytest.mark.parametrize("seed", range(5))
def test_two_years_with_random_downtimes_give_each_day_once(at: time, seed: int) -> None:
    sys.stdout.write(f"seed {seed}")
    chance = random.Random(seed)
    now, end = TWO_YEARS
    sent = [past_day(now, at, VIENNA)]
    while now < end:
        for day in due_days(sent[-1], now, at, VIENNA):
            assert window(day, at, VIENNA)[1] <= now
            sent.append(day)
        now += timedelta(minutes=chance.choice([1, 10, 30, 60, 60, 60, 24 * 60, chance.randint(1, 9 * 24 * 60)]))
    assert sent == [sent[0] + timedelta(days=count) for count in range(len(sent))]
    assert len(sent) > 700


@pytest.mark.parametrize("at", [time(8), time(2, 30), time(0)], ids=str)
def test_windows_tile_time(at: time) -> None:
    days = [date(2026, 1, 1) + timedelta(days=count) for count in range(731)]
    windows = [window(day, at, VIENNA) for day in days]
    assert all(before[1] == after[0] for before, after in pairwise(windows))
    lengths = {until - since for since, until in windows}
    assert timedelta(hours=24) in lengths
    assert min(lengths) >= timedelta(hours=23)
    assert max(lengths) <= timedelta(hours=25)


class TestDaylightSaving:
    def test_a_time_that_comes_twice_counts_the_first_time(self) -> None:
        day = date(2026, 10, 25)
        assert instant(day, time(2, 30), VIENNA) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert due_days(day, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), time(2, 30), VIENNA) == []

    def test_a_time_that_is_skipped_becomes_the_next_minute_there_is(self) -> None:
        assert instant(date(2026, 3, 29), time(2, 30), VIENNA) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
        assert instant(date(2026, 3, 29), time(2, 30, 30), VIENNA) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
        assert instant(date(2026, 3, 29), time(3), VIENNA) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_a_day_has_23_or_25_hours(self) -> None:
        since, until = window(date(2026, 3, 29), time(8), VIENNA)
        assert until - since == timedelta(hours=23)
        since, until = window(date(2026, 10, 25), time(8), VIENNA)
        assert until - since == timedelta(hours=25)


class TestStart:
    def test_the_first_digest_is_todays_and_nothing_older(self) -> None:
        today = date(2026, 11, 22)
        assert due_days(None, datetime(2026, 11, 22, 6, 59, tzinfo=UTC), time(8), VIENNA) == []
        assert due_days(None, datetime(2026, 11, 22, 7, 0, tzinfo=UTC), time(8), VIENNA) == [today]
        assert due_days(None, datetime(2026, 11, 22, 18, 0, tzinfo=UTC), time(8), VIENNA) == [today]

    def test_a_late_time_is_not_missed_once_the_start_is_kept(self) -> None:
        start = past_day(datetime(2026, 11, 22, 12, 0, tzinfo=UTC), time(23, 59), VIENNA)
        assert start == date(2026, 11, 21)
        assert due_days(start, datetime(2026, 11, 23, 5, 0, tzinfo=UTC), time(23, 59), VIENNA) == [date(2026, 11, 22)]
        assert past_day(datetime(2026, 11, 22, 7, 0, tzinfo=UTC), time(8), VIENNA) == date(2026, 11, 22)

    def test_today_is_the_zones_today(self) -> None:
        assert due_days(None, datetime(2026, 11, 22, 23, 30, tzinfo=UTC), time(0), VIENNA) == [date(2026, 11, 23)]

    def test_missed_days_are_due_in_order(self) -> None:
        days = due_days(date(2026, 11, 18), datetime(2026, 11, 22, 6, 0, tzinfo=UTC), time(8), VIENNA)
        assert days == [date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)]

    def test_a_clock_set_back_makes_nothing_due(self) -> None:
        assert due_days(date(2026, 12, 1), datetime(2026, 11, 22, 12, 0, tzinfo=UTC), time(8), VIENNA) == []
