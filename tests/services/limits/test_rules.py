"""The table of limits: docs/limits.md says the same, and every act of a stranger has a row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services import clock
from services.limits import rules
from services.limits.rules import FOR_EVER, RULES, Rule

ROOT = Path(__file__).resolve().parents[3]
PER = {clock.MINUTE: "minute", 10 * clock.MINUTE: "10 minutes", clock.HOUR: "hour",
       clock.DAY: "day", FOR_EVER: "each"}


def line(rule: Rule) -> str:
    """A rule as its line in docs/limits.md."""
    number = f"{rule.most:,}".replace(",", " ") if isinstance(rule.most, int) else f"`{rule.most}`"
    per = ("local " if rule.local else "") + PER[rule.per]
    what = rule.what + ("; different ones" if rule.different else "")
    return f"| `{rule.name}` | {what} | {number} | {per} | {rule.way} | {rule.then} |"


def test_the_document_is_the_table() -> None:
    document = (ROOT / "docs" / "limits.md").read_text()
    written = re.findall(r"^\| `[a-z_]+\.[a-z_]+` \|.*$", document, re.M)
    assert written == [line(rule) for rule in RULES.values()]


@pytest.mark.parametrize("name", RULES)
def test_a_name_fits_its_column_and_says_of_whom_it_counts(name: str) -> None:
    assert len(name) <= 24 and re.fullmatch(r"[a-z_]+\.[a-z_]+", name)


@pytest.mark.parametrize("act", ["request", "call", "link"])
def test_what_strangers_cause_is_limited_by_machine_phone_commune_and_all(act: str) -> None:
    assert {f"{act}.{part}" for part in ("device", "phone", "commune", "all")} <= set(RULES)
    assert rules.most(f"{act}.device") == 10


SOURCES = "".join(path.read_text() for room in ("services", "kiosk", "links", "sms", "partners")
                  for path in (ROOT / room).rglob("*.py") if path.name != "rules.py")


@pytest.mark.parametrize("name", [name for name, rule in RULES.items()
                                  if isinstance(rule.most, int)])
def test_no_row_is_there_that_nothing_asks_for(name: str) -> None:
    act, _dot, _who = name.partition(".")
    purpose = re.fullmatch(r"code_([a-z]+?)(?:_soon)?", act)
    asked = f'"{purpose[1]}"' if purpose else f'limits.act("{act}"'
    assert f'"{name}"' in SOURCES or asked in SOURCES


@pytest.mark.parametrize("path", sorted((ROOT / "kiosk").glob("*.py")), ids=lambda path: path.name)
def test_whatever_a_kiosk_takes_in_is_told_of_in_the_document(path: Path) -> None:
    """Each address that takes something from a stranger stands in docs/limits.md with its limit."""
    document = (ROOT / "docs" / "limits.md").read_text()
    taken = re.findall(r'@bp\.(?:post\("([^"]+)"|route\("([^"]+)", methods)', path.read_text())
    assert [one for one in (first or second for first, second in taken)
            if f"`/kiosk{one}`" not in document] == []


def test_a_day_has_room_for_what_hours_allow() -> None:
    assert rules.most("others.phone_day") > rules.most("others.phone")
