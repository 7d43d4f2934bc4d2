import pytest
import telegram
from telegram import Bot

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, BASIC, BEN, CARLA, CHANNEL, MODERATORS, READERS, Caller


async def send(call: Caller, chat: int | str) -> str:
    return (await call("sendMessage", chat_id=chat, text="x")).error


async def test_the_bot_cannot_begin_a_private_chat(sandbox: Sandbox, call: Caller) -> None:
    assert await send(call, CARLA) == "Forbidden: bot can't initiate conversation with a user"
    sandbox.send(CARLA, CARLA, "/start")
    assert (await call("sendMessage", chat_id=CARLA, text="x")).status == 200


async def test_a_block_lasts_until_the_person_writes_again(sandbox: Sandbox, call: Caller) -> None:
    sandbox.block(ANNA)
    assert await send(call, ANNA) == "Forbidden: bot was blocked by the user"
    sandbox.send(ANNA, ANNA, "hi")
    assert (await call("sendMessage", chat_id=ANNA, text="x")).status == 200


async def test_unknown_chats_are_not_found(call: Caller) -> None:
    assert await send(call, -42) == "Bad Request: chat not found"
    assert await send(call, "@nowhere") == "Bad Request: chat not found"


async def test_a_kicked_bot_is_forbidden_and_hears_nothing(sandbox: Sandbox, call: Caller) -> None:
    sandbox.kick(READERS)
    assert await send(call, READERS) == "Forbidden: bot was kicked from the supergroup chat"
    await call("getUpdates", offset=-1)
    sandbox.send(BEN, READERS, "alone at last")
    assert not [update for update in (await call("getUpdates")).result if "message" in update]


async def test_a_bot_that_left_is_no_member(call: Caller) -> None:
    assert (await call("leaveChat", chat_id=READERS)).result is True
    assert await send(call, READERS) == "Forbidden: bot is not a member of the supergroup chat"


async def test_a_group_that_became_a_supergroup_names_its_new_id(sandbox: Sandbox, bot: Bot) -> None:
    new = sandbox.migrate(BASIC)
    with pytest.raises(telegram.error.ChatMigrated) as refusal:
        await bot.send_message(BASIC, "x")
    assert refusal.value.new_chat_id == new
    assert sandbox.messages(BASIC)[-1]["migrate_to_chat_id"] == new
    assert sandbox.messages(new)[-1]["migrate_from_chat_id"] == BASIC
    await bot.send_message(new, "x")
    assert (await bot.get_chat(new)).type == "supergroup"


async def test_a_channel_takes_posts_only_from_its_administrators(sandbox: Sandbox, call: Caller) -> None:
    assert await send(call, CHANNEL) == "Forbidden: bot is not a member of the channel chat"
    sandbox.add_channel(-1001000000099, "Ours", bot=True)
    assert (await call("sendMessage", chat_id=-1001000000099, text="x")).result["sender_chat"]["title"] == "Ours"
    sandbox.set_rights(-1001000000099, can_post_messages=False)
    assert await send(call, -1001000000099) == "Bad Request: need administrator rights in the channel chat"


async def test_rights_are_told_by_get_chat_member(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.set_rights(MODERATORS, can_delete_messages=False)
    member = await bot.get_chat_member(MODERATORS, bot.id)
    assert isinstance(member, telegram.ChatMemberAdministrator)
    assert (member.can_delete_messages, member.can_restrict_members) == (False, True)
    sandbox.demote(MODERATORS)
    assert (await bot.get_chat_member(MODERATORS, bot.id)).status == "member"


async def test_administrators_are_listed(sandbox: Sandbox, bot: Bot) -> None:
    sandbox.promote(ANNA, READERS, owner=True)
    sandbox.promote(BEN, READERS)
    admins = {member.user.id: member.status for member in await bot.get_chat_administrators(READERS)}
    assert admins == {bot.id: "administrator", ANNA: "creator", BEN: "administrator"}
    assert await bot.get_chat_member_count(READERS) == 3


async def test_get_chat_knows_link_forum_and_pin(sandbox: Sandbox, bot: Bot) -> None:
    message = await bot.send_message(READERS, "rules")
    await bot.pin_chat_message(READERS, message.message_id)
    readers = await bot.get_chat(READERS)
    assert readers.linked_chat_id == CHANNEL
    assert readers.pinned_message is not None
    assert readers.pinned_message.text == "rules"
    assert (await bot.get_chat(MODERATORS)).is_forum
    await bot.unpin_chat_message(READERS)
    assert (await bot.get_chat(READERS)).pinned_message is None


async def test_pinning_needs_the_right_and_a_message(sandbox: Sandbox, call: Caller) -> None:
    message = sandbox.send(BEN, READERS, "pin me")["message_id"]
    assert (await call("pinChatMessage", chat_id=READERS, message_id=99999)).error.endswith("message to pin not found")
    sandbox.set_rights(READERS, can_pin_messages=False)
    assert "not enough rights" in (await call("pinChatMessage", chat_id=READERS, message_id=message)).error
