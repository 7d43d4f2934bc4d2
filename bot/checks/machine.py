"""Checks of this machine: Python, the settings file, the database, the model."""

import stat
import sys
import time
from pathlib import Path

from bot.checks import Finding
from bot.settings import FILE, Settings
from db.engine import connect
from moderation.errors import FlagdeskError
from moderation.models import load


def python() -> Finding:
    """Python is new enough."""
    said = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", said, "" if sys.version_info >= (3, 11) else "Install Python 3.11 or newer.")


def settings_file(config: Path | None) -> Finding:
    """The settings file, which holds the token, is its owner's alone."""
    path = config or FILE
    if not path.exists():
        return Finding("Settings", "from the environment and the defaults; there is no flagdesk.toml here")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("Settings", f"{path} can be read by others on this machine", f"Run: chmod 600 {path}")
    return Finding("Settings", str(path))


async def database(settings: Settings) -> Finding:
    """The database opens, its tables are up to date, and it can be written."""
    try:
        async with connect(settings.database_url) as opened, opened.write():
            return Finding("Database", f"{opened.name}, reachable, up to date and writable")
    except FlagdeskError as error:
        return Finding("Database", "can't be used", str(error))


def model(settings: Settings) -> Finding:
    """The model loads and answers."""
    began = time.monotonic()
    try:
        loaded = load(settings.model)
        missing = sorted(set(settings.thresholds) - set(loaded.labels))
        loaded.score(["Guten Morgen"])
    except FlagdeskError as error:
        return Finding("Model", f"{settings.model} can't be used", str(error))
    said = f"{loaded.name} {loaded.version}, answers after {time.monotonic() - began:.1f} s"
    advice = f"It does not answer {', '.join(missing)}: remove these from the thresholds." if missing else ""
    return Finding("Model", said, advice)
