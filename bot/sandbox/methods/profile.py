"""How the bot presents itself: its commands, name and descriptions."""

import json
import re

from bot.sandbox.access import reach
from bot.sandbox.errors import BadRequest, Malformed
from bot.sandbox.methods.registry import method
from bot.sandbox.schema import Params
from bot.sandbox.world import Object, World

SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LONGEST = {"name": 64, "description": 512, "short_description": 120}


@method
async def set_my_commands(world: World, params: Params) -> bool:
    for command in params["commands"]:
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise Malformed("BOT_COMMAND_INVALID")
    world.commands[_place(world, params)] = [
        command | {"command": command["command"].removeprefix("/")} for command in params["commands"]
    ]
    world.changes.publish({"type": "commands"})
    return True


@method
async def get_my_commands(world: World, params: Params) -> list[Object]:
    return world.commands.get(_place(world, params), [])


@method
async def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_place(world, params), None)
    world.changes.publish({"type": "commands"})
    return True


def commands_for(world: World, chat_id: int, user_id: int) -> list[Object]:
    """The menu that this person sees in this chat: the narrowest scope that has commands."""
    chat = world.chat(chat_id)
    admin = chat.member(user_id).status in {"administrator", "creator"}
    everywhere = "all_private_chats" if chat.type == "private" else "all_group_chats"
    scopes: list[Object] = [{"type": "chat_member", "chat_id": chat_id, "user_id": user_id}]
    scopes += [{"type": "chat_administrators", "chat_id": chat_id}] if admin else []
    scopes += [{"type": "chat", "chat_id": chat_id}]
    scopes += [{"type": "all_chat_administrators"}] if admin else []
    scopes += [{"type": everywhere}, {"type": "default"}]
    found = (world.commands.get((_key(scope), ""), []) for scope in scopes)
    return next((commands for commands in found if commands), [])


def _place(world: World, params: Params) -> tuple[str, str]:
    scope = params.get("scope", {"type": "default"})
    if scope["type"] not in SCOPES:
        raise Malformed(f"can't parse BotCommandScope: unsupported type {scope['type']!r}")
    if scope.keys() - {"type"} != set(SCOPES[scope["type"]]):
        raise Malformed(f"can't parse BotCommandScope: type {scope['type']} goes with {SCOPES[scope['type']]}")
    if "chat_id" in scope:
        scope = scope | {"chat_id": reach(world, scope["chat_id"]).id}
    language = params.get("language_code", "")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise Malformed("BOT_LANG_CODE_INVALID")
    return _key(scope), language


def _key(scope: Object) -> str:
    return json.dumps(scope, sort_keys=True)


def _set(world: World, params: Params, what: str) -> bool:
    text = params.get(what, "")
    if len(text) > _LONGEST[what]:
        raise BadRequest(f"{what} is too long: at most {_LONGEST[what]} characters")
    world.texts[what, params.get("language_code", "")] = text
    return True


def _get(world: World, params: Params, what: str) -> Object:
    return {what: world.texts.get((what, params.get("language_code", "")), "")}


@method
async def set_my_name(world: World, params: Params) -> bool:
    return _set(world, params, "name")


@method
async def get_my_name(world: World, params: Params) -> Object:
    return _get(world, params, "name")


@method
async def set_my_description(world: World, params: Params) -> bool:
    return _set(world, params, "description")


@method
async def get_my_description(world: World, params: Params) -> Object:
    return _get(world, params, "description")


@method
async def set_my_short_description(world: World, params: Params) -> bool:
    return _set(world, params, "short_description")


@method
async def get_my_short_description(world: World, params: Params) -> Object:
    return _get(world, params, "short_description")
