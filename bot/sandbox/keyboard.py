"""Checks a reply_markup: exactly one action a button, nothing Telegram would refuse."""

import re
from typing import Any

from bot.sandbox.errors import Malformed

Keyboard = dict[str, Any]

ACTIONS = (
    *("url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"),
    *("switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled"),
)
BUTTONS = 100
ROW = 8
"""Telegram shows no more buttons a row, and drops the rest."""
_URL = re.compile(r"(https?://|tg://)?[\w-]+(\.[\w-]+)*(:\d+)?([/?#]\S*)?")


def check(markup: Keyboard | None, chat_type: str) -> Keyboard | None:
    """The inline keyboard to keep, or None where there is none; raises Malformed."""
    if not markup or "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    for button in (button for row in rows for button in row):
        _check_button(button, chat_type)
    if sum(map(len, rows)) > BUTTONS or any(len(row) > ROW for row in rows):
        raise Malformed(f"REPLY_MARKUP_TOO_LONG: {BUTTONS} buttons, {ROW} in a row")
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: dict[str, Any], chat_type: str) -> None:
    actions = [name for name in ACTIONS if name in button]
    if not button["text"].strip():
        raise Malformed("can't parse inline keyboard button: Text must be non-empty")
    if not actions:
        raise Malformed("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise Malformed(f"can't parse inline keyboard button: one action is allowed, not {' and '.join(actions)}")
    if "url" in button and not _URL.fullmatch(button["url"]):
        raise Malformed(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if "web_app" in button and chat_type != "private":
        raise Malformed("BUTTON_TYPE_INVALID: web_app buttons only in private chats")
