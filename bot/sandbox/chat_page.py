"""Serves the chat page's files; the page may load nothing from anywhere else."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

_FOLDER = Path(__file__).with_name("page")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page_routes() -> list[BaseRoute]:
    return [Route("/", _give_index), Route("/page/{name}", _give_file)]


def _give_index(request: Request) -> Response:
    return FileResponse(_FOLDER / "index.html", headers=_HEADERS)


def _give_file(request: Request) -> Response:
    file = _FOLDER / Path(request.path_params["name"]).name
    if not file.is_file():
        return PlainTextResponse("There is no such file.\n", 404)
    return FileResponse(file, headers=_HEADERS)
