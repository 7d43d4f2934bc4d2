import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, BEN, MODERATORS, READERS, Caller, keyboard

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


@pytest.fixture
async def card(call: Caller) -> int:
    message = await call(
        "sendMessage", chat_id=MODERATORS, text="<b>card</b>", parse_mode="HTML", reply_markup=keyboard("A")
    )
    return int(message.result["message_id"])


async def test_an_edit_replaces_text_and_buttons(sandbox: Sandbox, call: Caller, card: int) -> None:
    before = sandbox.message(MODERATORS, card)
    edited = (await call("editMessageText", chat_id=MODERATORS, message_id=card, text="done")).result
    assert edited["edit_date"] >= edited["date"]
    assert sandbox.message(MODERATORS, card)["text"] == "done"
    assert "reply_markup" not in edited
    assert "entities" not in edited
    assert before["text"] == "card"
    assert sandbox.history(MODERATORS, card) == ["card", "done"]


async def test_an_edit_that_changes_nothing_is_refused(call: Caller, card: int) -> None:
    place = {"chat_id": MODERATORS, "message_id": card, "text": "<b>card</b>", "parse_mode": "HTML"}
    assert (await call("editMessageText", **place, reply_markup=keyboard("A"))).error == NOT_MODIFIED
    assert (await call("editMessageText", **place, reply_markup=keyboard("B"))).status == 200
    assert (await call("editMessageText", **place, reply_markup=keyboard("B"))).error == NOT_MODIFIED


async def test_buttons_can_change_alone(sandbox: Sandbox, call: Caller, card: int) -> None:
    place = {"chat_id": MODERATORS, "message_id": card}
    assert (await call("editMessageReplyMarkup", **place)).result["text"] == "card"
    assert "reply_markup" not in sandbox.message(MODERATORS, card)
    assert (await call("editMessageReplyMarkup", **place)).error == NOT_MODIFIED


async def test_what_is_not_there_or_not_ones_own_cannot_be_edited(sandbox: Sandbox, call: Caller, card: int) -> None:
    theirs = sandbox.send(BEN, MODERATORS, "mine")["message_id"]
    await call("deleteMessage", chat_id=MODERATORS, message_id=card)
    for number, error in (
        (card, "message to edit not found"),
        (99999, "message to edit not found"),
        (theirs, "message can't be edited"),
    ):
        reply = await call("editMessageText", chat_id=MODERATORS, message_id=number, text="x")
        assert reply.error == f"Bad Request: {error}"


async def test_text_and_caption_are_not_confused(call: Caller, card: int) -> None:
    reply = await call("editMessageCaption", chat_id=MODERATORS, message_id=card, caption="x")
    assert reply.error == "Bad Request: there is no caption in the message to edit"
    assert (await call("editMessageText", text="x")).error == "Bad Request: message identifier is not specified"


async def test_deleting_own_and_foreign_messages(sandbox: Sandbox, call: Caller, card: int) -> None:
    theirs = sandbox.send(BEN, MODERATORS, "mine")["message_id"]
    for number in (card, theirs):
        assert (await call("deleteMessage", chat_id=MODERATORS, message_id=number)).result is True
    assert sandbox.deleted(MODERATORS) == {card, theirs}
    again = await call("deleteMessage", chat_id=MODERATORS, message_id=card)
    assert again.error == "Bad Request: message to delete not found"
    assert sandbox.history(MODERATORS, theirs) == ["mine"]


async def test_nothing_is_deleted_after_48_hours(sandbox: Sandbox, call: Caller) -> None:
    for chat in (MODERATORS, ANNA):
        message = sandbox.send(ANNA, chat, "old")["message_id"]
        sandbox.advance(48 * 3600 + 1)
        reply = await call("deleteMessage", chat_id=chat, message_id=message)
        assert reply.error == "Bad Request: message can't be deleted for everyone"
        assert (await call("deleteMessages", chat_id=chat, message_ids=[message])).status == 400
        assert sandbox.message(chat, message)


async def test_deleting_others_messages_needs_the_right(sandbox: Sandbox, call: Caller, card: int) -> None:
    theirs = sandbox.send(BEN, MODERATORS, "mine")["message_id"]
    sandbox.set_rights(MODERATORS, can_delete_messages=False)
    reply = await call("deleteMessage", chat_id=MODERATORS, message_id=theirs)
    assert reply.error == "Bad Request: message can't be deleted"
    assert (await call("deleteMessage", chat_id=MODERATORS, message_id=card)).status == 200


async def test_a_batch_skips_unknown_ids_and_takes_at_most_100(sandbox: Sandbox, call: Caller) -> None:
    numbers = [sandbox.send(BEN, READERS, str(number))["message_id"] for number in range(3)]
    assert (await call("deleteMessages", chat_id=READERS, message_ids=[*numbers, 77777, numbers[0]])).result is True
    assert sandbox.deleted(READERS) == set(numbers)
    assert (await call("deleteMessages", chat_id=READERS, message_ids=list(range(1, 102)))).status == 400
    assert (await call("deleteMessages", chat_id=READERS, message_ids=[])).status == 400


async def test_a_topics_beginning_cannot_be_deleted(call: Caller) -> None:
    topic = (await call("createForumTopic", chat_id=MODERATORS, name="Cards")).result["message_thread_id"]
    reply = await call("deleteMessage", chat_id=MODERATORS, message_id=topic)
    assert reply.error == "Bad Request: message can't be deleted"
