"""The law of the house: imports go down only, one name for one thing, queries in the record room,
files, functions and folders stay small. Each law is shown to see a planted breach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOORS = ("kiosk", "sms", "links", "staff", "partners", "edge", "terminal")
FLOOR = {"db": 1, "services": 2, "web": 3, **dict.fromkeys(DOORS, 4), "app": 5}
# The back office from the ground up: a subject imports only what stands before it. A name is a
# folder, or a file of the hall; `indicators` and `outreach` are kept for rooms to come.
SUBJECTS = ("clock", "errors", "decoding", "outgoing", "deadlines", "notation", "privacy",
            "sealed_files", "data_key", "context", "limits", "officers", "outbox", "bills",
            "payments", "cash",
            "transfers", "providers", "reconciliation", "messages", "desk", "contracts", "kiosks",
            "importing", "archive", "indicators", "outreach", "demo", "periodic")
ROOF = ("app", "checks", "config", "environment", "outside")
MOST_LINES, MOST_FUNCTION_LINES, MOST_MODULES = 250, 30, 20


def python_files(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def sources() -> list[Path]:
    return [*(ROOT / f"{name}.py" for name in ROOF), *python_files(*FLOOR)]


def everything() -> list[Path]:
    return [*sources(), *python_files("tests", "bench")]


def by_path(paths: list[Path]) -> dict:
    return {"argvalues": paths, "ids": [str(path.relative_to(ROOT)) for path in paths]}


def module_name(path: Path) -> str:
    """`services/cash/shifts.py` → "services.cash.shifts"; a folder's lobby → the folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = frozenset(map(module_name, everything()))
OURS = {name.partition(".")[0] for name in MODULES}
# Words of the back office: a record module of the same word is called <word>_records.
SERVICE_WORDS = frozenset(word for name in MODULES if name.startswith("services.")
                          for word in name.split(".")[1:])


def imports(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """(module or module.name, its alias or None) of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", alias.asname) for alias in node.names)


# Floors and subjects


def climbing(room: str, source: str) -> set[str]:
    """Imports in `source` that go up, or sideways into another door."""
    rooms = {name.split(".")[0] for name, _alias in imports(ast.parse(source))}
    high = {other for other in rooms & FLOOR.keys()
            if FLOOR[other] > FLOOR[room] or (other in DOORS and room in DOORS and other != room)}
    return high | ({"flask", "htmx_flask"} & rooms if FLOOR[room] < 3 else set())


def climbing_subjects(subject: str, source: str) -> set[str]:
    """Imports in `source`, a file of `subject`, of subjects that stand above it."""
    found = {name.split(".")[1] for name, _alias in imports(ast.parse(source))
             if name.startswith("services.")}
    return {other for other in found if SUBJECTS.index(other) > SUBJECTS.index(subject)}


@pytest.mark.parametrize("path", **by_path(sources()))
def test_imports_go_down_only(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if room in FLOOR:
        assert climbing(room, path.read_text()) == set()


@pytest.mark.parametrize(("room", "source", "found"), [
    ("db", "from services.bills import billing", {"services"}),
    ("services", "import flask", {"flask"}),
    ("kiosk", "from sms import send", {"sms"}),
    ("links", "from kiosk import visits", {"kiosk"}),
    ("services", "import kiosk.screens", {"kiosk"}),
    ("staff", "from services.bills import billing", set()),
])
def test_a_planted_import_is_seen(room: str, source: str, found: set[str]) -> None:
    assert climbing(room, source) == found


@pytest.mark.parametrize("path", **by_path(python_files("services")))
def test_subjects_import_only_what_stands_before_them(path: Path) -> None:
    subject = path.relative_to(ROOT).parts[1].removesuffix(".py")
    if subject != "__init__":
        assert climbing_subjects(subject, path.read_text()) == set()


@pytest.mark.parametrize(("subject", "source", "found"), [
    ("bills", "from services.payments import payments", {"payments"}),
    ("payments", "from services import periodic", {"periodic"}),
    ("contracts", "from services.kiosks.visits import Visit", {"kiosks"}),
    ("cash", "from services.payments import payments", set()),
    ("cash", "from services.cash import shifts", set()),
])
def test_a_planted_subject_is_seen(subject: str, source: str, found: set[str]) -> None:
    assert climbing_subjects(subject, source) == found


# Names at the call site


def right_name(module: str, by: str) -> str:
    """What a file (`by`, as a/b.py) calls a module that it imports."""
    word = module.split(".")[-1]
    if module.startswith("db.") and not by.startswith("db/") and word in SERVICE_WORDS:
        return f"{singular(word)}_records"
    return word


def singular(word: str) -> str:
    """payments → payment, replies → reply; cash stays."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def misnamed(source: str, by: str) -> list[str]:
    """Modules of ours in `source` that go by another name than the rule gives them."""
    tree = ast.parse(source)
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names if alias.asname is None}
    return [f"{name} as {alias or name.split('.')[-1]}" for name, alias in imports(tree)
            if name in MODULES and name not in plain
            and (alias or name.split(".")[-1]) != right_name(name, by)]


