"""Acts that need two persons: one table for people and program, and each of them asks."""

from __future__ import annotations

import ast
import re

import pytest

from db.connection import write
from services.errors import NotYours, SamePerson
from services.officers import second_person
from services.officers.second_person import ACTS, NOT_HERE, Act
from tests import officers
from tests.conftest import ROOT
from tests.officers import CANBO, GIAMSAT, HANH, Person, at_desk, audited
from tests.villagers import NOON

ENFORCED = [act for act in ACTS.values() if act.service != NOT_HERE]
_CONSTANTS = {value: name for name, value in vars(second_person).items()
              if isinstance(value, str) and value in ACTS}


@pytest.fixture(autouse=True)
def hired(app) -> None:
    officers.hire()


def told() -> list[Act]:
    """The table of docs/two-persons.md."""
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$",
                      (ROOT / "docs" / "two-persons.md").read_text(), re.M)
    return [Act(name, () if second == "nobody" else tuple(second.split(", ")),
                "" if service == "-" else service.strip("`")) for name, second, service in rows]


def asks(source: str, function: str, act: str) -> bool:
    """`function` in `source` calls second_person.need, and the file names the act."""
    tree = ast.parse(source)
    found = next(node for node in ast.walk(tree)
                 if isinstance(node, ast.FunctionDef) and node.name == function)
    calls = any(isinstance(node, ast.Call) and ast.unparse(node.func) == "second_person.need"
                for node in ast.walk(found))
    return calls and f"second_person.{_CONSTANTS[act]}" in ast.unparse(tree)


def test_people_read_the_same_table() -> None:
    assert told() == list(ACTS.values())


@pytest.mark.parametrize("act", ENFORCED, ids=[act.name for act in ENFORCED])
def test_each_act_asks_where_the_table_says(act: Act) -> None:
    module, _dot, function = act.service.rpartition(".")
    source = (ROOT / (module.replace(".", "/") + ".py")).read_text()
    # Which act a refund is, is decided beside it.
    if act.name == second_person.LARGE_SUM:
        source += "\nsecond_person.LARGE_SUM"
    assert asks(source, function, act.name)


def test_a_service_that_does_not_ask_is_seen() -> None:
    source = "def approve(file):\n    audit.append(second_person.SEAL)"
    assert not asks(source, "approve", second_person.SEAL)
    assert asks("def approve(f):\n    second_person.need(second_person.SEAL, f)", "approve",
                second_person.SEAL)


@pytest.mark.parametrize(("act", "second", "error"), [
    (second_person.SEAL, CANBO, SamePerson), (second_person.SEAL, HANH, None),
    (second_person.LARGE_SUM, HANH, NotYours), (second_person.LARGE_SUM, GIAMSAT, None),
    (second_person.SEAL, Person("tro", "helper"), NotYours), ("restore", GIAMSAT, NotYours)])
def test_who_may_be_the_second(act: str, second: Person, error) -> None:
    assert second_person.may(act, CANBO.name, at_desk(second)) == (error is None)
    if error is None:
        second_person.need(act, CANBO.name, at_desk(second), "HD-1", NOON)
        return
    with pytest.raises(error):
        second_person.need(act, CANBO.name, at_desk(second), "HD-1", NOON)


def test_the_first_one_under_the_same_name_is_on_the_record() -> None:
    with pytest.raises(SamePerson):
        second_person.need(second_person.SEAL, CANBO.name, at_desk(CANBO), "HD-482915", NOON)
    assert audited() == [("canbo", "second.refused", "HD-482915", "contract.seal of canbo")]


def test_a_refusal_is_never_taken_back_with_what_it_refused() -> None:
    with pytest.raises(RuntimeError):
        write(lambda: second_person.need(second_person.SEAL, CANBO.name, at_desk(HANH), "", NOON))
