"""Messages that the bot changes or deletes."""

from bot.sandbox import keyboard
from bot.sandbox.access import has_right, reach
from bot.sandbox.errors import BadRequest, Malformed
from bot.sandbox.methods.registry import method, refuse
from bot.sandbox.schema import Params
from bot.sandbox.text import read_caption, read_text
from bot.sandbox.world import Chat, Object, World

DELETABLE = 48 * 3600
"""Seconds after which the bot can delete a message no more, whoever wrote it (Bot API, deleteMessage)."""
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_CREATION = {"group_chat_created", "supergroup_chat_created", "channel_chat_created", "forum_topic_created"}


@method
async def edit_message_text(world: World, params: Params) -> Object:
    refuse(params, "rich_message")
    if "text" not in params:
        raise Malformed("message text is empty")
    text, entities = read_text(params)
    chat, message = _editable(world, params)
    if "text" not in message:
        raise BadRequest("there is no text in the message to edit")
    return _change(world, chat, message, params, {"text": text, "entities": entities})


@method
async def edit_message_caption(world: World, params: Params) -> Object:
    refuse(params, "show_caption_above_media")
    caption, entities = read_caption(params)
    chat, message = _editable(world, params)
    if "photo" not in message:
        raise BadRequest("there is no caption in the message to edit")
    return _change(world, chat, message, params, {"caption": caption, "caption_entities": entities})


@method
async def edit_message_reply_markup(world: World, params: Params) -> Object:
    chat, message = _editable(world, params)
    return _change(world, chat, message, params, {})


@method
async def delete_message(world: World, params: Params) -> bool:
    chat = reach(world, params["chat_id"])
    message = world.present(chat, params["message_id"])
    if message is None:
        raise BadRequest("message to delete not found")
    _check_deletable(world, chat, message)
    world.remove_message(chat, message["message_id"])
    return True


@method
async def delete_messages(world: World, params: Params) -> bool:
    chat = reach(world, params["chat_id"])
    messages = [message for number in dict.fromkeys(params["message_ids"]) if (message := world.present(chat, number))]
    for message in messages:
        _check_deletable(world, chat, message)
    for message in messages:
        world.remove_message(chat, message["message_id"])
    return True


def _editable(world: World, params: Params) -> tuple[Chat, Object]:
    refuse(params, "business_connection_id", "inline_message_id")
    for name in ("chat_id", "message_id"):
        if name not in params:
            raise Malformed("message identifier is not specified")
    chat = reach(world, params["chat_id"])
    message = world.present(chat, params["message_id"])
    if message is None:
        raise BadRequest("message to edit not found")
    if message.get("from", {}).get("id") != world.bot.id or _CREATION & message.keys():
        raise BadRequest("message can't be edited")
    return chat, message


def _change(world: World, chat: Chat, message: Object, params: Params, content: Object) -> Object:
    markup = keyboard.check(params.get("reply_markup"), chat.type)
    kept = {key: value for key, value in message.items() if key not in {*content, "reply_markup", "edit_date"}}
    changed = kept | {key: value for key, value in (content | {"reply_markup": markup}).items() if value}
    world.limits.spend(chat.id)
    if changed == {key: value for key, value in message.items() if key != "edit_date"}:
        raise BadRequest(_NOT_MODIFIED)
    return world.change_message(chat, message["message_id"], changed | {"edit_date": int(world.clock.now())})


def _check_deletable(world: World, chat: Chat, message: Object) -> None:
    own = message.get("from", {}).get("id") == world.bot.id
    if world.clock.now() - message["date"] > DELETABLE:
        raise BadRequest("message can't be deleted for everyone")
    if _CREATION & message.keys():
        raise BadRequest("message can't be deleted")
    if not own and chat.type != "private" and not _may_delete(world, chat):
        raise BadRequest("message can't be deleted")


def _may_delete(world: World, chat: Chat) -> bool:
    if chat.type == "group":
        return chat.member(world.bot.id).status in {"administrator", "creator"}
    return has_right(chat, world.bot.id, "can_delete_messages")
