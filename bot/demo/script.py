"""A whole scenario without a browser: what people do, what they see, and whether it is what they should see."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.demo.newsroom import ANNA, BEN, MODERATORS, OTTO, READERS, Newsroom, open_newsroom
from bot.sandbox import SandboxError
from moderation.comment import Comment, Thread

SPEED = 20.0
"""How much faster than Telegram's the sandbox's clock runs here: nobody waits for its limits."""
GRACE = 3.0
"""Seconds in which Undo is exact here."""
WAIT = 20.0
"""Seconds after which something that should happen counts as not happening."""
BRIDGE = Thread("bridge", "New bridge opens after three years", "")

KIND = "Finally! The old detour took me twenty minutes every morning."
RUDE = "You are a stupid fucking idiot, shut your mouth!"
HATEFUL = "Halt endlich dein Maul, du dummes Arschloch, dich sollte man aufhängen!"
MORE = (
    "What a pathetic moron you are, you stupid piece of shit.",
    "Ihr seid doch alle nur dumme Idioten und Drecksäcke.",
    "Fuck you, you worthless bastard.",
)


class StepFailed(Exception):
    """Something was not as it should be."""


@dataclass
class Scenario:
    """The newsroom, and a transcript of what goes on in it."""

    newsroom: Newsroom
    console: Console

    def says(self, name: str, text: str) -> None:
        """One entry of the transcript: the names below each other, and beside them what was said."""
        row = Table.grid(padding=(0, 1, 0, 0))
        row.add_column(width=10, justify="right", style="bold", overflow="ellipsis", no_wrap=True)
        row.add_column(overflow="fold")
        row.add_row(escape(name), escape(" / ".join(line.strip() for line in text.splitlines() if line.strip())))
        self.console.print(row, highlight=False)

    def write(self, author: str, text: str) -> int:
        """A reader writes; the message's id."""
        self.says(author, text)
        return self.newsroom.write(
            Comment("demo", f"{author}-{len(self.newsroom.written)}", text, author, thread=BRIDGE)
        )

    async def card(self, text: str) -> dict[str, Any]:
        """The card that shows this comment, once it is there."""
        sandbox = self.newsroom.sandbox
        found = await sandbox.wait_for(lambda: self.shown(text), WAIT) or {}
        self.says("Flagdesk", found["text"])
        return found

    async def until(self, chat: int, message_id: int, words: str) -> dict[str, Any]:
        """The message, once it says these words."""
        sandbox = self.newsroom.sandbox
        await sandbox.wait_for(lambda: words in sandbox.message(chat, message_id)["text"], WAIT)
        self.says("Flagdesk", sandbox.message(chat, message_id)["text"].split("\n\n")[0])
        return sandbox.message(chat, message_id)

    async def tap(self, person: int, name: str, chat: int, message_id: int, button: str) -> str:
        """Somebody taps; what they are answered."""
        answer = await self.newsroom.sandbox.tap(person, chat, message_id, button)
        self.says(name, f"[{button}] → {answer.text or '(no words)'}")
        return answer.text

    async def ask(self, person: int, name: str, command: str) -> dict[str, Any]:
        """A command in private; the message that answers it."""
        sandbox = self.newsroom.sandbox
        self.says(name, command)
        asked = sandbox.send(person, person, command)["message_id"]
        new = await sandbox.wait_for(
            lambda: [m for m in sandbox.messages(person) if m["message_id"] > asked and m["from"]["is_bot"]], WAIT
        )
        self.says("Flagdesk", new[-1].get("text") or new[-1].get("caption") or "")
        return new[-1]

    def shown(self, text: str) -> dict[str, Any] | None:
        """The message in the moderators' chat with this text, if there is one."""
        return next((m for m in self.newsroom.sandbox.messages(MODERATORS) if text in m.get("text", "")), None)


Play = Callable[[Scenario], Awaitable[None]]


async def play(console: Console) -> bool:
    """The whole scenario; whether every step held."""
    async with open_newsroom(speed=SPEED, undo=GRACE) as newsroom:
        scenario = Scenario(newsroom, console)
        for step in STEPS:
            console.print(f"\n[bold cyan]{escape((step.__doc__ or '').splitlines()[0])}[/]")
            try:
                await step(scenario)
            except (StepFailed, SandboxError, TimeoutError) as error:
                console.print(f"[bold red]✗ {escape(str(error))}[/]")
                return False
            console.print("  [green]✓[/]")
    console.print(f"\n[bold green]All {len(STEPS)} steps held.[/]")
    return True


def check(held: object, what: str) -> None:
    if not held:
        raise StepFailed(what)


