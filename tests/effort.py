"""How much a database does for something: it grows with the work and with nothing else."""

from __future__ import annotations

from collections.abc import Callable

from db import connection


def of(act: Callable[[], None]) -> int:
    """How much the engine does for it: steps of SQLite's machine, pages touched by PostgreSQL."""
    if connection.is_sqlite():
        return _steps(act)
    before = _pages()
    act()
    return _pages() - before


def _pages() -> int:
    connection.fetch("SELECT pg_stat_force_next_flush()")
    return int(connection.fetch_row(
        "SELECT SUM(COALESCE(heap_blks_hit, 0) + COALESCE(idx_blks_hit, 0))"
        " FROM pg_statio_all_tables")[0])


def _steps(act: Callable[[], None]) -> int:
    counted = 0

    def count() -> bool:
        nonlocal counted
        counted += 1
        return False

    sqlite = connection.database.connection()
    sqlite.set_progress_handler(count, 1000)
    try:
        act()
    finally:
        sqlite.set_progress_handler(None)
    return counted
