"""The sandbox's Telegram: people, chats and messages, and what each change sends to the bot and to the page."""

import random
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.clock import Clock
from bot.sandbox.errors import SandboxError
from bot.sandbox.limits import Limits
from bot.sandbox.taps import Taps
from bot.sandbox.updates import Updates

Object = dict[str, Any]
"""A Bot API object as JSON."""

TELEGRAM = 777000
ANONYMOUS_ADMIN = 1087968824
CHANNEL_SENDER = 136817688
"""Telegram's own fake users: automatic forwards, anonymous administrators, people who write as a channel."""
KEPT = 20_000
"""Messages a chat keeps; the oldest go first."""
KEPT_FILES = 1000


@dataclass
class Person:
    """Somebody who plays along; `started`: they wrote to the bot in private; `note`: what they are, for the page."""

    id: int
    name: str
    username: str = ""
    started: bool = False
    blocked: bool = False
    is_bot: bool = False
    note: str = ""

    def user(self) -> Object:
        """As a Bot API User."""
        user: Object = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        return user | ({"username": self.username} if self.username else {"language_code": "en"})


@dataclass
class Member:
    """What somebody is in a chat, with the rights or restrictions that differ from the usual."""

    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    until: int = 0


@dataclass
class Stored:
    """A message with all versions of its text; `message` is replaced, never changed."""

    message: Object
    versions: list[str]


@dataclass
class Chat:
    """One chat and everything in it."""

    id: int
    type: str
    title: str
    username: str = ""
    forum: bool = False
    linked: int = 0
    members: dict[int, Member] = field(default_factory=dict)
    banned_senders: set[int] = field(default_factory=set)
    messages: dict[int, Stored] = field(default_factory=dict)
    gone: dict[int, Stored] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int = 0
    next_id: int = 1

    def brief(self) -> Object:
        """As a Bot API Chat."""
        name = {"first_name": self.title} if self.type == "private" else {"title": self.title}
        chat: Object = {"id": self.id, "type": self.type} | name
        if self.username:
            chat["username"] = self.username
        return chat | ({"is_forum": True} if self.forum else {})

    def member(self, user_id: int) -> Member:
        return self.members.get(user_id, Member("left"))


class World:
    """Everything that Telegram knows, and the wires out of it."""

    def __init__(self, bot: Person, clock: Clock, seed: int) -> None:
        self.bot = bot
        self.clock = clock
        self.rng = random.Random(seed)  # noqa: S311 (repeatable ids, no secrets)
        self.limits = Limits(clock)
        self.updates = Updates(clock, self.rng)
        self.changes = Changes()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, bytes] = {}
        self._file_count = 0
        self.commands: dict[tuple[str, str], list[Object]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.taps: Taps = Taps(clock, self.rng)
        self._shared_id = self.rng.randrange(100, 1000)

    def person(self, person_id: int) -> Person:
        if person_id not in self.people:
            raise SandboxError(f"There is no person {person_id}; add_person first.")
        return self.people[person_id]

    def chat(self, chat_id: int) -> Chat:
        if chat_id not in self.chats:
            raise SandboxError(f"There is no chat {chat_id}; add_group, add_channel or add_person first.")
        return self.chats[chat_id]

    def add_chat(self, chat: Chat) -> Chat:
        if chat.id in self.chats:
            raise SandboxError(f"There is a chat {chat.id} already.")
        self.chats[chat.id] = chat
        chat.next_id = self.rng.randrange(2, 50)
        self.changes.publish({"type": "chat", "chat": chat.brief()})
        return chat

    def present(self, chat: Chat, message_id: int) -> Object | None:
        stored = chat.messages.get(message_id)
        return stored.message if stored else None

    def add_message(self, chat: Chat, fields: Object) -> Object:
        """Store a message with the next id; the bot is not told (see `tell`)."""
        message: Object = {"message_id": self._take_id(chat), "date": int(self.clock.now()), "chat": chat.brief()}
        message |= fields
        chat.messages[message["message_id"]] = Stored(message, [_text(message)])
        if len(chat.messages) > KEPT:
            chat.messages.pop(next(iter(chat.messages)))
        self.changes.publish({"type": "message", "message": message})
        return message

    def change_message(self, chat: Chat, message_id: int, message: Object) -> Object:
        """Put a new version in a message's place."""
        stored = chat.messages[message_id]
        chat.messages[message_id] = Stored(message, [*stored.versions, _text(message)])
        self.changes.publish({"type": "edited", "message": message})
        return message

    def remove_message(self, chat: Chat, message_id: int) -> None:
        chat.gone[message_id] = chat.messages.pop(message_id)
        chat.pinned = [pinned for pinned in chat.pinned if pinned != message_id]
        if len(chat.gone) > KEPT:
            chat.gone.pop(next(iter(chat.gone)))
        self.changes.publish({"type": "deleted", "chat_id": chat.id, "message_id": message_id})

    def tell(self, chat: Chat, kind: str, payload: Object) -> None:
        """Queue an update for the bot, if it can see the chat."""
        if chat.type == "private" or chat.member(self.bot.id).status in {"creator", "administrator", "member"}:
            self.updates.put(kind, payload)

    def add_file(self, content: bytes) -> str:
        """Keep a file; returns its file_id."""
        self._file_count += 1
        file_id = f"sandbox-file-{self._file_count}"
        self.files[file_id] = content
        if len(self.files) > KEPT_FILES:
            self.files.pop(next(iter(self.files)))
        return file_id

    def _take_id(self, chat: Chat) -> int:
        if chat.type in {"supergroup", "channel"}:
            chat.next_id += 1
            return chat.next_id
        self._shared_id += 1
        return self._shared_id


def _text(message: Object) -> str:
    return str(message.get("text", message.get("caption", "")))
