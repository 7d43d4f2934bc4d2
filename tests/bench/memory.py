"""What `flagdesk run` takes: memory after a thousand comments and a digest, and seconds until it is ready."""

import tempfile
from collections.abc import AsyncIterator

from tests.bench.figure import Figure
from tests.bench.newsroom import ANNA, KIND, READER, READERS, RUDE, run

COMMENTS = 1000


async def measure() -> AsyncIterator[Figure]:
    """Resident memory of the service's process; the chart is drawn in another, which is gone then."""
    with tempfile.TemporaryDirectory() as folder:
        async with run(f"sqlite:///{folder}/flagdesk.db", speed=60) as running:
            sandbox = running.sandbox
            yield Figure("flagdesk run: ready after", f"{running.ready_after:.1f} s", "≤ 3 s")
            for n in range(COMMENTS):
                sandbox.send(READER, READERS, (KIND if n % 20 else RUDE).format(n=n))
            status = f"{COMMENTS:,} received"
            sandbox.send(ANNA, ANNA, "/digest")
            await sandbox.wait_for(lambda: any("photo" in m for m in sandbox.messages(ANNA)), 60)
            while not any(status in m.get("text", "") for m in sandbox.messages(ANNA)):
                asked = sandbox.send(ANNA, ANNA, "/stats")["message_id"]
                await sandbox.wait_for(lambda asked=asked: sandbox.messages(ANNA)[-1]["message_id"] > asked, 30)  # type: ignore[misc]
            megabytes = running.process.memory_info().rss / 1e6
            yield Figure("flagdesk run: RSS after 1,000 comments and a digest", f"{megabytes:.0f} MB", "≤ 150 MB")
