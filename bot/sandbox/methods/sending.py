"""Messages that the bot sends."""

from typing import Any

from bot.sandbox import keyboard
from bot.sandbox.access import check_post, reach
from bot.sandbox.acting import photo, thread_fields
from bot.sandbox.errors import BadRequest, Malformed
from bot.sandbox.methods.registry import method, refuse
from bot.sandbox.schema import Params, Upload
from bot.sandbox.text import read_caption, read_text
from bot.sandbox.world import Chat, Object, World

_NOT_ACTED_ON = (
    *("business_connection_id", "direct_messages_topic_id", "ephemeral_message_parameters"),
    *("suggested_post_parameters", "message_effect_id", "allow_paid_broadcast"),
)


@method
async def send_message(world: World, params: Params) -> Object:
    text, entities = read_text(params)
    return _send(world, params, {"text": text} | ({"entities": entities} if entities else {}))


@method
async def send_photo(world: World, params: Params) -> Object:
    caption, entities = read_caption(params)
    content: Object = {"caption": caption} if caption else {}
    if entities:
        content["caption_entities"] = entities
    return _send(world, params, content, picture=_picture(world, params["photo"]))


@method
async def send_chat_action(world: World, params: Params) -> bool:
    reach(world, params["chat_id"])
    return True


@method
async def forward_message(world: World, params: Params) -> Object:
    message = _source(world, params)
    origin = {"type": "user", "sender_user": message.get("from", world.bot.user()), "date": message["date"]}
    return _send(world, params, _content(message) | {"forward_origin": origin})


@method
async def copy_message(world: World, params: Params) -> Object:
    content = _content(_source(world, params))
    if "caption" in params:
        content["caption"], content["caption_entities"] = read_caption(params)
    return {"message_id": _send(world, params, content)["message_id"]}


def _send(world: World, params: Params, content: Object, picture: Any = None) -> Object:
    refuse(params, *_NOT_ACTED_ON)
    chat = reach(world, params["chat_id"])
    markup = keyboard.check(params.get("reply_markup"), chat.type)
    check_post(world, chat)
    fields = _sender(world, chat) | _thread(chat, params) | _reply(world, chat, params)
    world.limits.spend(chat.id)
    if picture is not None:
        fields["photo"] = photo(world, picture) if isinstance(picture, bytes) else picture
    return world.add_message(chat, fields | content | ({"reply_markup": markup} if markup else {}))


def _sender(world: World, chat: Chat) -> Object:
    return {"sender_chat": chat.brief()} if chat.type == "channel" else {"from": world.bot.user()}


def _thread(chat: Chat, params: Params) -> Object:
    thread = params.get("message_thread_id")
    if thread is None:
        return {}
    if not chat.forum or thread not in chat.topics:
        raise BadRequest("message thread not found")
    return thread_fields(chat, thread, None)


def _reply(world: World, chat: Chat, params: Params) -> Object:
    reply = params.get("reply_parameters")
    if not reply:
        return {}
    refuse(reply, "chat_id", "ephemeral_message_id", "quote", "checklist_task_id", "poll_option_id")
    answered = world.present(chat, reply.get("message_id", 0))
    if answered is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise BadRequest("message to be replied not found")
    inner = {key: value for key, value in answered.items() if key != "reply_to_message"}
    thread = (
        {}
        if params.get("message_thread_id")
        else thread_fields(chat, answered.get("message_thread_id"), reply["message_id"])
    )
    return {"reply_to_message": inner} | thread


def _picture(world: World, given: object) -> Any:
    if isinstance(given, Upload):
        if not given.content.startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")):
            raise Malformed("IMAGE_PROCESS_FAILED: PNG, JPEG, GIF or WebP")
        return given.content
    if given not in world.files:
        raise BadRequest("wrong file identifier/HTTP URL specified")
    return world.files[str(given)]


def _source(world: World, params: Params) -> Object:
    refuse(params, "video_start_timestamp")
    message = world.present(reach(world, params["from_chat_id"]), params["message_id"])
    if message is None:
        raise BadRequest("message to forward not found")
    return message


def _content(message: Object) -> Object:
    kept = ("text", "entities", "photo", "caption", "caption_entities")
    return {key: message[key] for key in kept if key in message}
