"""When a daily digest is due, on days of 23, 24 and 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def due_days(last: date | None, now: datetime, at: time, zone: ZoneInfo) -> list[date]:
    """The local dates after last whose digest time has passed by now, in order.

    last is the date of the newest digest sent, or where counting starts (see past_day). None: only today can be due.
    """
    today = now.astimezone(zone).date()
    first = today if last is None else last + timedelta(days=1)
    days = (first + timedelta(days=count) for count in range((today - first).days + 1))
    return [day for day in days if instant(day, at, zone) <= now]


def past_day(now: datetime, at: time, zone: ZoneInfo) -> date:
    """The newest date whose digest time has passed: kept as last at the very first start, it makes the next one the
    first, which then goes out even if nobody is there at its minute."""
    today = now.astimezone(zone).date()
    return today if instant(today, at, zone) <= now else today - timedelta(days=1)


def window(day: date, at: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The time that a day's digest tells of, in UTC: from the digest time of the day before to that of the day."""
    return instant(day - timedelta(days=1), at, zone), instant(day, at, zone)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The local time at on that day, in UTC. One that comes twice counts the first time; one that the clocks skip
    becomes the next minute that exists."""
    local = datetime.combine(day, at.replace(fold=0, tzinfo=None))
    while not _exists(local, zone):
        local = local.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return local.replace(tzinfo=zone).astimezone(UTC)


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks in the zone ever show this time: one that they skip comes back from UTC as another."""
    aware = local.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local
