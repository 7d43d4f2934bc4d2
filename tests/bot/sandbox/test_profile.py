import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, CARLA, MODERATORS, READERS, Caller


async def test_commands_are_kept_by_scope_and_language(sandbox: Sandbox, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("hilfe", "Hilfe")], language_code="de")
    await bot.set_my_commands([BotCommand("queue", "What waits")], scope=BotCommandScopeChat(MODERATORS))
    assert [command.command for command in await bot.get_my_commands()] == ["help"]
    assert [command.command for command in await bot.get_my_commands(language_code="de")] == ["hilfe"]
    assert [command.command for command in await bot.get_my_commands(scope=BotCommandScopeChat(MODERATORS))] == [
        "queue"
    ]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()


async def test_the_narrowest_scope_is_the_menu(sandbox: Sandbox, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("review", "Work")], scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("queue", "What waits")], scope=BotCommandScopeChat(MODERATORS))
    assert {chat: menu(sandbox, chat) for chat in (ANNA, MODERATORS, READERS)} == {
        ANNA: ["review"],
        MODERATORS: ["queue"],
        READERS: ["help"],
    }


def menu(sandbox: Sandbox, chat: int) -> list[str]:
    return [command["command"] for command in sandbox.commands(ANNA, chat)]


@pytest.mark.parametrize(
    ("commands", "scope", "error"),
    [
        ([{"command": "Help", "description": "x"}], None, "BOT_COMMAND_INVALID"),
        ([{"command": "a-b", "description": "x"}], None, "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "x"}], None, "BOT_COMMAND_INVALID"),
        ([{"command": "a", "description": ""}], None, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x" * 257}], None, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "a", "description": "x"}] * 101, None, "BOT_COMMANDS_TOO_MUCH"),
        ([], {"type": "everybody"}, "unsupported type"),
        ([], {"type": "chat"}, "goes with"),
        ([], {"type": "chat", "chat_id": -4}, "chat not found"),
        ([], {"type": "chat", "chat_id": CARLA}, "can't initiate"),
    ],
)
async def test_wrong_commands_are_refused(
    call: Caller, commands: list[dict[str, str]], scope: dict[str, object] | None, error: str
) -> None:
    reply = await call("setMyCommands", commands=commands, **({"scope": scope} if scope else {}))
    assert error in reply.error


async def test_descriptions_are_kept(bot: Bot, call: Caller) -> None:
    await bot.set_my_description("Moderates comments")
    await bot.set_my_short_description("Moderates")
    await bot.set_my_name("Flagdesk")
    assert (await bot.get_my_description()).description == "Moderates comments"
    assert (await bot.get_my_short_description()).short_description == "Moderates"
    assert (await bot.get_my_name()).name == "Flagdesk"
    assert (await call("setMyName", name="x" * 65)).status == 400
