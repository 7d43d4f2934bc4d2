"""A moderator's tap: decided in one transaction, answered with what came of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import structlog
from telegram import CallbackQuery
from telegram.error import TelegramError

from bot.telegram import replies
from bot.telegram.cards import Tap, unpack
from bot.telegram.desk import Desk, person
from bot.telegram.patience import outlast
from db import cards, cases, decisions, effects, people, reviews, updates
from db.engine import Transaction
from moderation.comment import Person

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds after which a tap is answered without its outcome: Telegram drops answers that come late."""


@dataclass(frozen=True, slots=True)
class Press:
    """One tap, with what is needed to carry it out."""

    update_id: int
    query_id: str
    person: Person
    chat_id: int
    message_id: int
    tap: Tap | None

    @property
    def is_private(self) -> bool:
        return self.chat_id == self.person.id


async def on_tap(desk: Desk, update_id: int, query: CallbackQuery) -> None:
    """Carry out one tap and answer it. Whoever taps is checked, wherever the button is."""
    if query.message is None:
        return
    press = Press(
        update_id,
        query.id,
        person(query.from_user),
        query.message.chat.id,
        query.message.message_id,
        unpack(query.data),
    )
    if not desk.is_staff(press.person.id):
        log.info("outsider_tapped", person=press.person.id, chat=press.chat_id)
        await _answer(desk, press, replies.not_a_moderator(desk.texts), alert=True)
        return
    await _decide_and_answer(desk, press)


async def _decide_and_answer(desk: Desk, press: Press) -> None:
    async def excuse() -> None:
        await _answer(desk, press, replies.not_saved(desk.texts), alert=True)

    said, late = await outlast(_carry_out(desk, press), PATIENCE, excuse)
    if said is not None and not late:
        await _answer(desk, press, said)


async def _answer(desk: Desk, press: Press, text: str, *, alert: bool = False) -> None:
    """The decision stands whether or not Telegram takes the answer: the card tells it, too."""
    try:
        await desk.chat.answer(press.query_id, text, alert=alert)
    except TelegramError as error:
        log.warning("answer_lost", update=press.update_id, why=error.message)


async def _carry_out(desk: Desk, press: Press) -> str | None:
    """The outcome in words; None for an update that was handled before. Raises DatabaseError when it is not saved."""
    async with desk.database.write() as tx:
        if not await updates.take(tx, press.update_id):
            return None
        said = await _act(tx, desk, press, datetime.now(UTC))
    desk.effects.set()
    return said


async def _act(tx: Transaction, desk: Desk, press: Press, now: datetime) -> str:
    await people.seen(tx, press.person, now, private=press.is_private)
    tap = press.tap
    if tap is None:
        return replies.unknown_button(desk.texts)
    reviewing = await _is_review(tx, desk, press, now)
    if tap.action in ("back", "next", "leave"):
        return await _turn(tx, desk, press, now)
    if tap.action in ("ok", "no"):
        return await _decide(tx, desk, press, now, reviewing)
    if tap.action == "why":
        named = await decisions.name_reason(tx, tap.case_id, tap.reason, press.person, now)
        if named and reviewing:
            await cases.refresh(tx, press.person.id, now)
        return replies.reason_set(tap.reason, desk.texts) if named else await _missed(tx, desk, tap.case_id, now)
    if tap.action == "later":
        return await _put_off(tx, desk, press, now, reviewing)
    return await _undo(tx, desk, press, now, reviewing)


async def _is_review(tx: Transaction, desk: Desk, press: Press, now: datetime) -> bool:
    """Whether the tap is on this person's review. A message that is neither that nor a known card is closed."""
    screen = await reviews.load(tx, press.person.id) if press.is_private else None
    if screen is not None and screen.message_id == press.message_id:
        return True
    if await cards.at(tx, press.chat_id, press.message_id) is not None:
        return False
    log.info("orphan_tapped", chat=press.chat_id, message=press.message_id)
    target = effects.private(press.person.id) if press.is_private else effects.CHAT
    key, payload = f"close:{press.chat_id}:{press.message_id}", {"chat": press.chat_id, "message": press.message_id}
    await effects.want(tx, key, "close", target, now, payload=payload)
    return screen is not None and screen.open


async def _decide(tx: Transaction, desk: Desk, press: Press, now: datetime, reviewing: bool) -> str:
    case_id, terms = press.tap.case_id if press.tap else 0, desk.terms()
    kind: Literal["approve", "reject"] = "approve" if press.tap and press.tap.action == "ok" else "reject"
    won = await decisions.decide(tx, case_id, kind, press.person, now, terms.acts, terms.undo, elsewhere=reviewing)
    said = await _missed(tx, desk, case_id, now) if not won else ""
    if reviewing:
        await reviews.advance(tx, press.person, now, desk.claim, leave=case_id)
    if said:
        return said
    return replies.approved(desk.texts) if kind == "approve" else replies.rejected(desk.texts)


async def _missed(tx: Transaction, desk: Desk, case_id: int, now: datetime) -> str:
    """Why a tap changed nothing: who was faster, or that the comment was edited."""
    case = await cases.load(tx, case_id, now)
    if case is None:
        return replies.unknown_button(desk.texts)
    return replies.edited_since(desk.texts) if case.state == "superseded" else replies.too_late(case, desk.texts, now)


async def _put_off(tx: Transaction, desk: Desk, press: Press, now: datetime, reviewing: bool) -> str:
    case_id = press.tap.case_id if press.tap else 0
    put_off = await decisions.put_off(tx, case_id, now, timedelta(minutes=desk.settings.later_minutes))
    said = replies.later(desk.texts) if put_off else await _missed(tx, desk, case_id, now)
    if reviewing:
        await reviews.advance(tx, press.person, now, desk.claim, leave=case_id)
    return said


async def _undo(tx: Transaction, desk: Desk, press: Press, now: datetime, reviewing: bool) -> str:
    case_id = press.tap.case_id if press.tap else 0
    undone = await decisions.undo(tx, case_id, press.person, now)
    if reviewing:
        await reviews.turn_to(tx, press.person, case_id, now, desk.claim)
    if undone is None:
        if await cases.has_newer(tx, case_id):
            return replies.edited_since(desk.texts)
        case = await cases.load(tx, case_id, now)
        return replies.unknown_button(desk.texts) if case is None else replies.undo_gone(desk.texts)
    return replies.undone(desk.texts, exact=undone.exact)


async def _turn(tx: Transaction, desk: Desk, press: Press, now: datetime) -> str:
    """Back, look again, leave: what the screen shows is the answer."""
    if press.tap and press.tap.action == "leave":
        await reviews.leave(tx, press.person.id, now)
    elif press.tap and press.tap.action == "back":
        await reviews.back(tx, press.person, now, desk.claim)
    elif press.tap and press.is_private:
        await reviews.look_again(tx, press.person, now, desk.claim, leave=press.tap.case_id or None)
    return ""
