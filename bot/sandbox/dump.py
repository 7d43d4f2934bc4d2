"""Shows what there is in the sandbox, for a test that waited in vain."""

from bot.sandbox.journal import Journal
from bot.sandbox.world import Chat, Object, World

_MESSAGES = 5
_CALLS = 12


def describe(world: World, journal: Journal) -> str:
    """The last messages of every chat, the last calls, and what was wrong."""
    chats = [line for chat in world.chats.values() if chat.messages for line in _chat(chat)]
    calls = [f"  {call.method} {call.status} {call.fault} {call.description}" for call in journal.calls][-_CALLS:]
    wrong = [f"  {problem}" for problem in journal.problems][-_CALLS:]
    limits = [f"Limits broken: {len(journal.violations)}; updates not confirmed: {world.updates.count()}"]
    return "\n".join([*chats, "Last calls:", *calls, "Problems:", *wrong, *limits])


def _chat(chat: Chat) -> list[str]:
    lines = [_message(stored.message) for stored in list(chat.messages.values())[-_MESSAGES:]]
    return [f"Chat {chat.id} {chat.title!r}, {len(chat.messages)} messages, {len(chat.gone)} deleted:", *lines]


def _message(message: Object) -> str:
    sender: Object = message.get("from") or message["sender_chat"]
    name = sender.get("first_name") or sender["title"]
    text = str(message.get("text") or message.get("caption") or "(no text)")
    markup: Object = message.get("reply_markup") or {"inline_keyboard": []}
    buttons = "".join(f" [{button['text']}]" for row in markup["inline_keyboard"] for button in row)
    return f"  {message['message_id']} {name}: {text[:200]!r}{buttons}"
