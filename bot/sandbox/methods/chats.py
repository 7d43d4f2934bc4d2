"""What the bot asks about chats, and what it does with their members."""

from bot.sandbox import membership
from bot.sandbox.access import ADMINS, check_restrict, has_right, reach
from bot.sandbox.errors import BadRequest
from bot.sandbox.methods.registry import method
from bot.sandbox.schema import Params
from bot.sandbox.world import Chat, Member, Object, Person, World

_FOR_EVER = (30, 366 * 24 * 3600)
"""Seconds from now: an until_date below or above these means for ever (Bot API, banChatMember)."""


@method
async def get_chat(world: World, params: Params) -> Object:
    chat = reach(world, params["chat_id"])
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = chat.brief() | {"accent_color_id": 0, "max_reaction_count": 11}
    full["accepted_gift_types"] = dict.fromkeys(gifts, False)
    if linked := chat.linked or _discussion(world, chat):
        full["linked_chat_id"] = linked
    if chat.pinned and (pinned := world.present(chat, chat.pinned[-1])):
        full["pinned_message"] = pinned
    return full


def _discussion(world: World, channel: Chat) -> int:
    return next((chat.id for chat in world.chats.values() if chat.linked == channel.id), 0)


@method
async def get_chat_member(world: World, params: Params) -> Object:
    chat = _group(world, params)
    person = _user(world, params["user_id"])
    return membership.describe_member(chat, person.user(), chat.member(person.id))


@method
async def get_chat_administrators(world: World, params: Params) -> list[Object]:
    chat = _group(world, params)
    admins = [(user_id, member) for user_id, member in chat.members.items() if member.status in ADMINS]
    return [membership.describe_member(chat, _user(world, user_id).user(), member) for user_id, member in admins]


@method
async def get_chat_member_count(world: World, params: Params) -> int:
    chat = _group(world, params)
    return sum(member.status not in {"left", "kicked"} for member in chat.members.values())


@method
async def ban_chat_member(world: World, params: Params) -> bool:
    chat, person = _target(world, params)
    until = _until(world, params)
    membership.set_member(world, chat, person, Member("kicked", until=until), world.bot)
    if chat.type == "supergroup" or params.get("revoke_messages"):
        _revoke(world, chat, person.id)
    return True


@method
async def unban_chat_member(world: World, params: Params) -> bool:
    chat, person = _target(world, params)
    if chat.member(person.id).status == "kicked" or not params.get("only_if_banned"):
        membership.set_member(world, chat, person, Member("left"), world.bot)
    return True


@method
async def restrict_chat_member(world: World, params: Params) -> bool:
    chat, person = _target(world, params)
    if chat.type != "supergroup":
        raise BadRequest("method is available only for supergroups")
    rights = {name: bool(value) for name, value in params["permissions"].items()}
    free = all(rights.get(name) for name in membership.PERMISSIONS[:10])
    restricted = Member("restricted", rights, _until(world, params))
    membership.set_member(world, chat, person, Member() if free else restricted, world.bot)
    return True


@method
async def ban_chat_sender_chat(world: World, params: Params) -> bool:
    chat = _restricting(world, params)
    if params["sender_chat_id"] == chat.id:
        raise BadRequest("can't ban the chat itself: an anonymous administrator wrote this")
    chat.banned_senders.add(params["sender_chat_id"])
    return True


@method
async def unban_chat_sender_chat(world: World, params: Params) -> bool:
    _restricting(world, params).banned_senders.discard(params["sender_chat_id"])
    return True


@method
async def leave_chat(world: World, params: Params) -> bool:
    chat = _group(world, params)
    chat.members[world.bot.id] = Member("left")
    world.changes.publish({"type": "chat", "chat": chat.brief()})
    return True


@method
async def pin_chat_message(world: World, params: Params) -> bool:
    chat = reach(world, params["chat_id"])
    if world.present(chat, params["message_id"]) is None:
        raise BadRequest("message to pin not found")
    _check_pin(world, chat)
    chat.pinned = [number for number in chat.pinned if number != params["message_id"]] + [params["message_id"]]
    return True


@method
async def unpin_chat_message(world: World, params: Params) -> bool:
    chat = reach(world, params["chat_id"])
    _check_pin(world, chat)
    unpinned = params.get("message_id", chat.pinned[-1] if chat.pinned else 0)
    if unpinned not in chat.pinned:
        raise BadRequest("message to unpin not found")
    chat.pinned.remove(unpinned)
    return True


def _check_pin(world: World, chat: Chat) -> None:
    if chat.type != "private" and not has_right(chat, world.bot.id, "can_pin_messages"):
        raise BadRequest("not enough rights to manage pinned messages in the chat")


def _group(world: World, params: Params) -> Chat:
    chat = reach(world, params["chat_id"])
    if chat.type == "private":
        raise BadRequest("there are no administrators in the private chat")
    return chat


def _restricting(world: World, params: Params) -> Chat:
    chat = _group(world, params)
    if not has_right(chat, world.bot.id, "can_restrict_members"):
        raise BadRequest("not enough rights to restrict/unrestrict chat member")
    return chat


def _target(world: World, params: Params) -> tuple[Chat, Person]:
    chat, person = _group(world, params), _user(world, params["user_id"])
    check_restrict(world, chat, person.id)
    return chat, person


def _user(world: World, user_id: int) -> Person:
    person = world.bot if user_id == world.bot.id else world.people.get(user_id)
    if person is None:
        raise BadRequest("PARTICIPANT_ID_INVALID")
    return person


def _until(world: World, params: Params) -> int:
    until = int(params.get("until_date", 0))
    shortest, longest = _FOR_EVER
    return until if shortest <= until - world.clock.now() <= longest else 0


def _revoke(world: World, chat: Chat, user_id: int) -> None:
    for message in [stored.message for stored in chat.messages.values()]:
        if message.get("from", {}).get("id") == user_id:
            world.remove_message(chat, message["message_id"])
