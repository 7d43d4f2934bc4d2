"""Composition: builds everything from the settings, starts and stops it in visible order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from functools import partial

import structlog
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, User
from telegram.error import InvalidToken, TelegramError

from bot import clock
from bot.settings import Settings, SourceSettings
from bot.telegram import digesting, migration, replying, reviewing, showing, watch
from bot.telegram.budget import Budget
from bot.telegram.chat import Chat, build
from bot.telegram.commands import menu
from bot.telegram.desk import Desk
from bot.telegram.dispatch import Dispatcher
from bot.telegram.group_source import TelegramGroup
from bot.telegram.outbox import Carry, Outbox
from bot.telegram.polling import FIRST_PAUSE, LAST_PAUSE, REFUSED, poll
from bot.telegram.texts import Texts, load
from bot.terms import terms
from db import effects, inbox, people
from db.engine import Database, connect
from db.queue import Queue
from moderation import models, pipeline
from moderation.comment import Effect
from moderation.errors import DatabaseError, SettingsError
from moderation.models import Model
from moderation.scoring import Scorer
from moderation.sources import DryRun, Source

log = structlog.get_logger()

IDLE = 1.0
"""Seconds after which scoring looks for comments itself: another program may have put them in."""


async def run(settings: Settings, ready: asyncio.Event | None = None, model: Model | None = None) -> None:
    """The whole service until cancelled. Raises FlagdeskError when it can't start; ready is set once it has.

    model: scores instead of the one that the settings name.
    """
    if settings.role == "score":
        await _only_score(settings, ready, model)
        return
    settings.require("bot_token", "owner_id", "chat_id")
    async with connect(settings.database_url) as database, _desk(settings, database, model) as desk:
        await _recover(desk)
        dispatcher = Dispatcher(desk)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(poll(desk, dispatcher), name="poll")
            tasks.create_task(dispatcher.run(), name="dispatch")
            tasks.create_task(score(settings, database, desk.scorer, desk.comments, desk.effects), name="score")
            tasks.create_task(Outbox(desk, KINDS).run(), name="outbox")
            tasks.create_task(_introduce(desk), name="introduce")
            tasks.create_task(clock.run(desk), name="clock")
            log.info("ready", bot=desk.me.username, model=desk.scorer.model.name, database=database.name)
            if ready is not None:
                ready.set()


async def score(
    settings: Settings, database: Database, scorer: Scorer, comments: asyncio.Event, wanted: asyncio.Event
) -> None:
    """Score what comes in, until cancelled."""
    while True:
        comments.clear()
        try:
            step = await pipeline.score_waiting(Queue(database, terms(settings)), scorer, settings.policy)
        except DatabaseError as error:
            log.error("scoring_waits", why=str(error))
            await asyncio.sleep(IDLE)
            continue
        if step.cases:
            wanted.set()
        if step.scored:
            log.debug("scored", comments=step.scored, cases=len(step.cases), failing=bool(scorer.failing))
        else:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE):  # not wait_for: Python 3.11's swallows a cancellation now and then
                    await comments.wait()


async def resolve(desk: Desk, effect: Effect) -> None:
    """Carry a decision out at its source."""
    await pipeline.resolve(Queue(desk.database, desk.terms()), desk.sources, effect)
    desk.effects.set()


KINDS: Mapping[str, Carry] = {
    "show": showing.show,
    "card": showing.refresh_card,
    "summary": showing.summarise,
    "close": showing.close,
    "review": reviewing.refresh,
    "reply": replying.reply,
    "digest": digesting.send,
    "apply": resolve,
}
"""Every kind of effect, and what carries it out."""


@contextlib.asynccontextmanager
async def _desk(settings: Settings, database: Database, model: Model | None) -> AsyncIterator[Desk]:
    texts = load(settings.language, settings.time_zone)
    scorer = await _scorer(settings, model)
    bot = build(settings.bot_token.get_secret_value(), settings.telegram_api, settings.telegram_speed)
    try:
        me = await _log_in(bot)
        chat = Chat(bot, Budget(settings.telegram_speed))
        sources = {source.name: _source(source, chat, texts, database) for source in settings.sources}
        yield Desk(settings, database, chat, texts, scorer, sources, me)
    finally:
        await bot.shutdown()


async def _scorer(settings: Settings, model: Model | None) -> Scorer:
    chosen = await asyncio.to_thread(models.load, settings.model) if model is None else model
    return Scorer(chosen, settings.model_timeout)


async def _log_in(bot: Bot) -> User:
    """Ask who the bot is, for as long as it takes: a network that is down at start comes back."""
    pause = FIRST_PAUSE
    while True:
        try:
            await bot.initialize()
            return bot.bot
        except InvalidToken:
            raise SettingsError(REFUSED) from None
        except TelegramError as error:
            log.warning("telegram_unreachable", api=bot.base_url.partition("/bot")[0], why=error.message)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LAST_PAUSE)


def _source(source: SourceSettings, chat: Chat, texts: Texts, database: Database) -> Source:
    group = TelegramGroup(source.name, chat, texts, database)
    return group if source.mode == "act" else DryRun(group)


async def _recover(desk: Desk) -> None:
    """Pick up where the last run ended, however it ended."""
    settings, now = desk.settings, datetime.now(UTC)
    roles = dict.fromkeys(settings.moderators, "moderator") | {settings.owner_id or 0: "owner"}
    chats = [settings.chat_id or 0, *(source.chat_id for source in settings.sources)]
    async with desk.database.write() as tx:
        await people.appoint(tx, roles, now)
        await inbox.release(tx)
        await effects.release(tx)
        desk.moved.update(await migration.load(tx, chats))
        desk.chat.budget.remember(await effects.recent_sends(tx, now), now)


async def _introduce(desk: Desk) -> None:
    """Set the command menu where it is of use, and see whether the bot may do what it is there for."""
    commands = [BotCommand(name, about) for name, about in menu(desk.settings.language)]
    scopes = (BotCommandScopeAllPrivateChats(), BotCommandScopeChat(desk.chat_id))
    for scope in scopes:
        try:
            await watch.insist(desk, partial(desk.chat.bot.set_my_commands, commands, scope))
        except TelegramError as error:
            log.warning("menu_not_set", why=error.message)
    await watch.check_rights(desk)


async def _only_score(settings: Settings, ready: asyncio.Event | None, model: Model | None) -> None:
    """A scoring worker: on another machine, beside the service that speaks to Telegram."""
    scorer = await _scorer(settings, model)
    async with connect(settings.database_url) as database:
        log.info("ready", role="score", model=scorer.model.name)
        if ready is not None:
            ready.set()
        await score(settings, database, scorer, asyncio.Event(), asyncio.Event())
