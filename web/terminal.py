"""How commands speak: one line on standard error; exit 2 for bad input, 1 for a machine in
trouble; never a traceback for either."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import click
import peewee
from flask.cli import AppGroup

from db import connection, schema

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


class Group(AppGroup):
    """A group of commands that answer trouble in one line: `@click.group(cls=Group)`."""

    def invoke(self, ctx: click.Context):
        with answering():
            return super().invoke(ctx)


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Turn wrong usage, a database or a file that cannot be used into one line."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise Refused(error.format_message()) from error
    except UnicodeEncodeError as error:  # Python hands such octets of a word on as surrogates
        raise Refused("a word is not UTF-8 text") from error
    except peewee.IntegrityError:
        raise  # a defect of ours, which needs its traceback
    except (*connection.UNAVAILABLE, peewee.DatabaseError) as error:
        raise Unavailable(_database_trouble(error)) from error
    except OSError as error:
        raise Unavailable(file_trouble(error)) from error


def _database_trouble(error: Exception) -> str:
    text = connection.trouble(error)
    if _NO_SCHEMA.search(text):
        return "the database has not the newest tables; run: flask db migrate"
    return f"the database cannot be used: {text}"


def file_trouble(error: OSError) -> str:
    """What is wrong with a file, in a few words."""
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}"


def need_database() -> None:
    """Raises Unavailable unless the database is there with the newest tables."""
    missing = schema.missing()
    if missing:
        raise Unavailable(f"{missing}; run: flask db migrate")
