"""Answers /bot<token>/<method> as Telegram's server does, and injects the faults a test asked for."""

import asyncio
import contextlib
import re
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox import schema
from bot.sandbox.errors import Malformed, Refused, Unsupported
from bot.sandbox.faults import Faults
from bot.sandbox.journal import Journal
from bot.sandbox.methods import load
from bot.sandbox.schema import Params, Raw, Upload
from bot.sandbox.world import World

_TOKEN = re.compile(r"\d{3,}:[\w-]{30,}")
_HOLD = 60.0  # real seconds until a call that is never answered loses its connection


class Api:
    """The Bot API of one bot."""

    def __init__(self, world: World, token: str, journal: Journal, faults: Faults) -> None:
        self.token = token
        self.revoked = False
        self._world = world
        self._journal = journal
        self._faults = faults
        self._methods = load()

    async def answer(self, request: Request) -> Response | None:
        """The answer to one call; None: there is none, and the connection is to be cut."""
        try:
            self.check_token(request.path_params["token"])
            method = schema.find(request.path_params["method"])
            if method is None:
                raise Refused(404, "Not Found: method not found")
            return await self._call(request, method, await _raw(request))
        except Refused as refused:
            return _refusal(refused)

    def check_token(self, token: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise Refused(404, "Not Found")
        if token != self.token or self.revoked:
            raise Refused(401, "Unauthorized")

    async def _call(self, request: Request, method: str, raw: Raw) -> Response | None:
        fault = self._faults.draw(method)
        if fault in {"429", "500", "timeout"}:
            return await self._fail(request, method, raw, fault)
        params, outcome = await self._perform(request, method, raw)
        if outcome is _GONE:
            return None
        self._journal.add(method, params, outcome, fault)
        self._world.changes.wake()
        if fault == "lost":
            return None
        return _refusal(outcome) if isinstance(outcome, Refused) else JSONResponse({"ok": True, "result": outcome})

    async def _fail(self, request: Request, method: str, raw: Raw, fault: str) -> Response | None:
        refused = Refused(500, "Internal Server Error")
        if fault == "429":
            refused = Refused(429, "Too Many Requests: retry after 1", retry_after=1)
        self._journal.add(method, dict(raw), refused, fault)
        self._world.changes.wake()
        if fault != "timeout":
            return _refusal(refused)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HOLD):
                await _gone(request)
        return None

    async def _perform(self, request: Request, method: str, raw: Raw) -> tuple[dict[str, Any], object]:
        params = dict(raw)
        try:
            params = schema.read(method, raw)
            if method not in self._methods:
                raise Unsupported(f'method "{method}"')
            work = self._methods[method](self._world, params)
            return params, await (_unless_gone(request, work) if method == "getUpdates" else work)
        except Refused as refused:
            return params, refused


_GONE = object()


async def _unless_gone(request: Request, work: Any) -> object:
    """Stops waiting for updates when nobody waits for the answer any more."""
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else _GONE
    finally:
        working.cancel()
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refusal(refused: Refused) -> Response:
    return JSONResponse(refused.body(), refused.status)


async def _raw(request: Request) -> Raw:
    raw: dict[str, object] = dict(request.query_params)
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return raw | await _json(request)
    if kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        async with request.form() as form:
            return raw | await _form(form)
    return raw


async def _json(request: Request) -> Params:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Malformed("can't parse request: the body must be a JSON object")
    return body


async def _form(form: FormData) -> Params:
    values: Params = {}
    for name, value in form.items():
        values[name] = Upload(value.filename or name, await value.read()) if isinstance(value, UploadFile) else value
    return values
