"""The law of the house: imports go down only, files and functions stay small."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOORS = ("kiosk", "sms", "staff", "partners", "edge", "terminal")
FLOOR = {"db": 1, "services": 2, "web": 3, **dict.fromkeys(DOORS, 4), "app": 5}
ONLY_TYPES = {"web/office.py"}  # names the Settings type
MOST_LINES, MOST_FUNCTION_LINES = 250, 30


def sources() -> list[Path]:
    rooms = [path for room in FLOOR for path in sorted((ROOT / room).rglob("*.py"))]
    return [ROOT / "app.py", ROOT / "config.py", *rooms]


def imported(tree: ast.AST) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names}
    return names | {node.module for node in ast.walk(tree)
                    if isinstance(node, ast.ImportFrom) and node.module}


def forbidden(room: str, source: str) -> set[str]:
    """Imports in `source` that go up, or sideways into another door."""
    rooms = {name.split(".")[0] for name in imported(ast.parse(source))}
    high = {other for other in rooms & FLOOR.keys()
            if FLOOR[other] > FLOOR[room] or (other in DOORS and room in DOORS and other != room)}
    outside = {"flask", "htmx_flask"} & rooms if FLOOR[room] < 3 else set()
    return high | outside | ({"config"} & rooms if room != "app" else set())


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    relative = path.relative_to(ROOT)
    if relative.name == "config.py" or relative.as_posix() in ONLY_TYPES:
        return
    assert forbidden(relative.parts[0].removesuffix(".py"), path.read_text()) == set()


@pytest.mark.parametrize(("room", "source", "found"), [
    ("db", "from services import billing", {"services"}),
    ("services", "import flask", {"flask"}),
    ("kiosk", "from sms import send", {"sms"}),
    ("services", "import kiosk.screens", {"kiosk"}),
    ("staff", "from services import billing", set()),
])
def test_a_planted_import_is_seen(room: str, source: str, found: set[str]) -> None:
    assert forbidden(room, source) == found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) <= MOST_LINES
    if "migrations" in path.parts:
        return
    long = [node.name for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.end_lineno - node.lineno >= MOST_FUNCTION_LINES]
    assert long == []


def test_a_lobby_holds_a_docstring_and_nothing_else() -> None:
    for room in FLOOR:
        for path in (ROOT / room).rglob("__init__.py"):
            body = ast.parse(path.read_text()).body
            assert len(body) == 1 and ast.get_docstring(ast.parse(path.read_text())), path
