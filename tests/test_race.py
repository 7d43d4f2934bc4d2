"""A comment is decided once: the first tap wins, the other is told who was faster. `make prove` races over 1,000."""

from tests.racing import race


async def test_two_moderators_on_the_same_hundred_cases_decide_each_once(database_url: str) -> None:
    assert await race(database_url, 100) == {"decided": 100, "refused": 100}
