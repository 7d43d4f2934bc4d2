"""Everything there is in the sandbox as JSON, for the chat page and for other processes."""

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from bot.sandbox.methods.profile import commands_for
from bot.sandbox.world import Chat, Object, World

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_MESSAGES = 300  # the newest of each chat; the page shows no more
_GONE = 50


def describe_state(sandbox: "Sandbox", world: World, query: Mapping[str, str]) -> Object:
    """Bot, people and chats with their newest messages; with ?person_id=... also that person's command menus."""
    person_id = int(query["person_id"]) if query.get("person_id", "").isdigit() else 0
    return {
        "bot": sandbox.bot,
        "token": sandbox.token,
        "speed": sandbox.clock.speed,
        "now": sandbox.clock.now(),
        "people": [
            person.user() | {"started": person.started, "note": person.note} for person in world.people.values()
        ],
        "chats": [_chat(world, chat) | _menu(world, chat, person_id) for chat in world.chats.values()],
    }


def _chat(world: World, chat: Chat) -> Object:
    present = islice(reversed(chat.messages.values()), _MESSAGES)
    gone = [stored.message | {"deleted": True} for stored in islice(reversed(chat.gone.values()), _GONE)]
    messages = [stored.message for stored in present] + gone
    return chat.brief() | {
        "linked_chat_id": chat.linked,
        "migrated_to": chat.migrated_to,
        "topics": chat.topics,
        "pinned": chat.pinned,
        "members": {user_id: member.status for user_id, member in chat.members.items()},
        "messages": sorted(messages, key=lambda message: int(message["message_id"])),
    }


def _menu(world: World, chat: Chat, person_id: int) -> Object:
    return {"commands": commands_for(world, chat.id, person_id)} if person_id else {}
