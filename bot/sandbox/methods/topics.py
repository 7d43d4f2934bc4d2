"""Forum topics."""

from bot.sandbox import membership
from bot.sandbox.access import has_right, reach
from bot.sandbox.errors import BadRequest, Malformed
from bot.sandbox.methods.registry import method
from bot.sandbox.schema import Params
from bot.sandbox.world import Chat, Object, World

_COLORS = {7322096, 16766590, 13338331, 9367192, 16749490, 16478047}


@method
async def create_forum_topic(world: World, params: Params) -> Object:
    color = params.get("icon_color", 7322096)
    if color not in _COLORS:
        raise Malformed(f"icon_color must be one of {sorted(_COLORS)}")
    chat = _forum(world, params)
    world.limits.spend(chat.id)
    thread = membership.add_topic(world, chat, params["name"], world.bot.user())
    return {"message_thread_id": thread, "name": params["name"], "icon_color": color}


@method
async def edit_forum_topic(world: World, params: Params) -> bool:
    chat = _forum(world, params)
    _check_topic(chat, params["message_thread_id"])
    if "name" in params:
        chat.topics[params["message_thread_id"]] = params["name"]
    return True


@method
async def delete_forum_topic(world: World, params: Params) -> bool:
    chat, thread = _forum(world, params), params["message_thread_id"]
    _check_topic(chat, thread)
    for number, stored in list(chat.messages.items()):
        if stored.message.get("message_thread_id") == thread:
            world.remove_message(chat, number)
    del chat.topics[thread]
    return True


def _forum(world: World, params: Params) -> Chat:
    chat = reach(world, params["chat_id"])
    if not chat.forum:
        raise BadRequest("the chat is not a forum")
    if not has_right(chat, world.bot.id, "can_manage_topics"):
        raise BadRequest("not enough rights to create a topic")
    return chat


def _check_topic(chat: Chat, thread: int) -> None:
    if thread not in chat.topics:
        raise BadRequest("TOPIC_ID_INVALID")
