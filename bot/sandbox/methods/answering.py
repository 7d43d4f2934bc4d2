"""Answers to taps."""

from bot.sandbox.errors import Malformed
from bot.sandbox.methods.registry import method
from bot.sandbox.schema import Params
from bot.sandbox.world import World


@method
async def answer_callback_query(world: World, params: Params) -> bool:
    url = params.get("url", "")
    if url and not url.startswith(("https://t.me/", "tg://")):
        raise Malformed("URL_INVALID")
    world.taps.answer(params["callback_query_id"], params.get("text", ""), params.get("show_alert", False), url)
    return True
