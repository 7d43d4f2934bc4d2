"""Review mode on screen: one message in a private chat, edited in place."""

from datetime import UTC, datetime

from bot.telegram.cards import Message
from bot.telegram.chat import MessageGone
from bot.telegram.desk import Desk
from bot.telegram.outbox import finish
from bot.telegram.review import review_card, review_left
from bot.telegram.showing import warned
from db import cases, reviews
from moderation.comment import Effect


async def refresh(desk: Desk, effect: Effect) -> None:
    """Post a reviewer's message, or turn it to what is on their screen now."""
    person_id = effect.payload["person"]
    screen, message = await _draw(desk, person_id)
    if screen is not None and screen.message_id is not None:
        await _edit(desk, person_id, screen.message_id, message)
    elif screen is not None and screen.open:
        await _post(desk, person_id, message)
    await finish(desk, effect)


async def _draw(desk: Desk, person_id: int) -> tuple[reviews.Review | None, Message]:
    now = datetime.now(UTC)
    async with desk.database.read() as tx:
        screen = await reviews.load(tx, person_id)
        if screen is None or not screen.open:
            return screen, review_left(desk.texts)
        case = await cases.load(tx, screen.case_id, now) if screen.case_id else None
        last = await cases.load(tx, screen.last_id, now) if screen.last_id else None
        left = await reviews.count_left(tx, now, person_id)
    shown = warned(desk, case, now) if case is not None else None
    return screen, review_card(shown, left, last, desk.texts, now)


async def _post(desk: Desk, person_id: int, message: Message) -> None:
    message_id = await desk.chat.send(person_id, message)
    async with desk.database.write() as tx:
        await reviews.posted(tx, person_id, message_id)


async def _edit(desk: Desk, person_id: int, message_id: int, message: Message) -> None:
    try:
        await desk.chat.edit(person_id, message_id, message)
    except MessageGone:  # the person deleted it: a new one takes its place
        await _post(desk, person_id, message)