@pytest.mark.parametrize("path", **by_path(everything()))
def test_a_module_goes_by_one_name(path: Path) -> None:
    assert misnamed(path.read_text(), path.relative_to(ROOT).as_posix()) == []


@pytest.mark.parametrize(("source", "by", "found"), [
    ("from db import payments", "services/cash/takings.py", ["db.payments as payments"]),
    ("from db import payments as stored", "staff/x.py", ["db.payments as stored"]),
    ("from services import clock as time", "kiosk/x.py", ["services.clock as time"]),
    ("import kiosk.bills as screens", "app.py", ["kiosk.bills as screens"]),
    ("from db import payments as payment_records", "services/cash/takings.py", []),
    ("from db import payments", "db/checking.py", []),
    ("from db import reference", "services/cash/takings.py", []),
    ("import kiosk.bills", "app.py", []),
    ("from db.payments import Payment as Row", "services/x.py", []),
])
def test_a_planted_alias_is_seen(source: str, by: str, found: list[str]) -> None:
    assert misnamed(source, by) == found


def unprefixed(door: str, source: str) -> list[str]:
    """Blueprints in `source` that do not say at which door they hang."""
    names = [node.args[0].value for node in ast.walk(ast.parse(source))
             if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Blueprint"
             and isinstance(node.args[0], ast.Constant)]
    return [name for name in names if not str(name).startswith(f"{door}_")]


@pytest.mark.parametrize("path", **by_path(python_files("web", *DOORS)))
def test_a_blueprint_says_its_door(path: Path) -> None:
    assert unprefixed(path.relative_to(ROOT).parts[0], path.read_text()) == []


def test_a_planted_blueprint_is_seen() -> None:
    assert unprefixed("kiosk", 'bp = Blueprint("bills", __name__)') == ["bills"]
    assert unprefixed("kiosk", 'bp = Blueprint("kiosk_bills", __name__)') == []


def defined() -> dict[str, set[str]]:
    """Modules by the name of a public class that they define."""
    found: dict[str, set[str]] = {}
    for path in sources():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, set()).add(module_name(path))
    return found


CLASSES = defined()
SAME_ON_PURPOSE = {"Sender"}  # each gateway's; `sms/gateways/registry.py` chooses one


