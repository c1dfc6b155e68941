"""How commands speak: one line on standard error; exit 2 for bad input, 1 for a machine in
trouble; never a traceback for either."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import click
from flask.cli import AppGroup, ScriptInfo

from config import ConfigError
from web.office import office

# Tables or columns that are not there: apsw and psycopg say it in these words.
_NO_SCHEMA = re.compile(r"no such table|no such column|has no column named"
                        r"|(relation|column) \S+ (of relation \S+ )?does not exist")


class Refused(click.ClickException):
    """Bad input or a step that cannot be taken; the message is one line."""

    exit_code = 2

    def show(self, file=None) -> None:
        line = " ".join(self.message.split())
        click.echo(f"error: {line}", file=file, err=file is None)


class Unavailable(Refused):
    """The machine is in trouble: no database, no disk, no right to write."""

    exit_code = 1


class PlainGroup(AppGroup):
    """A group of commands that need no records and answer trouble in one line."""

    def invoke(self, ctx: click.Context):
        with _answering_usage():
            return super().invoke(ctx)


class Group(PlainGroup):
    """A group of commands that work on the records: `@click.group(cls=Group)`."""

    def invoke(self, ctx: click.Context):
        if "--help" in ctx.args:
            return super().invoke(ctx)
        try:
            ctx.ensure_object(ScriptInfo).load_app().extensions["office"].open_records()
        except ConfigError as error:
            raise Refused(str(error)) from error
        with answering():
            return super().invoke(ctx)


@contextlib.contextmanager
def _answering_usage() -> Iterator[None]:
    """Turn wrong usage, or a file that cannot be used, into one line."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise Refused(error.format_message()) from error
    except UnicodeEncodeError as error:  # Python hands such octets of a word on as surrogates
        raise Refused("a word is not UTF-8 text") from error
    except OSError as error:
        raise Unavailable(file_trouble(error)) from error


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turn wrong usage, a database or a file that cannot be used into one line."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from db import connection
    from services.decoding.errors import ReaderUnavailable

    try:
        with _answering_usage():
            yield
    except ReaderUnavailable as error:
        raise Unavailable(f"{error}; try again") from error
    except connection.DUPLICATE:
        raise  # a defect of ours, which needs its traceback
    except (*connection.UNAVAILABLE, connection.FAULTY) as error:
        raise Unavailable(_database_trouble(connection.trouble(error))) from error


def _database_trouble(text: str) -> str:
    if _NO_SCHEMA.search(text):
        return "the database has not the newest tables; run: flask db migrate"
    return f"the database cannot be used: {text}"


def file_trouble(error: OSError) -> str:
    """What is wrong with a file, in a few words."""
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}"


def need_database(*, sealed: bool = True) -> None:
    """Raises Unavailable unless the database is there with the newest tables, and Refused unless
    it may be worked on with these settings; a command that opens nothing `sealed` does not ask."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from db import schema

    missing = schema.missing()
    if missing:
        migrating_helps = not (schema.exists() and schema.refusal())
        raise Unavailable(missing + ("; run: flask db migrate" if migrating_helps else ""))
    if sealed:
        fit_together()


def fit_together() -> None:
    """Raises Refused where records and settings do not belong together (`web/admission.py`)."""
    # loaded where it is used: docs/decisions/0006-rooms.md
    from services.data_key import RecordsRefused
    from web import admission

    try:
        admission.check(office())
    except RecordsRefused as error:
        raise Refused(str(error)) from error
