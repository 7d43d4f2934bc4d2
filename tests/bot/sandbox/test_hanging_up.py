"""A client that goes away in the middle of its request leaves no trace."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import Caller


@pytest.mark.parametrize("path", ["/bot{token}/sendMessage", "/sandbox/send"])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_a_half_sent_request_is_dropped_quietly(
    sandbox: Sandbox, call: Caller, caplog: pytest.LogCaptureFixture, path: str, kind: str
) -> None:
    address = urlsplit(sandbox.url)
    head = f"POST {path.format(token=sandbox.token)} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {kind}\r\n"
    with socket.create_connection((address.hostname, address.port)) as client:
        client.setblocking(False)
        await asyncio.get_running_loop().sock_sendall(client, f"{head}Content-Length: 900\r\n\r\n{{".encode())
        assert (await call("getMe")).status == 200  # by now the sandbox is reading the request
    assert (await call("getMe")).status == 200  # by now it has seen the client go
    assert caplog.records == []
