"""Collects the methods that the sandbox acts on."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.errors import Unsupported
from bot.sandbox.schema import Params
from bot.sandbox.world import World

Method = Callable[[World, Params], Awaitable[Any]]
_METHODS: dict[str, Method] = {}


def method(function: Method) -> Method:
    """Register send_message as sendMessage."""
    first, *rest = function.__name__.split("_")
    _METHODS[first + "".join(word.capitalize() for word in rest)] = function
    return function


def registered() -> dict[str, Method]:
    return dict(_METHODS)


def refuse(params: Params, *names: str) -> None:
    """Parameters that Telegram would act on and the sandbox does not are never silently taken."""
    for name in names:
        if name in params:
            raise Unsupported(f'parameter "{name}"')
