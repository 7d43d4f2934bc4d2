"""Messages of moderated groups become comments, and rejected ones are deleted; some people and messages never are."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from db import tables
from db.engine import Transaction
from tests.bot.newsroom import (
    ANNA,
    BEN,
    DESK,
    OLGA,
    READERS,
    RITA,
    Newsroom,
    labels,
    open_newsroom,
    text_of,
)

CHANNEL, DISCUSSION, FORUM = -1001000000003, -1001000000004, -1001000000005


async def comments(tx: Transaction) -> list[Any]:
    """Every comment taken in."""
    return list((await tx.execute(select(tables.comments).order_by(tables.comments.c.id))).all())


async def taken(newsroom: Newsroom, last: str, chat: int = READERS) -> list[str]:
    """The texts that were taken in from a group before Rita's last message there."""
    newsroom.write(last, chat=chat)
    await newsroom.until(lambda tx: _has(tx, last))
    async with newsroom.database.read() as tx:
        return [row.text for row in await comments(tx) if row.text != last]


async def _has(tx: Transaction, text: str) -> bool:
    return (await tx.execute(select(tables.comments.c.id).where(tables.comments.c.text == text))).first() is not None


async def test_texts_captions_and_their_authors_are_taken_in(newsroom: Newsroom) -> None:
    first = newsroom.write("First")
    newsroom.write("", photo_caption="A caption")
    newsroom.write("", photo_caption="")
    newsroom.write("An answer", reply_to=first)
    assert await taken(newsroom, "The end.") == ["First", "A caption", "An answer"]
    async with newsroom.database.read() as tx:
        row, _, answer, _ = await comments(tx)
    assert (row.source, row.author, row.author_id) == ("readers", "Rita", str(RITA))
    assert (row.external_id, row.thread_title) == (f"{READERS}/{first}", "Readers")
    assert (answer.parent_text, answer.parent_id) == ("First", row.external_id)


async def test_administrators_bots_and_service_messages_are_left_alone(newsroom: Newsroom) -> None:
    newsroom.sandbox.join(ANNA, READERS)
    newsroom.sandbox.promote(ANNA, READERS)
    newsroom.write("By an administrator", ANNA)
    newsroom.write("By nobody in particular", ANNA, anonymous=True)
    newsroom.sandbox.join(BEN, READERS)
    newsroom.sandbox.leave(BEN, READERS)
    assert await taken(newsroom, "The end.") == []


async def test_a_channels_discussion_knows_its_posts_and_leaves_the_channel_alone(tmp_path: Path) -> None:
    sources = [{"name": "discussion", "chat_id": DISCUSSION, "mode": "act"}]
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", sources=sources, start=False) as newsroom:
        sandbox = newsroom.sandbox
        sandbox.add_channel(CHANNEL, "The Daily")
        sandbox.add_group(DISCUSSION, "The Daily talks", linked_channel=CHANNEL)
        sandbox.join(RITA, DISCUSSION)
        await newsroom.start()
        sandbox.post(CHANNEL, "A wicked bridge\nopened today")
        copy = sandbox.messages(DISCUSSION)[-1]["message_id"]
        first = newsroom.write("A vile bridge", chat=DISCUSSION, reply_to=copy)
        newsroom.write("A nasty answer", chat=DISCUSSION, reply_to=first)
        newsroom.write("As the channel", chat=DISCUSSION, as_channel=CHANNEL)
        assert await taken(newsroom, "The end.", DISCUSSION) == ["A vile bridge", "A nasty answer"]
        async with newsroom.database.read() as tx:
            rows = await comments(tx)
        assert [row.thread_title for row in rows] == ["A wicked bridge", "A wicked bridge", "The Daily talks"]
        assert (rows[0].parent_text, rows[1].parent_text) == ("", "A vile bridge")
        sandbox.edit_post(CHANNEL, sandbox.messages(CHANNEL)[-1]["message_id"], "A vile channel")
        assert "A vile channel" not in await taken(newsroom, "The end of all.", DISCUSSION)


async def test_other_channels_are_moderated_under_their_own_name(newsroom: Newsroom) -> None:
    newsroom.sandbox.add_channel(CHANNEL, "Loud Channel")
    comment = newsroom.write("A vile advertisement", as_channel=CHANNEL)
    card = await newsroom.card("vile advertisement")
    assert "Loud Channel" in text_of(card)
    await newsroom.tap(ANNA, card, "Reject")
    await newsroom.gone(READERS, comment)


