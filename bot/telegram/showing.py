"""Cards go out and are kept up to date: each is drawn from the database at the moment it is sent."""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from telegram.error import BadRequest

from bot.telegram.cards import Message, card, copy_card, summary_card
from bot.telegram.chat import MessageGone
from bot.telegram.desk import Desk
from bot.telegram.grouped import group_card
from bot.telegram.outbox import KEEP, NEW, URGENT, finish
from db import cards, cases, effects, reviews
from db.engine import Transaction
from moderation.comment import Case, Effect

MOST_TOGETHER = 8
"""Cases on one card."""
MANY = 6
"""Cards decided elsewhere from which one summary is better than an edit each."""
DELETABLE = timedelta(hours=47)
"""Telegram deletes messages for 48 hours; the last one is for doubt."""


async def show(desk: Desk, effect: Effect) -> None:
    """Plan a card for a new case; for several together when they come faster than the chat takes single cards."""
    async with desk.database.write() as tx:
        now = datetime.now(UTC)
        planned = [effect, *await _company(tx, desk, now)]
        shown = [case for case in await cases.load_all(tx, _numbers(planned), now) if _is_news(case)]
        if shown:
            card_id = await cards.plan(tx, [case.id for case in shown], desk.chat_id)
            await effects.want(
                tx, f"card:{card_id}", "card", effects.CHAT, now, payload={"card": card_id}, priority=URGENT
            )
        for item in planned:
            await effects.finish(tx, item, "confirmed", now)


async def refresh_card(desk: Desk, effect: Effect) -> None:
    """Post a planned card, or bring a posted one up to date; many decided elsewhere give way to one summary."""
    if effect.payload.get("elsewhere") and await _summarised(desk, effect):
        return
    card_id = effect.payload["card"]
    async with desk.database.read() as tx:
        place = await cards.place(tx, card_id)
        shown = await cases.on_card(tx, card_id, datetime.now(UTC))
    if place is not None and shown:
        await _edit(desk, card_id, place, draw(desk, shown))
    elif any(_is_news(case) for case in shown):
        await _post(desk, card_id, draw(desk, shown))
    await finish(desk, effect)


async def summarise(desk: Desk, effect: Effect) -> None:
    """Delete the cards that a summary replaces, and post it."""
    chat_id = desk.current(effect.payload["chat"])
    async with desk.database.read() as tx:
        now = datetime.now(UTC)
        told = await cases.load_all(tx, effect.payload["cases"], now)
    await desk.chat.delete(chat_id, effect.payload["messages"])
    await desk.chat.send(chat_id, summary_card(told, desk.texts, now), desk.settings.topic_id)
    await finish(desk, effect)


async def close(desk: Desk, effect: Effect) -> None:
    """Take away a message that is not the one that counts: a second copy, an old review."""
    chat_id, message_id = desk.current(effect.payload["chat"]), effect.payload["message"]
    async with desk.database.read() as tx:
        counts = await cards.at(tx, chat_id, message_id) or await reviews.is_screen(tx, chat_id, message_id)
    if not counts:  # a tap can be quicker than the word that its card is posted: then it is no copy
        await _take_away(desk, chat_id, message_id)
    await finish(desk, effect)


async def _take_away(desk: Desk, chat_id: int, message_id: int) -> None:
    try:
        await desk.chat.delete(chat_id, [message_id])
    except BadRequest:  # older than 48 hours: then it says at least what it is
        with contextlib.suppress(BadRequest, MessageGone):  # unless it is not even ours, or gone
            await desk.chat.edit(chat_id, message_id, copy_card(desk.texts))


def draw(desk: Desk, shown: Sequence[Case]) -> Message:
    """A card for one case, or for several."""
    now = datetime.now(UTC)
    told = [warned(desk, case, now) for case in shown]
    return card(told[0], desk.texts, now) if len(told) == 1 else group_card(told, desk.texts, now)


def warned(desk: Desk, case: Case, now: datetime) -> Case:
    """A case that is removed already, or too old for Telegram to delete, says so before anybody taps."""
    posted = case.comment.posted_at
    old = posted is not None and now - posted > DELETABLE and desk.terms().acts(case.comment.source, "reject")
    if case.effect_note or not (case.removed or old):
        return case
    return replace(case, effect_note=desk.texts.plain("card.removed" if case.removed else "card.old"))


async def _company(tx: Transaction, desk: Desk, now: datetime) -> list[Effect]:
    """Other new cases for the same card, when there is not room enough for a card each and an edit each."""
    waiting = 1 + await effects.count_due(tx, effects.CHAT, "show", now)
    reserve = next(bound for bound, priority in KEEP if priority == NEW)
    singles = max(1, (desk.chat.budget.room(desk.chat_id) - reserve) // 2)
    if waiting <= singles:
        return []
    return await effects.claim_kind(tx, effects.CHAT, "show", MOST_TOGETHER - 1, now)


async def _post(desk: Desk, card_id: int, message: Message) -> None:
    chat_id = desk.chat_id
    message_id = await desk.chat.send(chat_id, message, desk.settings.topic_id)
    async with desk.database.write() as tx:
        await cards.posted(tx, card_id, chat_id, message_id, datetime.now(UTC))


async def _edit(desk: Desk, card_id: int, place: tuple[int, int], message: Message) -> None:
    try:
        await desk.chat.edit(*place, message)
    except MessageGone:  # somebody deleted the card: what still waits on it gets a new one
        async with desk.database.write() as tx:
            await cards.lose(tx, card_id, datetime.now(UTC))


async def _summarised(desk: Desk, effect: Effect) -> bool:
    """Plan one summary for many cards whose cases were all decided elsewhere. False: there are not that many."""
    async with desk.database.write() as tx:
        now = datetime.now(UTC)
        crowd = await cards.decided_elsewhere(tx, now, now - DELETABLE)
        if len(crowd) < MANY:
            return False
        told = [case.id for old in crowd for case in await cases.on_card(tx, old.id, now)]
        payload = {"chat": crowd[0].chat_id, "messages": [old.message_id for old in crowd], "cases": told}
        await cards.gone(tx, [old.id for old in crowd])
        key = f"summary:{effect.id}:{effect.version}"
        await effects.want(tx, key, "summary", effects.CHAT, now, payload=payload, priority=URGENT)
        await effects.cancel_all(tx, [f"card:{old.id}" for old in crowd], now, "replaced by a summary")
    return True


def _numbers(planned: Sequence[Effect]) -> list[int]:
    return [effect.case_id for effect in planned if effect.case_id is not None]


def _is_news(case: Case) -> bool:
    """What waits is news, and what a rule decided; what a person decided meanwhile is none."""
    return case.state == "waiting" or (case.decision is not None and case.decision.person.id == 0)
