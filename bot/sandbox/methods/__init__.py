"""What the bot can do: one file per subject; a function send_message answers the method sendMessage."""

from importlib import import_module
from pkgutil import iter_modules

from bot.sandbox.methods.registry import Method, registered


def load() -> dict[str, Method]:
    """All methods that the sandbox acts on, by Telegram's name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return registered()
