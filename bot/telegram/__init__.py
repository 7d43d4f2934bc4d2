"""Telegram: cards, taps, commands, moderated groups. The only package that knows the library telegram."""

import os

# The library gives times as timedelta from its next release on; asking for it now keeps its warning away.
os.environ.setdefault("PTB_TIMEDELTA", "true")
