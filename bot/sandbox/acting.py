"""What people do: write, edit, post, tap; each act is told to the bot as Telegram tells it."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.access import ADMINS
from bot.sandbox.calls import Answer
from bot.sandbox.errors import SandboxError
from bot.sandbox.text import CAPTION_LIMIT, TEXT_LIMIT, find_entities
from bot.sandbox.world import ANONYMOUS_ADMIN, CHANNEL_SENDER, TELEGRAM, Chat, Object, Person, World

MEMBERS = ADMINS | {"member", "restricted"}
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360606060"
    "0000000500 01a5f645400000000049454e44ae426082".replace(" ", "")
)


@dataclass(frozen=True)
class Draft:
    """What somebody is about to send."""

    text: str
    reply_to: int | None = None
    thread: int | None = None
    photo_caption: str | None = None
    anonymous: bool = False
    album: str = ""
    as_channel: int | None = None


def send(world: World, person: Person, chat: Chat, draft: Draft) -> Object:
    """A person writes; returns the message."""
    _check_may_write(person, chat)
    fields = _sender(world, person, chat, draft) | thread_fields(chat, draft.thread, draft.reply_to)
    fields |= _reply(world, chat, draft.reply_to or _topic(chat, draft.thread))
    fields |= _content(world, draft.text, draft.photo_caption)
    if draft.album:
        fields["media_group_id"] = draft.album
    if chat.type == "private":
        person.started, person.blocked = True, False
    message = world.add_message(chat, fields)
    world.tell(chat, "message", message)
    return message


def edit(world: World, person: Person, chat: Chat, message_id: int, text: str) -> Object:
    """A person changes the text (or caption) of their own message."""
    message = _own(world, chat, message_id)
    if message.get("from", {}).get("id") not in {person.id, ANONYMOUS_ADMIN}:
        raise SandboxError(f"{person.name} did not write message {message_id}.")
    return _edited(world, chat, message, text, "edited_message")


def post(world: World, channel: Chat, text: str) -> Object:
    """A channel's post, and its automatic forward in the linked discussion group."""
    message = world.add_message(channel, {"sender_chat": channel.brief()} | _content(world, text, None))
    world.tell(channel, "channel_post", message)
    for group in list(world.chats.values()):
        if group.linked == channel.id and group.type == "supergroup":
            _forward(world, channel, group, message)
    return message


def edit_post(world: World, channel: Chat, message_id: int, text: str) -> Object:
    """A channel's post changes, and with it the copy in the discussion group."""
    message = _edited(world, channel, _own(world, channel, message_id), text, "edited_channel_post")
    for group in world.chats.values():
        for stored in list(group.messages.values()):
            origin = stored.message.get("forward_origin", {})
            copied = origin.get("chat", {}).get("id") == channel.id and origin["message_id"] == message_id
            if copied and stored.message.get("is_automatic_forward"):
                _edited(world, group, stored.message, text, "edited_message")
    return message


def press(world: World, person: Person, chat: Chat, message_id: int, data: str) -> asyncio.Future[Answer]:
    """A callback query with any data, also such as no button carries; its answer comes in the future."""
    tap = world.taps.add()
    message = world.present(chat, message_id) or {"message_id": message_id, "date": 0, "chat": chat.brief()}
    query = {"id": tap.id, "from": person.user(), "message": message, "chat_instance": str(abs(chat.id)), "data": data}
    world.tell(chat, "callback_query", query)
    return tap.answer


def check_sees(person: Person, chat: Chat) -> None:
    """Nobody taps in a chat they can't see."""
    sees = chat.id == person.id if chat.type == "private" else chat.member(person.id).status in MEMBERS
    if not sees:
        raise SandboxError(f"{person.name} is not in {chat.title!r}.")


def find_button(message: Object, words: str, data: str | None) -> str:
    """The callback data of the button with these words, or with this data."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    wanted = _plain(words)
    if data:
        fits = [button for button in buttons if button.get("callback_data") == data]
    else:
        fits = [button for button in buttons if _plain(button["text"]) == wanted]
    if len(fits) != 1:
        there = ", ".join(repr(button["text"]) for button in buttons) or "none"
        raise SandboxError(f"{len(fits) or 'No'} buttons are {data or words!r}; there are: {there}.")
    if "callback_data" not in fits[0] or "disabled" in fits[0]:
        raise SandboxError(f"The button {fits[0]['text']!r} calls nobody back.")
    return str(fits[0]["callback_data"])


def _plain(words: str) -> str:
    return re.sub(r"^\W+", "", words).strip().casefold()


def thread_fields(chat: Chat, thread: int | None, reply_to: int | None) -> Object:
    """message_thread_id and is_topic_message, as Telegram sets them in forums and under a channel's posts."""
    if chat.forum:
        if thread is not None and thread not in chat.topics:
            raise SandboxError(f"There is no topic {thread} in {chat.title!r}.")
        return {"message_thread_id": thread, "is_topic_message": True} if thread else {}
    root = thread if thread is not None else _root(chat, reply_to)
    return {"message_thread_id": root} if root and chat.type == "supergroup" else {}


