"""What the bot may do in a chat: each check raises what Telegram answers."""

from bot.sandbox.errors import BadRequest, Forbidden
from bot.sandbox.world import Chat, Person, World

ADMIN_RIGHTS = (
    *("can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    *("can_delete_stories", "can_send_welcome_messages", "can_pin_messages", "can_manage_topics"),
    *("can_post_messages", "can_edit_messages", "can_manage_direct_messages", "can_manage_tags"),
)
_CHANNEL_RIGHTS = {"can_post_messages", "can_edit_messages", "can_manage_direct_messages"}
_GROUP_RIGHTS = {"can_pin_messages", "can_manage_topics", "can_manage_tags"}
ADMINS = {"creator", "administrator"}


def reach(world: World, chat_id: int | str) -> Chat:
    """The chat of a bot's call, if the bot may act there; raises what Telegram answers otherwise."""
    chat = world.chats.get(chat_id) if isinstance(chat_id, int) else _named(world, chat_id)
    if chat is None:
        raise BadRequest("chat not found")
    check_access(world, chat)
    return chat


def _named(world: World, name: str) -> Chat | None:
    wanted = name.removeprefix("@").lower()
    public = (chat for chat in world.chats.values() if chat.username and chat.type != "private")
    return next((chat for chat in public if chat.username.lower() == wanted), None)


def check_access(world: World, chat: Chat) -> None:
    """The bot may see and write in this chat."""
    if chat.migrated_to:
        raise BadRequest("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.type == "private":
        _check_private(world.people[chat.id])
        return
    status = chat.member(world.bot.id).status
    if status == "kicked":
        raise Forbidden(f"bot was kicked from the {chat.type} chat")
    if status == "left":
        raise Forbidden(f"bot is not a member of the {chat.type} chat")


def _check_private(person: Person) -> None:
    if person.is_bot:
        raise Forbidden("bot can't send messages to bots")
    if person.blocked:
        raise Forbidden("bot was blocked by the user")
    if not person.started:
        raise Forbidden("bot can't initiate conversation with a user")


def has_right(chat: Chat, user_id: int, right: str) -> bool:
    """Administrators have a right unless it was taken from them."""
    member = chat.member(user_id)
    return member.status == "creator" or (member.status == "administrator" and member.rights.get(right, True))


def check_post(world: World, chat: Chat) -> None:
    """The bot may write here: in a channel this is a right, in a group it can be taken away."""
    if chat.type == "channel" and not has_right(chat, world.bot.id, "can_post_messages"):
        raise BadRequest("need administrator rights in the channel chat")
    member = chat.member(world.bot.id)
    if member.status == "restricted" and not member.rights.get("can_send_messages", True):
        raise BadRequest("not enough rights to send text messages to the chat")


def check_restrict(world: World, chat: Chat, user_id: int) -> None:
    """The bot may ban or restrict this user here."""
    if chat.type == "private":
        raise BadRequest("can't ban members in private chats")
    if not has_right(chat, world.bot.id, "can_restrict_members"):
        raise BadRequest("not enough rights to restrict/unrestrict chat member")
    if user_id == world.bot.id:
        raise BadRequest("can't restrict self")
    if chat.member(user_id).status == "creator":
        raise BadRequest("can't remove chat owner")
    if chat.member(user_id).status == "administrator":
        raise BadRequest("user is an administrator of the chat")


def own_rights(chat: Chat, rights: dict[str, bool]) -> dict[str, bool]:
    """All rights of an administrator of this kind of chat, as getChatMember tells them."""
    left_out = _GROUP_RIGHTS if chat.type == "channel" else _CHANNEL_RIGHTS
    return {right: rights.get(right, True) for right in ADMIN_RIGHTS if right not in left_out}
