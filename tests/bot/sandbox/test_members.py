import pytest
from telegram import Bot, ChatPermissions

from bot.sandbox import Sandbox, SandboxError
from tests.bot.sandbox.conftest import ANNA, BASIC, BEN, CARLA, CHANNEL, READERS, Caller


async def test_a_ban_takes_the_persons_messages_along(sandbox: Sandbox, bot: Bot) -> None:
    theirs = sandbox.send(BEN, READERS, "spam")["message_id"]
    others = sandbox.send(ANNA, READERS, "ham")["message_id"]
    await bot.ban_chat_member(READERS, BEN)
    assert theirs in sandbox.deleted(READERS)
    assert others not in sandbox.deleted(READERS)
    assert (await bot.get_chat_member(READERS, BEN)).status == "kicked"
    with pytest.raises(SandboxError, match="Ben is not in 'Readers'"):
        sandbox.send(BEN, READERS, "still here")
    with pytest.raises(SandboxError, match="was banned"):
        sandbox.join(BEN, READERS)
    await bot.unban_chat_member(READERS, BEN)
    sandbox.join(BEN, READERS)


@pytest.mark.parametrize(("seconds", "kept"), [(10, False), (3600, True), (367 * 86400, False)])
async def test_a_ban_too_short_or_too_long_is_for_ever(
    sandbox: Sandbox, call: Caller, seconds: int, kept: bool
) -> None:
    until = int(sandbox.clock.now()) + seconds
    await call("banChatMember", chat_id=READERS, user_id=BEN, until_date=until)
    member = (await call("getChatMember", chat_id=READERS, user_id=BEN)).result
    assert member["until_date"] == (until if kept else 0)


async def test_bans_need_the_right_and_spare_administrators(sandbox: Sandbox, call: Caller) -> None:
    sandbox.promote(ANNA, READERS)
    ban = {"chat_id": READERS, "user_id": ANNA}
    assert (await call("banChatMember", **ban)).error == "Bad Request: user is an administrator of the chat"
    sandbox.promote(ANNA, READERS, owner=True)
    assert (await call("banChatMember", **ban)).error == "Bad Request: can't remove chat owner"
    sandbox.set_rights(READERS, can_restrict_members=False)
    assert "not enough rights" in (await call("banChatMember", chat_id=READERS, user_id=BEN)).error
    assert "PARTICIPANT_ID_INVALID" in (await call("getChatMember", chat_id=READERS, user_id=4)).error
    assert (await call("banChatMember", chat_id=ANNA, user_id=ANNA)).status == 400


async def test_who_is_restricted_cannot_write_until_freed(sandbox: Sandbox, bot: Bot) -> None:
    await bot.restrict_chat_member(READERS, BEN, ChatPermissions.no_permissions())
    with pytest.raises(SandboxError, match="may not write"):
        sandbox.send(BEN, READERS, "hm")
    await bot.restrict_chat_member(READERS, BEN, ChatPermissions.all_permissions())
    assert sandbox.send(BEN, READERS, "hm")
    assert (await bot.get_chat_member(READERS, BEN)).status == "member"


async def test_only_supergroups_restrict(call: Caller) -> None:
    reply = await call("restrictChatMember", chat_id=BASIC, user_id=BEN, permissions={})
    assert reply.error == "Bad Request: method is available only for supergroups"


async def test_a_channel_that_writes_is_banned_as_a_channel(sandbox: Sandbox, bot: Bot) -> None:
    message = sandbox.send(ANNA, READERS, "as news", as_channel=CHANNEL)
    assert (message["from"]["id"], message["sender_chat"]["id"]) == (136817688, CHANNEL)
    await bot.ban_chat_sender_chat(READERS, CHANNEL)
    with pytest.raises(SandboxError, match="'News' was banned"):
        sandbox.send(ANNA, READERS, "as news", as_channel=CHANNEL)
    await bot.unban_chat_sender_chat(READERS, CHANNEL)
    assert sandbox.send(ANNA, READERS, "as news", as_channel=CHANNEL)


async def test_joining_and_leaving_are_service_messages(sandbox: Sandbox) -> None:
    sandbox.join(CARLA, READERS)
    sandbox.leave(CARLA, READERS)
    came, left = sandbox.messages(READERS)[-2:]
    assert (came["new_chat_members"][0]["id"], left["left_chat_member"]["id"]) == (CARLA, CARLA)
    sandbox.join(ANNA, READERS)
    assert sandbox.messages(READERS)[-1] == left
