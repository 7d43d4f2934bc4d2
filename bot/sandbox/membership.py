"""Who is in which chat, and as what; every change reaches the bot as Telegram tells it."""

from bot.sandbox.access import ADMINS, own_rights
from bot.sandbox.errors import SandboxError
from bot.sandbox.world import Chat, Member, Object, Person, World

SUPERGROUPS = -1_000_000_000_000
"""Ids of supergroups and channels are below this."""
OWNER = Person(999, "Owner", "sandbox_owner")
"""Whoever adds, promotes and removes the bot."""


def add_group(world: World, chat_id: int, title: str, forum: bool, linked: int) -> Chat:
    if chat_id >= 0:
        raise SandboxError("A group's id is negative: -100... for a supergroup.")
    kind = "supergroup" if chat_id < SUPERGROUPS else "group"
    if forum and kind == "group":
        raise SandboxError("Only a supergroup (id -100...) can be a forum.")
    if linked:
        world.chat(linked)
    chat = world.add_chat(Chat(chat_id, kind, title, forum=forum, linked=linked))
    set_bot_status(world, chat, "administrator")
    return chat


def add_channel(world: World, chat_id: int, title: str, bot: bool) -> Chat:
    if chat_id >= SUPERGROUPS:
        raise SandboxError("A channel's id is -100...")
    chat = world.add_chat(Chat(chat_id, "channel", title))
    if bot:
        set_bot_status(world, chat, "administrator")
    return chat


def add_topic(world: World, chat: Chat, name: str, creator: Object) -> int:
    """Returns the new topic's message_thread_id."""
    if not chat.forum:
        raise SandboxError(f"{chat.title!r} is no forum.")
    created = {"name": name, "icon_color": 7322096}
    message = world.add_message(chat, {"from": creator, "forum_topic_created": created})
    thread = int(message["message_id"])
    chat.topics[thread] = name
    place = {"message_thread_id": thread, "is_topic_message": True}
    world.change_message(chat, thread, message | place)
    return thread


def set_rights(world: World, chat: Chat, rights: dict[str, bool]) -> None:
    if unknown := rights.keys() - own_rights(chat, {}).keys():
        raise SandboxError(f"There is no right {min(unknown)!r} in a {chat.type}.")
    before = chat.member(world.bot.id)
    _set_bot(world, chat, Member("administrator", before.rights | rights))


def set_bot_status(world: World, chat: Chat, status: str) -> None:
    _set_bot(world, chat, Member(status))


def _set_bot(world: World, chat: Chat, after: Member) -> None:
    before = chat.member(world.bot.id)
    chat.members[world.bot.id] = after
    world.updates.put("my_chat_member", _change(world, chat, world.bot, before, after, OWNER))
    world.changes.publish({"type": "chat", "chat": chat.brief()})


def join(world: World, person: Person, chat: Chat, quietly: bool) -> None:
    if chat.type == "private":
        raise SandboxError("Nobody joins a private chat.")
    if chat.member(person.id).status == "kicked":
        raise SandboxError(f"{person.name} was banned from {chat.title!r}.")
    if chat.member(person.id).status in {"creator", "administrator", "member", "restricted"}:
        return
    set_member(world, chat, person, Member())
    if not quietly:
        _say(world, chat, person, {"new_chat_members": [person.user()]})


def leave(world: World, person: Person, chat: Chat) -> None:
    set_member(world, chat, person, Member("left"))
    _say(world, chat, person, {"left_chat_member": person.user()})


def promote(world: World, person: Person, chat: Chat, owner: bool) -> None:
    set_member(world, chat, person, Member("creator" if owner else "administrator"))


def set_member(world: World, chat: Chat, person: Person, after: Member, by: Person | None = None) -> None:
    """Somebody's standing changes; the bot hears of it if it is an administrator and asked for chat_member."""
    before = chat.member(person.id)
    chat.members[person.id] = after
    if chat.member(world.bot.id).status in ADMINS:
        world.updates.put("chat_member", _change(world, chat, person, before, after, by or person))
    world.changes.publish({"type": "chat", "chat": chat.brief()})


def block(world: World, person: Person) -> None:
    person.blocked = True
    chat = world.chat(person.id)
    world.updates.put("my_chat_member", _change(world, chat, world.bot, Member(), Member("kicked"), person))


def migrate(world: World, chat: Chat) -> int:
    if chat.type != "group" or chat.migrated_to:
        raise SandboxError(f"{chat.title!r} is no basic group.")
    new = Chat(SUPERGROUPS - world.rng.randrange(10**9, 2 * 10**9), "supergroup", chat.title)
    new.members = dict(chat.members)
    world.add_chat(new)
    _say(world, chat, OWNER, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    _say(world, new, OWNER, {"migrate_from_chat_id": chat.id})
    return new.id


def describe_member(chat: Chat, user: Object, member: Member) -> Object:
    """As a Bot API ChatMember."""
    told: Object = {"status": member.status, "user": user}
    if member.status in ADMINS:
        told["is_anonymous"] = False
    if member.status == "administrator":
        told |= {"can_be_edited": False} | own_rights(chat, member.rights)
    if member.status == "restricted":
        told |= {"is_member": True, "until_date": member.until} | _permissions(member.rights)
    if member.status == "kicked":
        told["until_date"] = member.until
    return told


PERMISSIONS = (
    *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos"),
    *("can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages"),
    *("can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users"),
    *("can_pin_messages", "can_manage_topics"),
)


def _permissions(rights: dict[str, bool]) -> dict[str, bool]:
    return {name: rights.get(name, False) for name in PERMISSIONS}


def _change(world: World, chat: Chat, person: Person, before: Member, after: Member, by: Person) -> Object:
    return {
        "chat": chat.brief(),
        "from": by.user(),
        "date": int(world.clock.now()),
        "old_chat_member": describe_member(chat, person.user(), before),
        "new_chat_member": describe_member(chat, person.user(), after),
    }


def _say(world: World, chat: Chat, person: Person, fields: Object) -> None:
    message = world.add_message(chat, {"from": person.user()} | fields)
    world.tell(chat, "message", message)
