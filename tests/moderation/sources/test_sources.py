"""What a source promises, and what one that is only watched does."""

from moderation.comment import Action, Comment
from moderation.sources import DryRun, Result


class Site:
    name = "site"

    def __init__(self) -> None:
        self.done: list[Action] = []

    async def apply(self, action: Action, comment: Comment) -> Result:
        self.done.append(action)
        return Result("confirmed")


async def test_a_watched_source_records_and_does_nothing() -> None:
    site = Site()
    result = await DryRun(site).apply("reject", Comment("site", "1", "text"))
    assert site.done == []
    assert result.state == "recorded"
    assert "reject" in result.note


def test_a_watched_source_keeps_its_name() -> None:
    assert DryRun(Site()).name == "site"
