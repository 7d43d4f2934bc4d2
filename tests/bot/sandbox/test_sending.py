import pytest
from telegram import Bot

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, BEN, MODERATORS, READERS, Caller, keyboard

PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000012c000000c80806000000") + b"\0" * 40


async def test_a_message_is_there_and_gives_the_bot_no_update(sandbox: Sandbox, call: Caller) -> None:
    await call("getUpdates", offset=-1)
    before = (await call("getUpdates")).result
    message = (await call("sendMessage", chat_id=MODERATORS, text="Hi", reply_markup=keyboard("Approve"))).result
    assert sandbox.messages(MODERATORS)[-1] == message
    assert message["from"]["is_bot"]
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "Approve"
    assert (await call("getUpdates")).result == before


@pytest.mark.parametrize(
    ("text", "fits"),
    [("😀" * 4096, True), ("😀" * 4097, False), ("<b>" + "x" * 4096 + "</b>", True), ("<b> </b>", False)],
)
async def test_length_counts_code_points_after_parsing(call: Caller, text: str, fits: bool) -> None:
    reply = await call("sendMessage", chat_id=ANNA, text=text, parse_mode="HTML")
    assert (reply.status == 200) is fits, reply.body
    if not fits:
        assert reply.error in {"Bad Request: message is too long", "Bad Request: message text is empty"}


async def test_spaces_around_are_cut_and_entities_moved(call: Caller) -> None:
    message = (await call("sendMessage", chat_id=ANNA, text="\n  <b>a </b>", parse_mode="HTML")).result
    assert message["text"] == "a"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


async def test_more_than_100_entities_are_refused(call: Caller) -> None:
    assert (await call("sendMessage", chat_id=ANNA, text="<b>a</b> " * 100, parse_mode="HTML")).status == 200
    assert (
        "ENTITIES_TOO_LONG"
        in (await call("sendMessage", chat_id=ANNA, text="<b>a</b> " * 101, parse_mode="HTML")).error
    )


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "bold", "offset": 0, "length": 9},
        {"type": "bold", "offset": -1, "length": 1},
        {"type": "fancy", "offset": 0, "length": 1},
        {"type": "text_link", "offset": 0, "length": 1},
    ],
)
async def test_entities_must_fit_the_text(sandbox: Sandbox, call: Caller, entity: dict[str, object]) -> None:
    assert (await call("sendMessage", chat_id=ANNA, text="hi", entities=[entity])).status == 400
    assert sandbox.problems


async def test_links_and_commands_are_found(call: Caller) -> None:
    text = "see https://a.de/x. /queue @anna #news a@b.de 1/2"
    entities = (await call("sendMessage", chat_id=ANNA, text=text)).result["entities"]
    found = {entity["type"]: text[entity["offset"] : entity["offset"] + entity["length"]] for entity in entities}
    assert found == {
        "url": "https://a.de/x",
        "bot_command": "/queue",
        "mention": "@anna",
        "hashtag": "#news",
        "email": "a@b.de",
    }


async def test_markdown_is_refused_rather_than_misread(call: Caller) -> None:
    assert (await call("sendMessage", chat_id=ANNA, text="*x*", parse_mode="MarkdownV2")).status == 501
    assert (await call("sendMessage", chat_id=ANNA, text="*x*", parse_mode="BBCode")).status == 400


async def test_a_reply_shows_what_it_answers(sandbox: Sandbox, call: Caller) -> None:
    asked = sandbox.send(BEN, READERS, "why?")
    reply = await call("sendMessage", chat_id=READERS, text="so", reply_parameters={"message_id": asked["message_id"]})
    assert reply.result["reply_to_message"]["text"] == "why?"


async def test_a_reply_to_nothing_is_refused_unless_allowed(call: Caller) -> None:
    gone = {"message_id": 99999}
    refused = await call("sendMessage", chat_id=ANNA, text="x", reply_parameters=gone)
    allowed = await call(
        "sendMessage", chat_id=ANNA, text="x", reply_parameters=gone | {"allow_sending_without_reply": True}
    )
    assert refused.error == "Bad Request: message to be replied not found"
    assert "reply_to_message" not in allowed.result


async def test_a_photo_keeps_its_bytes(sandbox: Sandbox, bot: Bot) -> None:
    message = await bot.send_photo(ANNA, PNG, caption="<b>Today</b>", parse_mode="HTML")
    assert (message.photo[-1].width, message.photo[-1].height) == (300, 200)
    file = await bot.get_file(message.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PNG
    assert sandbox.message(ANNA, message.message_id)["caption"] == "Today"


async def test_a_photo_must_be_one_and_its_caption_short(sandbox: Sandbox, call: Caller, bot: Bot) -> None:
    photo = (await bot.send_photo(ANNA, PNG)).photo[-1].file_id
    assert (await call("sendPhoto", chat_id=ANNA, photo=photo, caption="x" * 1024)).status == 200
    assert (await call("sendPhoto", chat_id=ANNA, photo=photo, caption="x" * 1025)).error.endswith(
        "caption is too long"
    )
    assert (await call("sendPhoto", chat_id=ANNA, photo="nonsense")).status == 400
    assert (await call("sendPhoto", chat_id=ANNA, photo="attach://missing")).status == 400


async def test_copies_and_forwards_carry_the_text(sandbox: Sandbox, call: Caller) -> None:
    original = sandbox.send(BEN, READERS, "look at this")["message_id"]
    place = {"chat_id": ANNA, "from_chat_id": READERS, "message_id": original}
    forward = (await call("forwardMessage", **place)).result
    copy = (await call("copyMessage", **place)).result["message_id"]
    assert forward["forward_origin"]["sender_user"]["id"] == BEN
    assert sandbox.message(ANNA, copy)["text"] == "look at this"
    assert (await call("copyMessage", **place | {"message_id": 9999})).status == 400
