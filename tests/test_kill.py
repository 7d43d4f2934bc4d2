"""kill -9 at random moments loses nothing and does nothing twice. `make prove` does the same 200 times."""

import random

from tests.killing import Killing


async def test_ten_kills_lose_nothing_and_double_nothing(database_url: str) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  shown when the test fails
    await Killing(database_url, comments=40, kills=10, seed=seed).run()
