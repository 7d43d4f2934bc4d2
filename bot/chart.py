"""The digest's chart: drawn by matplotlib in a process of its own, whose memory goes back when it ends."""

import asyncio
import io
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.telegram.texts import Texts, load
from moderation.digest import Counts, Hour, summarise
from moderation.errors import FlagdeskError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 1080, 900, 100
_PAPER, _INK, _FAINT = "#ffffff", "#1f2933", "#52606d"
_RECEIVED, _FLAGGED, _APPROVED, _REJECTED, _WAITING = "#9fb3c8", "#334e68", "#2f7d32", "#c62828", "#b7791f"
_LONGEST = 60.0
"""Seconds that drawing may take: about one is common, more on a first run, when matplotlib looks for its fonts."""


class ChartError(FlagdeskError):
    """The chart could not be drawn."""


async def draw_apart(counts: Counts, texts: Texts) -> bytes:
    """draw() in a process of its own: the service's memory stays as small as it is. Raises ChartError."""
    pipe = asyncio.subprocess.PIPE
    where = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}  # the child finds what this process found
    command = (sys.executable, "-m", "bot.chart")
    try:
        child = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe, env=where)
    except OSError as error:
        raise ChartError(f"Its process did not start: {error.strerror}.") from None
    try:
        async with asyncio.timeout(_LONGEST):
            picture, complaint = await child.communicate(_pack(counts, texts))
    except TimeoutError:
        raise ChartError(f"It took longer than {_LONGEST:.0f} seconds.") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        raise ChartError((complaint.decode(errors="replace").strip().splitlines() or ["matplotlib said nothing."])[-1])
    return picture


def draw(counts: Counts, texts: Texts) -> bytes:
    """The counts as a PNG of WIDTH x HEIGHT pixels: decisions in a bar, comments and flags by the hour."""
    from matplotlib.figure import Figure  # matplotlib is heavy, and wanted once a day

    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=_PAPER)
    outcome, flagged, received = figure.subplots(3, 1, height_ratios=(1.9, 3, 3))
    hours = summarise(counts).hours
    _title(figure, counts, texts)
    _outcome(outcome, counts, texts)
    _bars(flagged, [hour.flagged for hour in hours], _FLAGGED, texts.plain("chart.flagged"), texts)
    _bars(received, [hour.received for hour in hours], _RECEIVED, texts.plain("chart.received"), texts)
    _name_hours(received, hours, texts)
    figure.subplots_adjust(left=0.05, right=0.95, top=0.89, bottom=0.07, hspace=0.55)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _title(figure: "Figure", counts: Counts, texts: Texts) -> None:
    day = texts.day(counts.since.astimezone(texts.zone).date())
    since, until = f"{day}, {texts.clock(counts.since)}", texts.moment(counts.until, counts.since)
    figure.text(
        0.05, 0.93, texts.plain("chart.title", since=since, until=until), fontsize=25, weight="bold", color=_INK
    )


def _outcome(axes: "Axes", counts: Counts, texts: Texts) -> None:
    """What was approved, what was rejected, what is waiting: in figures, and as parts of one bar."""
    _clear(axes)
    counted = (("approved", counts.approved), ("rejected", counts.rejected), ("waiting", counts.waiting))
    total = sum(count for _, count in counted) or 1
    start = 0.0
    for index, ((name, count), color) in enumerate(zip(counted, (_APPROVED, _REJECTED, _WAITING), strict=True)):
        axes.barh(0, count / total, left=start, height=0.5, color=color)
        axes.text(index * 0.36, 1.25, texts.number(count), fontsize=36, weight="bold", color=color)
        axes.text(index * 0.36, 0.55, texts.plain(f"chart.{name}"), fontsize=22, color=_INK)
        start += count / total
    axes.set(xlim=(0, 1), ylim=(-0.25, 2.2))


def _bars(axes: "Axes", values: Sequence[int], color: str, title: str, texts: Texts) -> None:
    """One bar an hour. The highest carries its number, so that the axis needs none."""
    _clear(axes)
    axes.set_title(title, loc="left", fontsize=22, color=_INK, pad=34)
    axes.bar(range(len(values)), values, color=color, width=0.8)
    highest = max(values, default=0)
    if highest:
        at = values.index(highest)
        axes.text(at, highest * 1.04, texts.number(highest), fontsize=22, weight="bold", color=_INK, ha="center")
    axes.axhline(0, color=_FAINT, linewidth=1.5)
    axes.set(xlim=(-0.7, max(len(values), 1) - 0.3), ylim=(0, highest or 1))


def _name_hours(axes: "Axes", hours: Sequence[Hour], texts: Texts) -> None:
    ticks = _ticks(hours, texts)
    axes.set_xticks([place for place, _ in ticks], [label for _, label in ticks], ha="left")
    axes.tick_params(axis="x", labelsize=21, labelcolor=_FAINT, length=8, color=_FAINT)


def _ticks(hours: Sequence[Hour], texts: Texts) -> list[tuple[float, str]]:
    """Where an hour's bar begins: each sixth hour of the day; over several days, a few of the midnights."""
    local = [hour.at.astimezone(texts.zone) for hour in hours]
    if len(hours) <= 2 * 25:
        return [(place - 0.5, texts.clock(at)) for place, at in enumerate(local) if at.hour % 6 == 0]
    nights = [(place - 0.5, texts.day(at.date())) for place, at in enumerate(local) if at.hour == 0]
    return [night for night in nights[:: 1 + len(nights) // 4] if night[0] < 0.8 * len(hours)]


def _clear(axes: "Axes") -> None:
    """Leave nothing but what is drawn: no frame, no scale, only the names of the hours."""
    axes.set_facecolor(_PAPER)
    axes.set_frame_on(False)
    axes.set_yticks([])
    axes.set_xticks([])


def _pack(counts: Counts, texts: Texts) -> bytes:
    """What the drawing process needs to know: no more than the picture shows, and no names."""
    hours = [(hour.at.isoformat(), hour.received, hour.flagged) for hour in counts.hours]
    totals = {name: getattr(counts, name) for name in ("approved", "rejected", "waiting")}
    times = {"since": counts.since.isoformat(), "until": counts.until.isoformat(), "zone": texts.zone.key}
    return json.dumps({"language": texts.language, "hours": hours, "totals": totals, **times}).encode()


def _unpack(packed: bytes) -> tuple[Counts, Texts]:
    told = json.loads(packed)
    hours = tuple(Hour(datetime.fromisoformat(at), received, flagged) for at, received, flagged in told["hours"])
    since, until = datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"])
    return Counts(since, until, hours=hours, **told["totals"]), load(told["language"], ZoneInfo(told["zone"]))


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(*_unpack(sys.stdin.buffer.read())))