async def test_a_forum_topic_names_the_thread(tmp_path: Path) -> None:
    sources = [{"name": "forum", "chat_id": FORUM}]
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", sources=sources, start=False) as newsroom:
        newsroom.sandbox.add_group(FORUM, "Forum", forum=True)
        newsroom.sandbox.join(RITA, FORUM)
        await newsroom.start()
        topic = newsroom.sandbox.add_topic(FORUM, "Bridges")
        newsroom.write("A vile bridge", chat=FORUM, thread=topic)
        card = await newsroom.card("A vile bridge")
        assert "Bridges" in text_of(card)


async def test_watching_deletes_nothing_and_says_what_it_would_do(tmp_path: Path) -> None:
    sources = [{"name": "readers", "chat_id": READERS, "mode": "watch"}]
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", sources=sources) as newsroom:
        comment = newsroom.write("A vile text")
        card = await newsroom.card("A vile text")
        await newsroom.tap(ANNA, card, "Reject")
        await newsroom.shows(card, "Watch mode: it would be removed.")
        assert comment not in newsroom.sandbox.deleted(READERS)
        await newsroom.tap(ANNA, card, "Undo")
        await newsroom.shows(card, "Approve")
        assert "deleteMessage" not in [call.method for call in newsroom.sandbox.calls]


async def test_a_message_that_is_gone_already_counts_as_removed(newsroom: Newsroom) -> None:
    comment = newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    newsroom.sandbox.erase(READERS, comment)
    await newsroom.tap(ANNA, card, "Reject")
    await newsroom.shows(card, "Removed.")


async def test_a_missing_right_asks_for_a_hand_on_the_card_and_in_the_status(newsroom: Newsroom) -> None:
    newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    newsroom.sandbox.set_rights(READERS, can_delete_messages=False)
    await newsroom.tap(ANNA, card, "Reject")
    await newsroom.shows(card, "Rejected by Anna", "✋ Please delete it by hand")
    newsroom.write("/status", ANNA, DESK)
    await newsroom.message("Actions that need a hand: 1", DESK)


async def test_a_message_too_old_to_delete_says_so_before_and_after_the_tap(newsroom: Newsroom) -> None:
    newsroom.sandbox.advance(-49 * 3600)
    comment = newsroom.write("A vile old text")
    card = await newsroom.card("A vile old text")
    newsroom.sandbox.advance(49 * 3600)
    assert "Older than two days" in text_of(card)
    await newsroom.tap(ANNA, card, "Reject")
    await newsroom.shows(card, "Rejected by Anna", "older than 48 hours")
    assert comment not in newsroom.sandbox.deleted(READERS)


async def test_a_rejected_album_loses_all_its_photos(newsroom: Newsroom) -> None:
    other = newsroom.write("", photo_caption="", album="another")
    photos = [newsroom.write("", photo_caption=caption, album="one") for caption in ("", "A vile caption", "", "")]
    card = await newsroom.card("A vile caption")
    await newsroom.tap(ANNA, card, "Reject")
    for photo in photos:
        await newsroom.gone(READERS, photo)
    await newsroom.shows(card, "Removed.")
    assert other not in newsroom.sandbox.deleted(READERS)


async def test_a_quote_that_was_put_back_goes_with_the_next_rejection(tmp_path: Path) -> None:
    sources = [{"name": "readers", "chat_id": READERS, "mode": "act", "restore": True}]
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", sources=sources) as newsroom:
        newsroom.write("A vile text")
        card = await newsroom.card("A vile text")
        for button, then in (("Reject", "Removed."), ("Undo", "Approve"), ("Approve", "Released."), ("Undo", "Reject")):
            await newsroom.tap(ANNA, card, button)
            card = await newsroom.shows(card, then)
        quote = await newsroom.message("Back again", READERS)
        await newsroom.tap(ANNA, card, "Reject")
        await newsroom.gone(READERS, quote["message_id"])
        await newsroom.shows(card, "Removed.")


