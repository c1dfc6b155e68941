"""The ground of a long run: a folder, a fresh database of either kind with the villagers."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from config import Settings
from db import audit, connection, schema
from services.officers import audit_trail
from services.privacy import Vault
from tests import postgres, villagers
from tests.conftest import ENVIRON

_KINDS = ["sqlite", "postgresql"]


def kinds() -> list[str]:
    """The databases to run on: those named on the command line, or both."""
    unknown = set(sys.argv[1:]) - set(_KINDS)
    if unknown:
        print(f"error: not a database: {', '.join(sorted(unknown))} (sqlite, postgresql)",
              file=sys.stderr)
        raise SystemExit(2)
    return sys.argv[1:] or _KINDS


@contextlib.contextmanager
def ground(kind: str) -> Iterator[tuple[Path, str]]:
    """(folder, DATABASE_URL); the database is bound to this process as well."""
    with (tempfile.TemporaryDirectory(prefix="quaydien-faults-") as name,
          contextlib.ExitStack() as left):
        folder = Path(name)
        url = f"sqlite:///{folder / 'quaydien.db'}"
        if kind == "postgresql":
            server = postgres.start()
            left.callback(server.cleanup)
            url = postgres.create(server.get_uri(), f"faults_{uuid.uuid4().hex[:8]}")
        connection.init(url)
        audit.use_key(audit_trail.key_of(Settings.load(ENVIRON)))
        schema.migrate()
        villagers.settle(Vault(ENVIRON["DATA_KEY"]))
        yield folder, url
        connection.database.close()


def tell(run: str, kind: str, right: bool, **figures: object) -> bool:
    """Print one JSON line; returns `right`."""
    print(json.dumps({"run": run, "database": kind, "right": right, **figures}), flush=True)
    return right
