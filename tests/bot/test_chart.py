"""The chart is a picture of the right size that shows what was counted, and leaves no memory behind."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.image import imread

from bot.chart import HEIGHT, WIDTH, ChartError, draw, draw_apart
from bot.telegram.texts import load
from moderation.digest import Counts, Hour

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Vienna")
EN, DE = load("en", ZONE), load("de", ZONE)
GREEN, RED, AMBER, DARK = (0x2F, 0x7D, 0x32), (0xC6, 0x28, 0x28), (0xB7, 0x79, 0x1F), (0x33, 0x4E, 0x68)


def day(values: Sequence[int] = (5,) * 24, approved: int = 0, rejected: int = 0, waiting: int = 0) -> Counts:
    hours = tuple(Hour(NOW - timedelta(hours=24 - index), 100, value) for index, value in enumerate(values))
    since = NOW - timedelta(days=1)
    return Counts(since, NOW, approved=approved, rejected=rejected, waiting=waiting, hours=hours)


def painted(picture: bytes, color: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    """Where the picture has this colour, as rows of columns."""
    pixels = np.asarray(imread(BytesIO(picture), format="png"))
    assert pixels.shape[:2] == (HEIGHT, WIDTH)
    same: npt.NDArray[np.bool_] = np.all((pixels[:, :, :3] * 255).round() == color, axis=2)
    return same


def test_the_bar_shows_decisions_in_proportion() -> None:
    picture = draw(day(approved=300, rejected=100, waiting=100), EN)
    widths = [int(painted(picture, color).sum(axis=1).max()) for color in (GREEN, RED, AMBER)]
    assert [round(width / sum(widths), 2) for width in widths] == [0.6, 0.2, 0.2]


def test_each_hour_has_a_bar_of_its_height() -> None:
    columns = painted(draw(day((10, 0, 5, *[0] * 21)), EN), DARK).sum(axis=0)
    heights = [int(column) for column in columns if column]
    assert max(heights) > 150
    assert min(heights) * 2 == pytest.approx(max(heights), abs=4)


def test_the_languages_differ() -> None:
    assert draw(day(), EN) != draw(day(), DE)


@pytest.mark.parametrize(
    "counts",
    [
        Counts(NOW - timedelta(days=1), NOW),
        Counts(NOW, NOW),
        day(approved=99_999, rejected=99_999, waiting=99_999),
        replace(day(), since=NOW - timedelta(days=31)),
        replace(day(), since=datetime(2026, 10, 24, 6, tzinfo=UTC), until=datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
    ids=["nothing", "no time", "large", "long", "25 hours"],
)
def test_nothing_and_a_lot_can_be_drawn(counts: Counts) -> None:
    assert painted(draw(counts, DE), (255, 255, 255)).mean() > 0.5


async def test_drawn_apart_it_is_the_same_picture() -> None:
    counts = day(approved=3, rejected=1, waiting=2)
    assert await draw_apart(counts, DE) == draw(counts, DE)


def test_the_process_that_asks_never_loads_matplotlib() -> None:
    code = (
        "import asyncio, sys; from datetime import UTC, datetime; from zoneinfo import ZoneInfo\n"
        "from bot.chart import draw_apart; from bot.telegram.texts import load; from moderation.digest import Counts\n"
        "at = datetime(2026, 11, 22, tzinfo=UTC)\n"
        "print(len(asyncio.run(draw_apart(Counts(at, at), load('en', ZoneInfo('UTC'))))), 'matplotlib' in sys.modules)"
    )
    where = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run([sys.executable, "-c", code], env=where, capture_output=True, text=True, check=True).stdout
    size, loaded = said.split()
    assert int(size) > 1000
    assert loaded == "False"


async def test_a_chart_that_cannot_be_drawn_says_why() -> None:
    unknown = replace(EN, language="xx")
    with pytest.raises(ChartError, match=r"The chart could not be drawn\..*language = 'xx'"):
        await draw_apart(day(), unknown)
