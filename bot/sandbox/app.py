"""The sandbox as an ASGI application: the Bot API, the controls, and the chat page, for this machine only."""

import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.api import Api
from bot.sandbox.chat_page import page_routes
from bot.sandbox.errors import Refused
from bot.sandbox.world import World

_LOCAL = {"127.0.0.1", "localhost", "::1"}
Cut = Callable[[tuple[str, int]], None]


class _LocalOnly:
    """Refuses requests that name another host: a web page elsewhere must not reach the sandbox (DNS rebinding)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _is_local(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse("The sandbox answers only to pages and programs of this machine.\n", 403)
        await refusal(scope, receive, send)


class _HungUp:
    """Ends quietly when a client goes away while its request is read: nobody is left to answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(ClientDisconnect):
            await self._app(scope, receive, send)


def _is_local(headers: Headers) -> bool:
    origin = headers.get("origin")
    host_fits = urlsplit(f"//{headers.get('host', '')}").hostname in _LOCAL
    return host_fits and (origin is None or urlsplit(origin).netloc == headers.get("host"))


class _CallEndpoint:
    """An endpoint that may end without an answer, as a lost reply does."""

    def __init__(self, api: Api, cut: Cut) -> None:
        self._api = api
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._api.answer(request)
        if response is not None:
            await response(scope, receive, send)
        elif request.client:
            self._cut((request.client.host, request.client.port))


def build_app(world: World, api: Api, cut: Cut, controls: list[BaseRoute]) -> ASGIApp:
    call = Route("/bot{token}/{method}", _CallEndpoint(api, cut), methods=["GET", "POST"])
    file = Route("/file/bot{token}/{file_id}", _file_endpoint(world, api))
    return _LocalOnly(_HungUp(Starlette(routes=[call, file, *controls, *page_routes()])))


def _file_endpoint(world: World, api: Api) -> Callable[[Request], Awaitable[Response]]:
    async def give_file(request: Request) -> Response:
        try:
            api.check_token(request.path_params["token"])
        except Refused as refused:
            return JSONResponse(refused.body(), refused.status)
        content = world.files.get(request.path_params["file_id"])
        return Response(content) if content else JSONResponse({"ok": False, "error_code": 404}, 404)

    return give_file
