"""What the settings say about decisions, for everything that settles or decides."""

from datetime import UTC, datetime, timedelta

from bot.settings import Settings
from db.verdicts import Terms


def terms(settings: Settings) -> Terms:
    """What the settings say about decisions."""
    actions = {
        source.name: frozenset({"reject", "restore"} if source.restore else {"reject"}) for source in settings.sources
    }
    midnight = datetime.now(settings.time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
    undo = timedelta(seconds=settings.undo_seconds)
    return Terms(undo, actions, settings.reject_limit, midnight.astimezone(UTC))
