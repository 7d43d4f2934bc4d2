"""Updates and who the bot is."""

from bot.sandbox.errors import BadRequest
from bot.sandbox.methods.registry import method
from bot.sandbox.schema import Params
from bot.sandbox.world import Object, World


@method
async def get_me(world: World, params: Params) -> Object:
    return me(world)


def me(world: World) -> Object:
    """The bot's own user, with what only getMe tells."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }
    return world.bot.user() | abilities


@method
async def get_updates(world: World, params: Params) -> list[Object]:
    return await world.updates.take(
        params.get("offset", 0), params.get("limit", 100), params.get("timeout", 0), params.get("allowed_updates")
    )


@method
async def set_webhook(world: World, params: Params) -> bool:
    if not params["url"]:
        return _forget(world, params)
    raise BadRequest("bad webhook: the sandbox sends no webhooks; use getUpdates")


@method
async def delete_webhook(world: World, params: Params) -> bool:
    return _forget(world, params)


def _forget(world: World, params: Params) -> bool:
    if params.get("drop_pending_updates"):
        world.updates.clear()
    return True


@method
async def get_webhook_info(world: World, params: Params) -> Object:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": world.updates.count()}
