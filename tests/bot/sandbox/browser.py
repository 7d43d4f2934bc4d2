"""Headless Chromium, driven over its debugging pipe: opens a page, runs scripts in it, takes pictures."""

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--remote-debugging-pipe"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)
_PLACE = """(selector, words) => {
  const node = [...document.querySelectorAll(selector)].find((node) => node.innerText.includes(words));
  node?.scrollIntoView({ block: "nearest" });
  const { left, top, width, height } = node?.getBoundingClientRect() ?? {};
  const [x, y] = [left + width / 2, top + height / 2];
  return node && node.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
}"""


class Page:
    """One tab."""

    def __init__(self, send: Callable[..., Awaitable[Any]]) -> None:
        self._send = send
        self.errors: list[str] = []
        """What went wrong in the page's scripts."""

    async def open(self, url: str, width: int, height: int, dark: bool = False, scale: int = 1) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600}
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self._send("Emulation.setDeviceMetricsOverride", **size)
        await self._send("Emulation.setEmulatedMedia", features=scheme)
        await self._send("Page.navigate", url="about:blank")
        await self._send("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        answer = await self._send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    async def wait(self, script: str, seconds: float = 10) -> Any:
        """The first true value of a JavaScript expression; AssertionError with the page's text when none comes."""
        end = asyncio.get_running_loop().time() + seconds
        while not (value := await self.run(script)):
            if asyncio.get_running_loop().time() > end:
                raise AssertionError(f"{script}\n{self.errors}\n{await self.run('document.body.innerText')}")
        return value

    async def click(self, selector: str, words: str = "") -> None:
        """Press the mouse on the first element that fits and holds the words, once nothing covers it."""
        x, y = await self.wait(f"({_PLACE})({json.dumps(selector)}, {json.dumps(words)})")
        for kind in ("mousePressed", "mouseReleased"):
            await self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def type(self, text: str) -> None:
        """Write this where the cursor is."""
        await self._send("Input.insertText", text=text)

    async def picture(self) -> bytes:
        """What is on screen, as PNG."""
        shot = await self._send("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])


@asynccontextmanager
async def browse(folder: Path) -> AsyncIterator[Page]:
    """A browser with a profile of its own in `folder`; ends with the block."""
    to_browser, from_browser = os.pipe(), os.pipe()
    process = await _start(folder, to_browser[0], from_browser[1])
    pipe = _Pipe(to_browser[1], from_browser[0])
    try:
        yield await pipe.open_tab()
    finally:
        pipe.close()
        process.kill()
        await process.wait()


async def _start(folder: Path, reads: int, writes: int) -> asyncio.subprocess.Process:
    assert CHROMIUM
    # Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
    script = f'exec 3<&{reads} 4>&{writes}; exec "$@"'
    command = ["bash", "-c", script, "bash", CHROMIUM, *_FLAGS, f"--user-data-dir={folder}"]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*command, pass_fds=(reads, writes), stdout=quiet, stderr=quiet)
    os.close(reads)
    os.close(writes)
    return process


class _Pipe:
    def __init__(self, writes: int, reads: int) -> None:
        self._writes = writes
        self._reads = reads
        self._buffer = b""
        self._number = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._page: Page | None = None
        asyncio.get_running_loop().add_reader(reads, self._read)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._reads)
        os.close(self._writes)
        os.close(self._reads)

    async def open_tab(self) -> Page:
        target = (await self._send("", "Target.createTarget", url="about:blank"))["targetId"]
        attached = await self._send("", "Target.attachToTarget", targetId=target, flatten=True)

        async def send(method: str, **params: Any) -> Any:
            return await self._send(attached["sessionId"], method, **params)

        self._page = Page(send)
        for domain in ("Page", "Runtime"):
            await send(f"{domain}.enable")
        return self._page

    async def _send(self, session: str, method: str, **params: Any) -> Any:
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        call = {"id": self._number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._writes, json.dumps(call).encode() + b"\0")
        return await asyncio.wait_for(answer, 20)

    def _read(self) -> None:
        chunk = os.read(self._reads, 1 << 20)
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._reads)
        *messages, self._buffer = (self._buffer + chunk).split(b"\0")
        for message in messages:
            self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Runtime.exceptionThrown" and self._page:
            self._page.errors.append(str(message["params"]["exceptionDetails"]))
        answer = self._answers.pop(message.get("id", 0), None)
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(AssertionError(message["error"]["message"]))
        else:
            answer.set_result(message["result"])
