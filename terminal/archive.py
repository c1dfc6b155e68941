"""flask archive: old paper contracts listed, parted, scanned, and how far that is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from db.archive import archive_entries, archive_files
from db.archive.archive_files import FileRow
from services import sealed_files
from services.archive import entries, listing, pictures, scanning, sheets, stacks
from services.decoding.errors import ReaderUnavailable
from services.errors import InvalidInput
from terminal.imports import dry_run_option, file_argument, import_file
from web.office import office
from web.terminal import Group, Refused, file_trouble, need_database

FAULTS = {
    "empty": "the file is empty", "kind": "only PDF, TIFF and JPEG can be read",
    "bytes": f"larger than {pictures.MOST_BYTES // 1024 ** 2} MB",
    "pages": f"more than {pictures.MOST_PAGES} pages", "pixels": "too many dots on a page",
    "heavy": "reading it takes too much memory or time",
    "busy": "the reader of files is busy or was ended; hand it in again",
    "broken": "damaged", "locked": "protected by a password", "page": "damaged",
    "lost": "what was handed in cannot be read any more",
    "storage": "there is no room to store it", "crash": "the machine breaks off at it each time",
}
_LINE = "{:8}{:>8}{:>9}{:>8}{:>8}{:>8}{:>8}{:>5}"
_SUFFIXES = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg")


@click.group(cls=Group)
def archive() -> None:
    """The archive of old paper contracts."""


@archive.command("import")
@file_argument
@dry_run_option
def import_list(file: Path, dry_run: bool) -> None:
    """Import a list of old contracts from a CSV FILE: all of it, or nothing.

    docs/archive.md names the columns. Paper contracts of the billing system are entries already.
    """
    import_file(file, dry_run, listing.run, "work on them has begun")


@archive.command()
@click.argument("numbers", nargs=-1)
@click.option("--office", "office_code", default="", help="All of this office, such as PA04DH.")
@click.option("--most", type=click.IntRange(1, 2000), default=500, show_default=True,
              help="How many sheets at most.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True,
              help="PDF file to write.")
def separators(numbers: tuple[str, ...], office_code: str, most: int, output: Path) -> None:
    """Print separator sheets of contracts that are not scanned yet: NUMBERS, or an office's."""
    need_database()
    if bool(numbers) == bool(office_code):
        raise Refused("name contract numbers, or an office with --office")
    entries.take_over(office().now())
    found = [_entry(number) for number in numbers] if numbers else archive_entries.listing(
        None, office_code, archive_entries.LISTED, most)
    if not found:
        raise Refused(f"{office_code}: no contract waits for its scan")
    made = sheets.pdf(entries.sheets_for(found[:most]), office().settings.pay_account_name)
    try:
        with open(output, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(made)
    except OSError as error:
        raise Refused(file_trouble(error)) from error
    click.echo(f"{output}: {len(found[:most])} sheets")


def _entry(number: str) -> archive_entries.ArchiveEntry:
    entry = archive_entries.by_key(sheets.key_of(number))
    if entry is None:
        raise Refused(f"{number}: no such contract in the archive")
    return entry


@archive.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def scan(paths: tuple[Path, ...]) -> None:
    """Hand in scans and read them: files, and folders with all that lies in them.

    A file that came before is not read twice. Without PATHS only what was broken off goes on.
    Exit 2 when a file was refused; the others are read.
    """
    need_database()
    here = office()
    settings, vault, now = here.settings, here.vault, here.now
    store, bad = sealed_files.of(settings, vault), 0
    entries.take_over(now())
    handed_in: dict[str, Path] = {}
    for path in _files(paths):
        try:
            row = scanning.hand_in(path.name, _bytes(path), scanning.TERMINAL, store, now())
            handed_in[row.digest] = path
        except (InvalidInput, ReaderUnavailable, OSError) as error:
            bad += 1
            click.echo(f"error: {path}: {_fault(error)}", err=True)
    read = scanning.work(store, now(), True, _progress())
    if not paths:
        click.echo(f"{read} files read")
    bad += sum(not _tell(digest, path) for digest, path in handed_in.items())
    if bad:
        raise Refused(f"{bad} files refused")


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = [one for one in path.rglob("*")
                     if one.is_file() and one.suffix.lower() in _SUFFIXES]
            yield from (found[at] for at in stacks.in_order([str(one) for one in found]))
        else:
            yield path


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > pictures.MOST_BYTES:
        raise InvalidInput("scan", "bytes")
    return path.read_bytes()


def _fault(error: InvalidInput | ReaderUnavailable | OSError) -> str:
    if isinstance(error, InvalidInput):
        return FAULTS[error.reason]
    if isinstance(error, ReaderUnavailable):
        return FAULTS["busy"]
    return error.strerror or str(error)


def _tell(digest: str, path: Path) -> bool:
    """Say what became of a file; False when it was refused."""
    row = archive_files.by_digest(digest)
    assert row is not None  # it was handed in just now
    if row.fault:
        place = f"page {row.fault_page}: " if row.fault_page else ""
        click.echo(f"error: {path}: {place}{FAULTS[row.fault]}", err=True)
        return False
    click.echo(f"{path}: {row.pages} pages, {row.contracts} contracts,"
               f" {row.unplaced} pages wait for an officer")
    return True


def _progress() -> Callable[[FileRow, int], None]:
    """Tells a person at the terminal, and nobody else, how far it is."""
    from rich.console import Console  # loaded where it is used: docs/decisions/0006-rooms.md

    console = Console(stderr=True)

    def read(file: FileRow, number: int) -> None:
        if console.is_terminal:
            console.print(f"{file.name}: page {number} of {file.pages}", end="\r", markup=False)
    return read


@archive.command()
def progress() -> None:
    """How far each office is: contracts scanned, typed, agreed and, with their commune, done."""
    need_database()
    entries.take_over(office().now())
    rows = entries.progress()
    click.echo(_LINE.format("office", "total", "scanned", "typed", "twice", "agreed", "done", "%"))
    for row in [*rows, entries.total(rows)]:
        click.echo(_LINE.format(row.office or "all", *row[2:], row.percent))
    done, old = entries.count_digitised()
    click.echo(f"signed before {entries.ELECTRONIC_SINCE} or nobody knows when:"
               f" {done} of {old} digitised")
