"""Sandbox: a Telegram of one's own, with its Bot API on loopback, and hands to play the people in it."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

from bot.sandbox import acting, membership
from bot.sandbox.api import Api
from bot.sandbox.app import build_app
from bot.sandbox.calls import Answer, Call, Problem
from bot.sandbox.clock import Clock
from bot.sandbox.controls import build_controls
from bot.sandbox.dump import describe
from bot.sandbox.errors import SandboxError
from bot.sandbox.faults import KINDS, Faults
from bot.sandbox.journal import Journal
from bot.sandbox.listener import HOST, Listener
from bot.sandbox.methods.polling import me
from bot.sandbox.methods.profile import commands_for
from bot.sandbox.world import Chat, Object, Person, World

T = TypeVar("T")
BOT_ID = 1000000000


class Sandbox:
    """`async with Sandbox() as sandbox:` serves on 127.0.0.1. All acts are visible to the bot at once.

    port: 0 picks a free one. speed: how many times faster than real time its clock runs (limits, 48 hours, expiry of
    taps, dates; retry_after stays in real seconds). seed: of ids and of the token. What people can't do raises
    SandboxError.
    """

    def __init__(self, port: int = 0, speed: float = 1.0, seed: int = 0) -> None:
        self.clock = Clock(speed)
        self._world = World(Person(BOT_ID, "Flagdesk", "flagdesk_sandbox_bot", is_bot=True), self.clock, seed)
        self._journal = Journal(self.clock)
        self._faults = Faults()
        self._api = Api(self._world, _token(self._world), self._journal, self._faults)
        self._listener = Listener(build_app(self._world, self._api, self._cut, build_controls(self, self._world)), port)

    async def __aenter__(self) -> Self:
        await self._listener.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._world.updates.close()
        self._world.changes.close()
        await self._listener.stop()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._listener.port}"

    @property
    def token(self) -> str:
        return self._api.token

    @property
    def bot(self) -> Object:
        """The bot's own user, as getMe tells it."""
        return me(self._world)

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot so far (the last 100,000)."""
        return list(self._journal.calls)

    @property
    def violations(self) -> list[Call]:
        """Calls that broke the sandbox's own limits (429 without an injected fault)."""
        return list(self._journal.violations)

    @property
    def problems(self) -> list[Problem]:
        """Calls that are wrong whatever the state: unknown parameter, wrong type, broken HTML, no such support."""
        return list(self._journal.problems)

    @property
    def waiting(self) -> bool:
        """The bot is waiting for updates in a long poll."""
        return self._world.updates.waiting

    def revoke(self) -> None:
        """From now on the token is 401."""
        self._api.revoked = True

    def add_person(self, id: int, name: str, username: str = "", note: str = "") -> Object:
        """note: what they are ("Moderator"); only the page tells it, above the name."""
        person = self._world.people[id] = Person(id, name, username, note=note)
        self._world.add_chat(Chat(id, "private", name, username))
        return person.user()

    def add_group(self, id: int, title: str, forum: bool = False, linked_channel: int | None = None) -> Object:
        """A supergroup (id -100...) or a basic group; the bot is an administrator of it."""
        return membership.add_group(self._world, id, title, forum, linked_channel or 0).brief()

    def add_channel(self, id: int, title: str, bot: bool = False) -> Object:
        """A channel; `bot`: the bot is an administrator of the channel too."""
        return membership.add_channel(self._world, id, title, bot).brief()

    def add_topic(self, chat_id: int, name: str) -> int:
        """A forum topic; returns its message_thread_id."""
        return membership.add_topic(self._world, self._world.chat(chat_id), name, self._world.bot.user())

    def set_rights(self, chat_id: int, **rights: bool) -> None:
        """Give or take rights of the bot as an administrator: set_rights(chat, can_delete_messages=False)."""
        membership.set_rights(self._world, self._world.chat(chat_id), rights)

    def demote(self, chat_id: int) -> None:
        """The bot becomes a plain member."""
        membership.set_bot_status(self._world, self._world.chat(chat_id), "member")

    def kick(self, chat_id: int) -> None:
        """Somebody removes the bot."""
        membership.set_bot_status(self._world, self._world.chat(chat_id), "kicked")

    def join(self, person_id: int, chat_id: int, quietly: bool = False) -> None:
        """quietly: no message says so, as if they had been there for long."""
        membership.join(self._world, self._world.person(person_id), self._world.chat(chat_id), quietly)

    def leave(self, person_id: int, chat_id: int) -> None:
        membership.leave(self._world, self._world.person(person_id), self._world.chat(chat_id))

    def promote(self, person_id: int, chat_id: int, owner: bool = False) -> None:
        membership.promote(self._world, self._world.person(person_id), self._world.chat(chat_id), owner)

    def block(self, person_id: int) -> None:
        """A person blocks the bot; writing to it again unblocks it."""
        membership.block(self._world, self._world.person(person_id))

    def migrate(self, chat_id: int) -> int:
        """A basic group becomes a supergroup; returns the new id."""
        return membership.migrate(self._world, self._world.chat(chat_id))

    def send(
        self,
        person_id: int,
        chat_id: int,
        text: str,
        reply_to: int | None = None,
        thread: int | None = None,
        photo_caption: str | None = None,
        anonymous: bool = False,
        album: str = "",
        as_channel: int | None = None,
    ) -> Object:
        """A person writes; in private chat_id == person_id.

        photo_caption sends a photo instead of the text; anonymous: as an anonymous administrator; as_channel: in the
        name of a channel of theirs; album: the media_group_id that the photos of an album share.
        """
        person, chat = self._world.person(person_id), self._world.chat(chat_id)
        draft = acting.Draft(text, reply_to, thread, photo_caption, anonymous, album, as_channel)
        return acting.send(self._world, person, chat, draft)

    def edit(self, person_id: int, chat_id: int, message_id: int, text: str) -> Object:
        return acting.edit(self._world, self._world.person(person_id), self._world.chat(chat_id), message_id, text)

    def post(self, channel_id: int, text: str) -> Object:
        """A channel's post; the linked group gets its automatic forward."""
        return acting.post(self._world, self._world.chat(channel_id), text)

    def edit_post(self, channel_id: int, message_id: int, text: str) -> Object:
        return acting.edit_post(self._world, self._world.chat(channel_id), message_id, text)

    def erase(self, chat_id: int, message_id: int) -> None:
        """Somebody (not the bot) deletes a message; Telegram does not tell the bot."""
        self._world.remove_message(self._world.chat(chat_id), self.message(chat_id, message_id)["message_id"])

    async def tap(
        self,
        person_id: int,
        chat_id: int,
        message_id: int,
        button: str = "",
        data: str | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109 (real seconds, part of what callers rely on)
    ) -> Answer:
        """Press a button by its words (symbols before them don't matter) or its data; returns the bot's answer.

        Raises SandboxError when there is no such button, TimeoutError when no answer comes.
        """
        acting.check_sees(self._world.person(person_id), self._world.chat(chat_id))
        data = acting.find_button(self.message(chat_id, message_id), button, data)
        return await self.forge(person_id, chat_id, message_id, data, timeout)

    async def forge(
        self,
        person_id: int,
        chat_id: int,
        message_id: int,
        data: str,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Answer:
        """Send a tap that no button carries (as a modified client can); otherwise like tap."""
        person, chat = self._world.person(person_id), self._world.chat(chat_id)
        pressed = acting.press(self._world, person, chat, message_id, data)
        await self.wait_for(pressed.done, timeout)
        return pressed.result()

    def messages(self, chat_id: int) -> list[Object]:
        """Messages that are there, as Bot API Message objects, newest last. A change makes a new object."""
        return [stored.message for stored in self._world.chat(chat_id).messages.values()]

    def message(self, chat_id: int, message_id: int) -> Object:
        message = self._world.present(self._world.chat(chat_id), message_id)
        if message is None:
            raise SandboxError(f"There is no message {message_id} in chat {chat_id} (any more).")
        return message

    def deleted(self, chat_id: int) -> set[int]:
        return set(self._world.chat(chat_id).gone)

    def commands(self, person_id: int, chat_id: int) -> list[Object]:
        """The bot's command menu as this person sees it in this chat."""
        return commands_for(self._world, self._world.chat(chat_id).id, person_id)

    def history(self, chat_id: int, message_id: int) -> list[str]:
        """All versions of a message's text or caption, oldest first, also of a deleted one."""
        chat = self._world.chat(chat_id)
        stored = chat.messages.get(message_id) or chat.gone.get(message_id)
        if stored is None:
            raise SandboxError(f"There never was a message {message_id} in chat {chat_id}.")
        return list(stored.versions)

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:  # noqa: ASYNC109
        """The predicate's first true value; TimeoutError after `timeout` real seconds shows what there is instead."""
        try:
            return await self._world.changes.wait_for(predicate, timeout)
        except TimeoutError:
            raise TimeoutError(f"Nothing after {timeout} s.\n{describe(self._world, self._journal)}") from None

    def fault(
        self,
        method: str = "*",
        share: float = 0.3,
        kinds: Sequence[str] = KINDS,
        seed: int = 1,
    ) -> None:
        """Let this share of the calls of a method ("*": all) meet one of these faults."""
        self._faults.add(method, share, kinds, seed)

    def clear_faults(self) -> None:
        self._faults.clear()

    def duplicate_updates(self, share: float) -> None:
        """Hand out this share of the updates once more after they were confirmed."""
        self._world.updates.duplicate(share)

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock forward."""
        self.clock.advance(seconds)

    def _cut(self, client: tuple[str, int]) -> None:
        self._listener.cut(client)


def _token(world: World) -> str:
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    secret = "SANDBOX" + "".join(world.rng.choice(letters) for _ in range(28))
    return f"{world.bot.id}:{secret}"
