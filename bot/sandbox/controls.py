"""The same hands over HTTP, for the chat page and other processes: state, events, and a POST for each act."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, is_dataclass
from functools import cache
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, ValidationError, validate_call
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox.errors import SandboxError
from bot.sandbox.state import describe_state
from bot.sandbox.world import Object, World

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

_ACTS = {
    "people": "add_person",
    "groups": "add_group",
    "channels": "add_channel",
    "topics": "add_topic",
    "rights": "set_rights",
} | {
    name: name
    for name in (
        *("join", "leave", "promote", "demote", "kick", "block", "migrate", "send", "edit", "post", "edit_post"),
        *("erase", "tap", "forge", "fault", "clear_faults", "duplicate_updates", "advance", "revoke"),
    )
}
_BEAT = ": the stream is alive\n\n"


def build_controls(sandbox: "Sandbox", world: World) -> list[BaseRoute]:
    """Routes under /sandbox; a POST body is a JSON object of the act's parameters by name."""
    acts = [_act_route(path, sandbox, getattr(type(sandbox), name)) for path, name in _ACTS.items()]
    records = [_record_route(sandbox, name) for name in ("calls", "violations", "problems")]
    return [
        Route("/sandbox/state", _answer(lambda request: describe_state(sandbox, world, request.query_params))),
        Route("/sandbox/events", _events(world)),
        Route("/sandbox/files/{file_id}", _file(world)),
        *records,
        *acts,
    ]


Endpoint = Callable[[Request], Awaitable[Response]]


def _answer(describe: Callable[[Request], Any]) -> Endpoint:
    async def answer(request: Request) -> Response:
        return JSONResponse(describe(request))

    return answer


def _record_route(sandbox: "Sandbox", name: str) -> Route:
    return Route(f"/sandbox/{name}", _answer(lambda request: [_plain(entry) for entry in getattr(sandbox, name)]))


@cache
def _checked(act: Callable[..., Any]) -> Callable[..., Any]:
    return validate_call(config=ConfigDict(strict=True))(act)


def _act_route(path: str, sandbox: "Sandbox", act: Callable[..., Any]) -> Route:
    async def perform(request: Request) -> Response:
        try:
            result = _checked(act)(sandbox, **await _body(request))
            return JSONResponse({"ok": True, "result": _plain(await result if isawaitable(result) else result)})
        except ValidationError as error:
            return _refusal("; ".join(f"{_place(entry)}: {entry['msg']}" for entry in error.errors()))
        except (SandboxError, TimeoutError) as error:
            return _refusal(str(error))

    return Route(f"/sandbox/{path}", perform, methods=["POST"])


def _place(entry: Any) -> str:
    return ".".join(str(part) for part in entry["loc"]) or "parameters"


async def _body(request: Request) -> Object:
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise SandboxError("The body must be a JSON object of parameters.")
    return body


def _refusal(message: str) -> Response:
    return JSONResponse({"ok": False, "description": message}, 400)


def _plain(value: object) -> object:
    """A value that json can write."""
    made = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.loads(json.dumps(made, default=str))


def _events(world: World) -> Endpoint:
    async def give_events(request: Request) -> Response:
        return StreamingResponse(_stream(world), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    return give_events


async def _stream(world: World) -> AsyncIterator[str]:
    yield _BEAT
    async for event in world.changes.events():
        yield f"data: {json.dumps(event)}\n\n"


def _file(world: World) -> Endpoint:
    async def give_file(request: Request) -> Response:
        content = world.files.get(request.path_params["file_id"])
        if content is None:
            return _refusal("There is no such file.")
        return Response(content, media_type=_kind(content), headers={"X-Content-Type-Options": "nosniff"})

    return give_file


def _kind(content: bytes) -> str:
    kinds = {b"\x89PNG": "image/png", b"\xff\xd8": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}
    return next((kind for start, kind in kinds.items() if content.startswith(start)), "application/octet-stream")
