"""Replies, notices and digests: texts that were ready when they were wanted, posted once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.telegram.cards import Button, Message
from bot.telegram.desk import Desk
from bot.telegram.outbox import chat_of, finish
from db import effects
from db.engine import Transaction
from moderation.comment import Effect


async def want(
    tx: Transaction, key: str, target: str, message: Message, *, reply_to: int | None = None, topic: int | None = None
) -> None:
    """Post this message in this lane, once for each key."""
    rows = [[[button.label, button.data, button.url] for button in row] for row in message.buttons]
    payload = {"text": message.text, "buttons": rows, "reply_to": reply_to, "topic": topic}
    await effects.want_once(tx, key, "reply", target, datetime.now(UTC), payload=payload, priority=0)


async def reply(desk: Desk, effect: Effect) -> None:
    """Post a message that was wanted."""
    chat_id = chat_of(desk, effect.target) or 0
    topic = effect.payload.get("topic")
    await desk.chat.send(chat_id, read(effect.payload), topic, effect.payload.get("reply_to"))
    await finish(desk, effect)


def read(payload: Mapping[str, Any]) -> Message:
    """The message in an effect's payload."""
    return Message(payload["text"], tuple(tuple(Button(*button) for button in row) for row in payload["buttons"]))
