"""/status: model, thresholds, backlog, sources."""

from datetime import UTC, datetime

from bot.telegram import replies
from bot.telegram.cards import Message
from bot.telegram.commands import Call
from bot.telegram.desk import Desk
from db import history
from moderation.digest import SourceStatus, Status

ABOUT = {"en": "Model, thresholds, backlog, sources", "de": "Modell, Schwellen, Rückstand, Quellen"}
RANK = 4


async def respond(desk: Desk, call: Call) -> Message:
    """How the service is now."""
    now = datetime.now(UTC)
    async with desk.database.read() as tx:
        work = await history.work(tx, now)
    settings, model = desk.settings, desk.scorer.model
    status = Status(
        model=model.name,
        version=model.version,
        review=settings.thresholds,
        reject=settings.reject,
        backlog=work.unscored,
        backlog_oldest=work.unscored_since,
        waiting=work.waiting,
        sources=tuple(SourceStatus(source.name, source.type, source.mode) for source in settings.sources),
        pending=work.pending,
        human=work.human,
    )
    return replies.status(status, desk.texts, now)
