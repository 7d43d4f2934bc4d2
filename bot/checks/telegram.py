"""Checks at Telegram: the token works, and the bot may do in each chat what it is there for."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

from bot.checks import Finding
from bot.settings import Settings, SourceSettings

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
        yield await _moderators(client, me, settings)
        for source in settings.sources:
            yield await _source(client, me, source)


async def _moderators(client: httpx.AsyncClient, me: dict[str, Any], settings: Settings) -> Finding:
    name = "Moderators' chat"
    if settings.chat_id is None:
        return Finding(name, "is not set", "Add the bot to the chat, write /id there, and set chat_id to what it says.")
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
    return await _call(client, "getChatMember", chat_id=chat_id, user_id=me["id"])


async def _call(client: httpx.AsyncClient, method: str, **parameters: int) -> dict[str, Any]:
    """The result of a Bot API method; Any: the shape of each is Telegram's."""
    answer = await client.post(method, data=parameters)
    try:
        said = answer.json()
    except ValueError:
        raise Refused(f"HTTP {answer.status_code}, and not in the words of a Bot API server") from None
    if not said.get("ok"):
        raise Refused(said.get("description", f"HTTP {answer.status_code}"))
    result: dict[str, Any] = said["result"]
    return result


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, Refused) else type(error).__name__