async def approve(scenario: Scenario) -> None:
    """A harmless comment passes; a rude one gets a card, and Anna lets it stand."""
    scenario.write("Clara", KIND)
    message = scenario.write("Rolf", RUDE)
    card = await scenario.card(RUDE)
    check(not scenario.shown(KIND), "The harmless comment got a card.")
    check("Approved" in await scenario.tap(ANNA, "Anna", MODERATORS, card["message_id"], "Approve"), "No approval.")
    await scenario.until(MODERATORS, card["message_id"], "Approved by Anna")
    check(message not in scenario.newsroom.sandbox.deleted(READERS), "An approved comment is gone.")


async def reject(scenario: Scenario) -> None:
    """A hateful one is rejected, with a reason; that is taken back in time, and nothing has left."""
    message = scenario.write("Gerd", HATEFUL)
    card = await scenario.card(HATEFUL)
    number = card["message_id"]
    await scenario.tap(ANNA, "Anna", MODERATORS, number, "Reject")
    await scenario.until(MODERATORS, number, "Rejected by Anna")
    await scenario.tap(ANNA, "Anna", MODERATORS, number, "Threat")
    check("Taken back" in await scenario.tap(ANNA, "Anna", MODERATORS, number, "Undo"), "Undo was not confirmed.")
    sandbox = scenario.newsroom.sandbox
    await sandbox.wait_for(lambda: has_button(sandbox.message(MODERATORS, number), "Approve"), WAIT)
    check(message not in sandbox.deleted(READERS), "The comment is gone although the rejection was taken back.")


async def too_late(scenario: Scenario) -> None:
    """Ben rejects it for good; Anna, too late, is told who decided what; the comment disappears."""
    sandbox = scenario.newsroom.sandbox
    card = scenario.shown(HATEFUL) or {}
    number, approve_data = card["message_id"], data_of(card, "Approve")
    await scenario.tap(BEN, "Ben", MODERATORS, number, "Reject")
    answer = await sandbox.forge(ANNA, MODERATORS, number, approve_data)
    scenario.says("Anna", f"[Approve] → {answer.text}")
    check("Ben rejected this" in answer.text, "The moderator who was too late is not told who decided.")
    written = scenario.newsroom.written
    await sandbox.wait_for(lambda: set(written.values()) & sandbox.deleted(READERS), WAIT)
    await scenario.until(MODERATORS, number, "Removed.")


async def outsider(scenario: Scenario) -> None:
    """Otto is in the chat, but no moderator: his tap and his command are refused."""
    scenario.write("Rolf", MORE[0])
    card = await scenario.card(MORE[0])
    said = await scenario.tap(OTTO, "Otto", MODERATORS, card["message_id"], "Reject")
    check("Only moderators" in said, "An outsider's tap was not refused.")
    reply = await scenario.ask(OTTO, "Otto", "/queue")
    check(str(OTTO) in reply["text"], "An outsider's command was not refused with their id.")


async def review(scenario: Scenario) -> None:
    """Ben works through the queue in private with /review: approve, reject with a reason, undo."""
    for author, text in zip(("Uwe", "Max"), MORE[1:], strict=True):
        scenario.write(author, text)
        await scenario.card(text)
    screen = await scenario.ask(BEN, "Ben", "/review")
    number = screen["message_id"]
    for button, words in (("Reject", "2 left"), ("Insult", "2 left"), ("Approve", "1 left"), ("Undo", "2 left")):
        await scenario.tap(BEN, "Ben", BEN, number, button)
        await scenario.until(BEN, number, words)
    for words in ("1 left", "All done"):
        await scenario.tap(BEN, "Ben", BEN, number, "Approve")
        await scenario.until(BEN, number, words)


async def commands(scenario: Scenario) -> None:
    """Anna asks how things stand: /queue, /stats, /status, /digest."""
    check("Nothing is waiting" in (await scenario.ask(ANNA, "Anna", "/queue"))["text"], "/queue is not empty.")
    check("Ben" in (await scenario.ask(ANNA, "Anna", "/stats"))["text"], "/stats does not name Ben.")
    check("embedded" in (await scenario.ask(ANNA, "Anna", "/status"))["text"], "/status does not name the model.")
    digest = await scenario.ask(ANNA, "Anna", "/digest")
    check("photo" in digest, "/digest came without its chart.")


async def nothing_amiss(scenario: Scenario) -> None:
    """The sandbox has seen no malformed call and no broken limit."""
    sandbox = scenario.newsroom.sandbox
    check(not sandbox.problems, f"Malformed calls: {sandbox.problems}")
    check(not sandbox.violations, f"Broken limits: {sandbox.violations}")


STEPS: tuple[Play, ...] = (approve, reject, too_late, outsider, review, commands, nothing_amiss)


def has_button(message: dict[str, Any], words: str) -> bool:
    return any(words in button["text"] for button in buttons(message))


def data_of(message: dict[str, Any], words: str) -> str:
    """What the button with these words would send."""
    return next(str(button["callback_data"]) for button in buttons(message) if re.search(words, button["text"]))


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]
