"""Checks at Telegram: the token works, and the bot may do in each chat what it is there for."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

from bot.checks import Finding
from bot.settings import Settings, SourceSettings
from bot.telegram.texts import clean

SECONDS = 10
ABSENT = {"left", "kicked"}


class Refused(Exception):
    """The Bot API said no; its own words."""


async def check(settings: Settings) -> AsyncIterator[Finding]:
    """The token, the moderators' chat, then each source."""
    token = settings.bot_token.get_secret_value()
    if not token:
        yield Finding("Token", "is not set", "Get one from @BotFather and write it as bot_token (flagdesk init).")
        return
    async with httpx.AsyncClient(base_url=f"{settings.telegram_api}/bot{token}/", timeout=SECONDS) as client:
        try:
            me = await _call(client, "getMe")
        except Refused as error:
            yield Finding("Token", f"is refused: {error}", "Copy it again from @BotFather, or get a new one there.")
            return
        except httpx.HTTPError as error:
            said = f"no answer from {settings.telegram_api} ({type(error).__name__})"
            yield Finding("Token", said, "Check this machine's connection, proxy and firewall, or telegram_api.")
            return
        yield Finding("Token", f"works: @{me['username']}")
        seen = [] if settings.owner_id and settings.chat_id else await _seen(client)
        yield _owner(settings, seen)
        yield await _moderators(client, me, settings, seen)
        for source in settings.sources:
            yield await _source(client, me, source)


async def _seen(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The chats in which somebody wrote lately. Asked without an offset, Telegram forgets nothing by it."""
    try:
        updates = await _call(client, "getUpdates", limit=100)
    except (Refused, httpx.HTTPError):
        return []
    chats = {said["chat"]["id"]: said["chat"] for update in updates if (said := update.get("message"))}
    return list(chats.values())


def _owner(settings: Settings, seen: list[dict[str, Any]]) -> Finding:
    if settings.owner_id is not None:
        return Finding("Owner", str(settings.owner_id))
    people = ", ".join(f"{chat['id']} ({clean(chat.get('first_name', ''))})" for chat in seen if chat["id"] > 0)
    advice = "Write to the bot in private and run this again: it tells your id then."
    return Finding("Owner", "is not set", f"Set owner_id; these wrote to the bot: {people}." if people else advice)


async def _moderators(
    client: httpx.AsyncClient, me: dict[str, Any], settings: Settings, seen: list[dict[str, Any]]
) -> Finding:
    name = "Moderators' chat"
    if settings.chat_id is None:
        groups = ", ".join(f"{chat['id']} ({clean(chat.get('title', ''))})" for chat in seen if chat["id"] < 0)
        advice = "Add the bot to the chat, write /id there and run this again: it tells the chat's id then."
        return Finding(name, "is not set", f"Set chat_id; the bot saw these: {groups}." if groups else advice)
    try:
        member = await _member(client, settings.chat_id, me)
    except (Refused, httpx.HTTPError) as error:
        return Finding(name, f"can't be reached: {_words(error)}", "Add the bot to the chat, and check chat_id.")
    if member["status"] in ABSENT:
        return Finding(name, "the bot is not in it", "Add the bot to the chat.")
    if member["status"] == "restricted" and not member.get("can_send_messages"):
        return Finding(name, "the bot may not write there", "Allow it to send messages.")
    return Finding(name, "the bot is in it and may write")


async def _source(client: httpx.AsyncClient, me: dict[str, Any], source: SourceSettings) -> Finding:
    name = f"Source {source.name}"
    try:
        member = await _member(client, source.chat_id, me)
    except (Refused, httpx.HTTPError) as error:
        return Finding(name, f"can't be reached: {_words(error)}", "Add the bot to the group, and check its chat_id.")
    if member["status"] in ABSENT:
        return Finding(name, "the bot is not in it", "Add the bot to the group.")
    reads = member["status"] in ("administrator", "creator") or me.get("can_read_all_group_messages")
    if not reads:
        return Finding(name, "the bot does not see all messages", "Make the bot an administrator of the group.")
    if source.mode == "act" and not member.get("can_delete_messages"):
        return Finding(
            name, "the bot may not delete there", "Give it the right to delete messages, or set mode = watch."
        )
    return Finding(name, "the bot sees all messages" + (" and may delete" if source.mode == "act" else ""))


async def _member(client: httpx.AsyncClient, chat_id: int, me: dict[str, Any]) -> dict[str, Any]:
    member: dict[str, Any] = await _call(client, "getChatMember", chat_id=chat_id, user_id=me["id"])
    return member


async def _call(client: httpx.AsyncClient, method: str, **parameters: int) -> Any:
    """The result of a Bot API method; Any: the shape of each is Telegram's."""
    answer = await client.post(method, data=parameters)
    try:
        said = answer.json()
    except ValueError:
        raise Refused(f"HTTP {answer.status_code}, and not in the words of a Bot API server") from None
    if not said.get("ok"):
        raise Refused(said.get("description", f"HTTP {answer.status_code}"))
    return said["result"]


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, Refused) else type(error).__name__