def namesakes(source: str, by: str) -> set[str]:
    """Classes in `source` (of module `by`) of which there is another one of the same name there."""
    tree = ast.parse(source)
    modules = {name.split(".")[-1]: name for name, _alias in imports(tree) if name in MODULES}
    met: dict[str, set[str]] = {}
    for name, _alias in imports(tree):
        module, _dot, word = name.rpartition(".")
        if module in CLASSES.get(word, ()):
            met.setdefault(word, set()).add(module)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = modules.get(node.value.id, "")
            if module in CLASSES.get(node.attr, ()):
                met.setdefault(node.attr, set()).add(module)
        elif isinstance(node, ast.ClassDef) and by in CLASSES.get(node.name, ()):
            met.setdefault(node.name, set()).add(by)
    return {word for word, homes in met.items() if len(homes) > 1} - SAME_ON_PURPOSE


@pytest.mark.parametrize("path", **by_path(sources()))
def test_no_two_classes_of_one_name_meet(path: Path) -> None:
    assert namesakes(path.read_text(), module_name(path)) == set()


def test_planted_namesakes_are_seen() -> None:
    two = "from services.errors import Unavailable\nfrom web import terminal\nterminal.Unavailable"
    assert namesakes(two, "terminal.x") == {"Unavailable"}
    assert namesakes("from services.errors import Unavailable", "terminal.x") == set()


# Queries


def tables() -> set[str]:
    """Names of the classes that are tables."""
    return {node.name for path in python_files("db") for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.ClassDef)
            and any(ast.unparse(base) in ("Model", "connection.Model") for base in node.bases)}


TABLES = tables()


def queries(source: str) -> list[str]:
    """What in `source` reaches into a table's class or makes a row, and each import of peewee."""
    tree = ast.parse(source)
    names = {alias or name.split(".")[-1] for name, alias in imports(tree)
             if name.startswith("db.")}

    def is_table(node: ast.AST) -> bool:
        words = ast.unparse(node).split(".")
        return words[0] in names and words[-1] in TABLES

    reached = [ast.unparse(node) for node in ast.walk(tree)
               if (isinstance(node, ast.Attribute) and is_table(node.value))
               or (isinstance(node, ast.Call) and is_table(node.func))]
    return reached + [name for name, _alias in imports(tree)
                      if name.split(".")[0] in ("peewee", "playhouse")]


@pytest.mark.parametrize("path", **by_path([path for path in sources()
                                            if path.relative_to(ROOT).parts[0] != "db"]))
def test_queries_live_in_the_record_room(path: Path) -> None:
    assert queries(path.read_text()) == []


@pytest.mark.parametrize(("source", "found"), [
    ("from db.bills import Bill\nBill.select()", ["Bill.select"]),
    ("from db import bills\nbills.Bill.get_or_none(id=1)", ["bills.Bill.get_or_none"]),
    ("from db.calls import Call\nCall(code='x').save()", ["Call(code='x')"]),
    ("import peewee", ["peewee"]),
    ("from collections import Counter\nCounter()", []),
    ("from db.bills import Bill\ndef f(row: Bill) -> int:\n    return row.total", []),
])
def test_a_planted_query_is_seen(source: str, found: list[str]) -> None:
    assert queries(source) == found


# Files from outside


# What reads them. Whatever imports one of these is run by the child, or reads only what is ours.
READERS = {"PIL", "lxml", "pypdf", "pypdfium2", "pyhanko", "pyhanko_certvalidator", "zxingcpp",
           "zipfile", "xml.etree", "xml.dom", "xml.parsers"}
RUN_BY_THE_CHILD = {
    "services.decoding.frames", "services.decoding.marks", "services.decoding.photographs",
    "services.decoding.pixels", "services.decoding.scans", "services.contracts.seal.seal_checks",
    "services.importing.einvoices.walk", "services.importing.einvoices.xml_stream",
    "services.importing.einvoices.zip_entries", "services.importing.einvoices.amounts",
    "services.importing.einvoices.fields", "services.importing.einvoices.invoices",
    "services.transfers.statements.camt", "services.transfers.statements.camt_entries",
    "services.transfers.statements.camt_fields"}