async def test_an_edit_makes_a_new_revision_and_the_old_card_refuses(newsroom: Newsroom) -> None:
    comment = newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    data = card["reply_markup"]["inline_keyboard"][0][1]["callback_data"]
    newsroom.sandbox.edit(RITA, READERS, comment, "A wicked text")
    fresh = await newsroom.card("A wicked text")
    old = await newsroom.shows(card, "Edited since")
    assert labels(old) == ""
    answer = await newsroom.sandbox.forge(ANNA, DESK, card["message_id"], data)
    assert "edited since" in answer.text
    await newsroom.tap(ANNA, fresh, "Reject")
    await newsroom.gone(READERS, comment)


async def test_an_edit_calls_a_pending_deletion_off(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", undo_seconds=1.5) as newsroom:
        comment, other = newsroom.write("A vile text"), newsroom.write("A nasty text")
        card = await newsroom.card("A vile text")
        await newsroom.tap(ANNA, card, "Reject")
        await newsroom.tap(ANNA, await newsroom.card("A nasty text"), "Reject")
        newsroom.sandbox.edit(RITA, READERS, comment, "A fine text")
        fresh = await newsroom.card("A fine text")  # harmless, and yet looked at: it was rejected before
        await newsroom.gone(READERS, other)
        assert comment not in newsroom.sandbox.deleted(READERS)
        card = await newsroom.shows(card, "Rejected by Anna", "Undo")
        answer = await newsroom.tap(ANNA, card, "Undo")
        assert "edited since" in answer.text
        assert "Approve" in labels(newsroom.sandbox.message(DESK, fresh["message_id"]))
        assert len(newsroom.cards("A vile text")) == 1


async def test_a_harmless_edit_of_a_waiting_comment_needs_nobody(newsroom: Newsroom) -> None:
    comment = newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    newsroom.sandbox.edit(RITA, READERS, comment, "A fine text")
    await newsroom.shows(card, "Edited since")
    newsroom.write("/queue", ANNA, ANNA)
    await newsroom.message("Nothing is waiting", ANNA)


async def test_an_edit_that_leaves_the_text_as_it_was_makes_nothing(newsroom: Newsroom) -> None:
    comment = newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    newsroom.sandbox.edit(RITA, READERS, comment, "A vile text")
    assert await taken(newsroom, "The end.") == ["A vile text"]
    assert "Approve" in labels(newsroom.sandbox.message(DESK, card["message_id"]))


async def test_the_author_and_their_record_stand_on_the_card(newsroom: Newsroom) -> None:
    first = newsroom.write("A vile text")
    card = await newsroom.card("A vile text")
    await newsroom.tap(ANNA, card, "Reject")
    await newsroom.gone(READERS, first)
    newsroom.write("A wicked text")
    assert "1 flagged, 1 rejected in 30 days" in text_of(await newsroom.card("A wicked text"))


async def test_a_group_that_is_no_source_is_not_read(newsroom: Newsroom) -> None:
    newsroom.sandbox.add_group(FORUM, "Elsewhere")
    newsroom.sandbox.join(RITA, FORUM)
    newsroom.write("A vile text elsewhere", chat=FORUM)
    assert await taken(newsroom, "The end.") == []


async def test_missing_rights_are_told_to_the_owner_at_start(tmp_path: Path) -> None:
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db") as newsroom:
        newsroom.write("/start", OLGA, OLGA)
        await newsroom.message("Hello", OLGA)
        await newsroom.stop()
        newsroom.sandbox.set_rights(READERS, can_delete_messages=False)
        newsroom.sandbox.fault("getChatMember", 0.5, kinds=("500",), seed=3)
        await newsroom.start()
        await newsroom.message("I lack the right to: delete messages", OLGA)
        assert not [seen for seen in newsroom.sandbox.messages(DESK) if "right" in text_of(seen)]


async def test_what_cannot_be_posted_again_is_not_asked_to_be_deleted(tmp_path: Path) -> None:
    sources = [{"name": "readers", "chat_id": READERS, "mode": "act", "restore": True}]
    async with open_newsroom(f"sqlite:///{tmp_path}/flagdesk.db", sources=sources) as newsroom:
        newsroom.write("A vile text")
        card = await newsroom.card("A vile text")
        for button, then in (("Reject", "Removed."), ("Undo", "Approve")):
            await newsroom.tap(ANNA, card, button)
            card = await newsroom.shows(card, then)
        newsroom.sandbox.kick(READERS)
        await newsroom.tap(ANNA, card, "Approve")
        card = await newsroom.shows(card, "could not be posted again")
        assert "delete it by hand" not in text_of(card)
