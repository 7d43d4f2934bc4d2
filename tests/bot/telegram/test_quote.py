"""Texts are measured as Telegram counts them."""

from bot.telegram.quote import cut, units


def test_a_text_is_cut_to_what_telegram_takes_of_it() -> None:
    assert cut("short", 5) == "short"
    assert units(cut("😀" * 2000, 3500)) == 3500
