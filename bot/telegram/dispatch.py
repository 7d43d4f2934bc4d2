"""Updates are handled: each lane's in order, different lanes beside each other."""

import asyncio
import re
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from telegram import Message as Posted
from telegram import Update

from bot.telegram import groups, migration, replies, replying
from bot.telegram.cards import Message
from bot.telegram.commands import Call, commands
from bot.telegram.desk import Desk, person
from bot.telegram.outbox import lane_of
from bot.telegram.taps import on_tap
from db import people, updates
from moderation.errors import DatabaseError

log = structlog.get_logger()

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
IN_LANE = 50
"""Updates of a lane in hand; more stay in the database, so that no crowded lane keeps others waiting."""
PAUSE = 0.25
"""Seconds before an update whose handling failed is tried again."""


class Dispatcher:
    """Takes updates out of the database until they are handled. A person's taps are one lane, a chat's messages one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.arrived = asyncio.Event()
        """Set when updates have come in, or one in hand is done."""
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._queues: dict[int, list[updates.Update]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self.arrived.clear()
                if not await self._hand_out():
                    await self.arrived.wait()
        finally:
            for task in self._lanes.values():
                task.cancel()
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)

    async def _hand_out(self) -> bool:
        """Give new updates to their lanes. False: there are none, or every lane that has some is full."""
        in_hand = {update.id for queue in self._queues.values() for update in queue}
        full = [lane for lane, queue in self._queues.items() if len(queue) >= IN_LANE]
        try:
            async with self._desk.database.read() as tx:
                batch = await updates.waiting(tx, in_hand, full, IN_LANE)
        except DatabaseError as error:
            log.error("updates_wait", why=str(error))
            await asyncio.sleep(PAUSE)
            return True
        for update in batch:
            self._give(update)
        return bool(batch)

    def _give(self, update: updates.Update) -> None:
        self._queues.setdefault(update.lane, []).append(update)
        if update.lane not in self._lanes:
            self._lanes[update.lane] = asyncio.create_task(self._work(update.lane), name=f"updates {update.lane}")

    async def _work(self, lane: int) -> None:
        try:
            while queue := self._queues[lane]:
                await self._handle(queue[0])
                queue.pop(0)
                if len(queue) == IN_LANE // 2:
                    self.arrived.set()
        finally:
            del self._lanes[lane], self._queues[lane]
            self.arrived.set()

    async def _handle(self, update: updates.Update) -> None:
        """Until it is done, or has failed for good; nothing overtakes it meanwhile."""
        while not await self._try(update):  # noqa: ASYNC110  a database that is away can't say when it is back
            await asyncio.sleep(PAUSE)

    async def _try(self, update: updates.Update) -> bool:
        """Whether nothing more is to be done about this update."""
        try:
            await handle(self._desk, update)
            async with self._desk.database.write() as tx:
                await updates.take(tx, update.id)
            return True
        except DatabaseError as error:
            log.warning("update_waits", update=update.id, why=str(error))
            return False
        except Exception as error:  # one strange update must not stop all others: it is kept, and set aside
            # No traceback: it would show what somebody wrote.
            log.error("update_failed", update=update.id, why=type(error).__name__, where=_where(error))
            return await self._set_aside(update)

    async def _set_aside(self, update: updates.Update) -> bool:
        try:
            async with self._desk.database.write() as tx:
                return await updates.failed(tx, update.id)
        except DatabaseError as error:
            log.warning("update_waits", update=update.id, why=str(error))
            return False


def _where(error: Exception) -> str:
    """File and line of the failure, the innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))


def lane_key(body: Mapping[str, Any]) -> int:
    """Whose turn an update waits for: a tap for its person's, a message for its chat's; 0 where it does not say."""
    try:
        if tap := body.get("callback_query"):
            return int(tap["from"]["id"])
        message = body.get("message") or body["edited_message"]
        return int(message["chat"]["id"])
    except (LookupError, TypeError, ValueError, AttributeError):
        return 0


async def handle(desk: Desk, raw: updates.Update) -> None:
    """Do what one update asks for. Doing it twice is the same as once."""
    update = Update.de_json(dict(raw.body), desk.chat.bot)
    if update.callback_query is not None:
        await on_tap(desk, raw.id, update.callback_query)
    elif update.message is not None:
        await _on_message(desk, raw.id, update.message)
    elif update.edited_message is not None:
        await groups.on_message(desk, raw.id, update.edited_message)


async def _on_message(desk: Desk, update_id: int, message: Posted) -> None:
    if message.migrate_to_chat_id is not None:
        await migration.record(desk, message.chat.id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:  # the new group may speak up before the old one's last word is read
        await migration.record(desk, message.migrate_from_chat_id, message.chat.id)
    elif groups.settings_of(desk, message.chat.id) is not None:
        await groups.on_message(desk, update_id, message)
    elif message.from_user is not None and (call := read_call(desk, update_id, message)):
        await _on_call(desk, call)


def read_call(desk: Desk, update_id: int, message: Posted) -> Call | None:
    """The command in a message; in private, any text counts as one, so that nobody talks to a wall."""
    found = COMMAND.fullmatch(message.text or "")
    user = message.from_user
    if user is None or (found is None and message.chat.id != user.id):
        return None
    name, addressed, argument = found.groups() if found else ("", None, None)
    if addressed and addressed.lower() != (desk.me.username or "").lower():
        return None
    topic = message.message_thread_id if message.is_topic_message else None
    caller = person(user)
    return Call(update_id, name.lower(), (argument or "").strip(), caller, message.chat.id, message.message_id, topic)


async def _on_call(desk: Desk, call: Call) -> None:
    if not desk.is_staff(call.person.id):
        await _refuse(desk, call)
        return
    if call.is_private:
        async with desk.database.write() as tx:
            await people.seen(tx, call.person, datetime.now(UTC), private=True)
    command = commands().get(call.name)
    message = await command.respond(desk, call) if command else replies.unknown_command(desk.texts)
    if message is not None:
        await _reply(desk, call, f"reply:{call.update_id}", message)


async def _refuse(desk: Desk, call: Call) -> None:
    """A polite no, at most one an hour for each person, and only where they may expect an answer."""
    log.info("outsider_refused", person=call.person.id, chat=call.chat_id, command=call.name)
    if call.is_private or call.chat_id == desk.chat_id:
        hour = datetime.now(UTC).strftime("%Y%m%d%H")
        await _reply(desk, call, f"no:{call.person.id}:{hour}", replies.polite_no(call.person.id, desk.texts))


async def _reply(desk: Desk, call: Call, key: str, message: Message) -> None:
    async with desk.database.write() as tx:
        reply_to = None if call.is_private else call.message_id
        await replying.want(tx, key, lane_of(desk, call.chat_id), message, reply_to=reply_to, topic=call.topic)
    desk.effects.set()
