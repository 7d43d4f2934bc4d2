"""Files that the bot fetches."""

from bot.sandbox.errors import BadRequest
from bot.sandbox.methods.registry import method
from bot.sandbox.schema import Params
from bot.sandbox.world import Object, World


@method
async def get_file(world: World, params: Params) -> Object:
    file_id = params["file_id"]
    if file_id not in world.files:
        raise BadRequest("wrong file_id or the file is temporarily unavailable")
    size = len(world.files[file_id])
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": file_id}
