import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import ANNA, MODERATORS, Caller

Button = dict[str, object]


def rows(*buttons: Button) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("button", "error"),
    [
        ({"text": "a"}, "Text buttons are unallowed"),
        ({"text": "a", "callback_data": "x", "url": "https://a.de"}, "one action is allowed"),
        ({"text": " ", "callback_data": "x"}, "Text must be non-empty"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "ä" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "url": "not a url"}, "Wrong HTTP URL"),
        ({"text": "a", "callback_data": "x", "style": "rainbow"}, "must be one of danger"),
        ({"text": "a", "callback": "x"}, "unknown parameter"),
        ({"text": "a", "web_app": {"url": "https://a.de"}}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_a_wrong_button_is_refused(sandbox: Sandbox, call: Caller, button: Button, error: str) -> None:
    reply = await call("sendMessage", chat_id=MODERATORS, text="x", reply_markup=rows(button))
    assert (reply.status, error in reply.error) == (400, True), reply.body
    assert sandbox.problems


@pytest.mark.parametrize(
    "button",
    [
        {"text": "a", "callback_data": "ä" * 32},
        {"text": "a", "callback_data": "x", "style": "danger"},
        {"text": "a", "url": "t.me/x?start=1"},
        {"text": "a", "copy_text": {"text": "x"}},
        {"text": "a", "disabled": {}},
    ],
)
async def test_a_right_button_is_kept(call: Caller, button: Button) -> None:
    markup = rows(button)
    assert (await call("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)).result["reply_markup"] == markup


@pytest.mark.parametrize(("in_row", "row_count", "status"), [(8, 12, 200), (9, 1, 400), (8, 13, 400)])
async def test_a_keyboard_has_at_most_100_buttons_and_8_in_a_row(
    call: Caller, in_row: int, row_count: int, status: int
) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "x"}] * in_row] * row_count}
    assert (await call("sendMessage", chat_id=ANNA, text="x", reply_markup=markup)).status == status