ONLY_OURS = {
    "services.kiosks.slips": "draws slips", "services.demo.archive": "draws papers of the demo",
    "services.contracts.seal.seals": "seals our own PDF", "services.contracts.file_sets": "packs",
    "db.postgres_backup": "our own backups", "services.contracts.seal.demo_seal": "makes a key"}
# Of those that the child runs, what others may import: names and jobs, no reading.
SAFE_IN_THE_PARENT = {
    "services.decoding.frames", "services.decoding.photographs", "services.decoding.scans",
    "services.decoding.marks", "services.importing.einvoices.fields",
    "services.contracts.seal.seal_checks"}


def outside_readers(source: str, by: str) -> set[str]:
    """What in `source` could read a file from outside in a process that serves people."""
    if by in RUN_BY_THE_CHILD:
        return set()
    tree = ast.parse(source)
    typing_only = {id(node) for block in ast.walk(tree) if isinstance(block, ast.If)
                   and ast.unparse(block.test) == "TYPE_CHECKING" for node in ast.walk(block)}
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for name, _alias in imports(node):
            words = name.split(".")
            if {words[0], ".".join(words[:2])} & READERS and by not in ONLY_OURS:
                found.add(name)
            found |= {name for module in RUN_BY_THE_CHILD - SAFE_IN_THE_PARENT
                      if name == module or name.startswith(f"{module}.")}
    return found


@pytest.mark.parametrize("path", **by_path(sources()))
def test_no_process_that_serves_people_reads_a_file_from_outside(path: Path) -> None:
    assert outside_readers(path.read_text(), module_name(path)) == set()


@pytest.mark.parametrize(("source", "by", "found"), [
    ("def view():\n    from PIL import Image", "kiosk.papers", {"PIL.Image"}),
    ("import zipfile", "staff.archive.scans", {"zipfile"}),
    ("from services.transfers.statements import camt", "services.transfers.statements.reading",
     {"services.transfers.statements.camt"}),
    ("if TYPE_CHECKING:\n    from PIL import Image", "services.archive.sheets", set()),
    ("from PIL import Image", "services.kiosks.slips", set()),
    ("from PIL import Image", "services.decoding.pixels", set())])
def test_a_planted_reader_is_seen(source: str, by: str, found: set[str]) -> None:
    assert outside_readers(source, by) == found


def test_the_lists_of_readers_name_what_is_there() -> None:
    assert RUN_BY_THE_CHILD | set(ONLY_OURS) <= MODULES and SAFE_IN_THE_PARENT <= RUN_BY_THE_CHILD


# Sizes


@pytest.mark.parametrize("path", **by_path(sources()))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= MOST_LINES
    if "migrations" in path.parts:
        return
    long = [node.name for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno - node.lineno >= MOST_FUNCTION_LINES]
    assert long == []


def crowded(names: list[str]) -> dict[str, int]:
    """Folders with more modules than MOST_MODULES, of paths such as a/b.py; a lobby is none."""
    counts: dict[str, int] = {}
    for name in names:
        folder, _slash, file = name.rpartition("/")
        counts[folder] = counts.get(folder, 0) + (file != "__init__.py")
    return {folder: number for folder, number in counts.items()
            if number > MOST_MODULES and folder != "db"}


def test_no_folder_is_a_corridor() -> None:
    assert crowded([path.relative_to(ROOT).as_posix() for path in everything()]) == {}


def test_a_planted_corridor_is_seen() -> None:
    doors = [f"services/door{number}.py" for number in range(MOST_MODULES + 1)]
    assert crowded([*doors, "services/__init__.py"]) == {"services": MOST_MODULES + 1}
    assert crowded([*doors[1:], "services/__init__.py"]) == {}


def test_a_lobby_holds_a_docstring_and_nothing_else() -> None:
    for room in FLOOR:
        for path in (ROOT / room).rglob("__init__.py"):
            body = ast.parse(path.read_text()).body
            assert len(body) == 1 and ast.get_docstring(ast.parse(path.read_text())), path