def _topic(chat: Chat, thread: int | None) -> int | None:
    """In a forum, a message that answers none answers the one that created its topic."""
    return thread if chat.forum and thread in chat.messages else None


def _root(chat: Chat, reply_to: int | None) -> int | None:
    stored = chat.messages.get(reply_to) if reply_to else None
    return stored.message.get("message_thread_id", reply_to) if stored else None


def _check_may_write(person: Person, chat: Chat) -> None:
    if chat.type == "private":
        if chat.id != person.id:
            raise SandboxError(f"{person.name} can't write in somebody else's private chat.")
        return
    if chat.type == "channel":
        raise SandboxError("People don't write in a channel; use post().")
    member = chat.member(person.id)
    if member.status not in MEMBERS:
        raise SandboxError(f"{person.name} is not in {chat.title!r} ({member.status}); join first.")
    if member.status == "restricted" and not member.rights.get("can_send_messages", False):
        raise SandboxError(f"{person.name} may not write in {chat.title!r}.")


def _sender(world: World, person: Person, chat: Chat, draft: Draft) -> Object:
    if draft.as_channel is not None:
        return _channel_sender(world.chat(draft.as_channel), chat)
    if not draft.anonymous:
        return {"from": person.user()}
    if chat.member(person.id).status not in ADMINS:
        raise SandboxError(f"{person.name} is no administrator of {chat.title!r}, so can't be anonymous there.")
    fake = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    return {"from": fake, "sender_chat": chat.brief()}


def _channel_sender(channel: Chat, chat: Chat) -> Object:
    if channel.id in chat.banned_senders:
        raise SandboxError(f"{channel.title!r} was banned from {chat.title!r}.")
    fake = {"id": CHANNEL_SENDER, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
    return {"from": fake, "sender_chat": channel.brief()}


def _reply(world: World, chat: Chat, reply_to: int | None) -> Object:
    if reply_to is None:
        return {}
    answered = world.present(chat, reply_to)
    if answered is None:
        raise SandboxError(f"There is no message {reply_to} to reply to in {chat.title!r}.")
    return {"reply_to_message": {key: value for key, value in answered.items() if key != "reply_to_message"}}


def _content(world: World, text: str, photo_caption: str | None) -> Object:
    if photo_caption is None:
        return _text(text, "text", "entities", TEXT_LIMIT)
    return {"photo": photo(world, _PIXEL)} | _text(photo_caption, "caption", "caption_entities", CAPTION_LIMIT)


def _text(text: str, name: str, entities_name: str, limit: int) -> Object:
    if not text and name == "text":
        raise SandboxError("Telegram sends no empty text.")
    if len(text) > limit:
        raise SandboxError(f"Telegram takes at most {limit} characters here.")
    found = find_entities(text)
    return ({name: text} if text else {}) | ({entities_name: found} if found else {})


def photo(world: World, content: bytes) -> list[Object]:
    """Keep a picture; returns it as Bot API PhotoSizes."""
    width, height = _dimensions(content)
    file_id = world.add_file(content)
    size = {"file_id": file_id, "file_unique_id": f"u{file_id}", "width": width, "height": height}
    return [size | {"file_size": len(content)}]


def _dimensions(content: bytes) -> tuple[int, int]:
    if content.startswith(b"\x89PNG"):
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
    return 1280, 960


def _own(world: World, chat: Chat, message_id: int) -> Object:
    message = world.present(chat, message_id)
    if message is None:
        raise SandboxError(f"There is no message {message_id} in {chat.title!r}.")
    return message


def _edited(world: World, chat: Chat, message: Object, text: str, kind: str) -> Object:
    name, entities, limit = (
        ("caption", "caption_entities", CAPTION_LIMIT) if "photo" in message else ("text", "entities", TEXT_LIMIT)
    )
    kept = {key: value for key, value in message.items() if key not in {name, entities}}
    changed = kept | _text(text, name, entities, limit) | {"edit_date": int(world.clock.now())}
    world.change_message(chat, message["message_id"], changed)
    world.tell(chat, kind, changed)
    return changed


def _forward(world: World, channel: Chat, group: Chat, post: Object) -> None:
    telegram = {"id": TELEGRAM, "is_bot": False, "first_name": "Telegram"}
    origin: dict[str, Any] = {
        "type": "channel",
        "chat": channel.brief(),
        "message_id": post["message_id"],
        "date": post["date"],
    }
    content = {key: post[key] for key in ("text", "entities", "photo", "caption", "caption_entities") if key in post}
    copy = {"from": telegram, "sender_chat": channel.brief(), "forward_origin": origin, "is_automatic_forward": True}
    message = world.add_message(group, copy | content)
    world.tell(group, "message", message)
