"""Reference data that comes with the program: communes, tariff rows, banks.

Sources: communes after Resolution 1683/NQ-UBTVQH15 (in force 1 July 2025); tariff rows
from the decisions named in the file; bank BINs as NAPAS publishes them.
"""

from __future__ import annotations

import csv
import functools
import json
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"


class Commune(NamedTuple):
    """A commune or ward of Thái Nguyên."""

    code: str
    name: str  # "Xã Định Hóa"
    lat: float  # of its middle, degrees
    lon: float


@functools.cache
def communes() -> dict[str, Commune]:
    """The 92 communes and wards since 1 July 2025, by code, in alphabetical order of the file."""
    with open(DATA / "communes.csv", encoding="utf-8") as file:
        return {row["code"]: Commune(row["code"], row["name"], float(row["lat"]), float(row["lon"]))
                for row in csv.DictReader(file)}


def commune_name(code: str) -> str:
    """Name of a commune; "" for none or an unknown one."""
    commune = communes().get(code)
    return commune.name if commune else ""


class ElectricityOffice(NamedTuple):
    """A local office; its code begins each of its customers' codes."""

    code: str  # "PA04DH"
    name: str  # "Định Hóa"


@functools.cache
def offices() -> list[ElectricityOffice]:
    """The offices, in the order in which they are read out."""
    with open(DATA / "offices.csv", encoding="utf-8") as file:
        return [ElectricityOffice(row["office"], row["name"]) for row in csv.DictReader(file)]


@functools.cache
def former_communes() -> list[tuple[str, str, str]]:
    """(name and district before July 2025, code of today's commune): people use the old ones."""
    with open(DATA / "communes_before_2025.csv", encoding="utf-8") as file:
        return [(row["old_name"], row["old_district"], row["new_code"])
                for row in csv.DictReader(file)]


class FormerCommune(NamedTuple):
    """A commune as it was before July 2025, and the one it belongs to now."""

    code: str
    name: str  # "Xã Bảo Linh"
    district: str  # "Huyện Định Hóa"
    new_code: str


@functools.cache
def communes_before_2025() -> dict[str, FormerCommune]:
    """The former communes by their code, in the order of the file."""
    with open(DATA / "communes_before_2025.csv", encoding="utf-8") as file:
        return {row["old_code"]: FormerCommune(row["old_code"], row["old_name"],
                                               row["old_district"], row["new_code"])
                for row in csv.DictReader(file)}


@functools.cache
def tariff_table() -> dict:
    """Dated residential and VAT rows, as `services/bills/tariffs.charge` takes them."""
    return json.loads((DATA / "tariffs.json").read_text(encoding="utf-8"))


@functools.cache
def banks() -> dict[str, str]:
    """Short bank name by BIN."""
    rows = json.loads((DATA / "banks.json").read_text(encoding="utf-8"))
    return {row["bin"]: row["short"] for row in rows}


def partners() -> list[tuple[str, str, str]]:
    """(name, title, kind) of every partner, and of the company's own cash desk."""
    with open(DATA / "partners.csv", encoding="utf-8") as file:
        return [(row["name"], row["title"], row["kind"]) for row in csv.DictReader(file)]


def promotions() -> bytes:
    """The promotions that the demo begins with, as a file of them is read."""
    return (DATA / "promotions.json").read_bytes()


class Holidays(NamedTuple):
    """ISO days on which offices are closed though it is no weekend, and Saturdays worked."""

    days_off: frozenset[str]
    working_saturdays: frozenset[str]


@functools.cache
def holidays() -> Holidays:
    """Public holidays; the file names its source and is replaced year by year."""
    rows = json.loads((DATA / "holidays.json").read_text(encoding="utf-8"))
    return Holidays(frozenset(rows["days_off"]), frozenset(rows["working_saturdays"]))


@functools.cache
def demo() -> dict:
    """What the demo's people are made of: names by people, offices, hamlets, outage reasons."""
    return json.loads((DATA / "demo.json").read_text(encoding="utf-8"))


@functools.cache
def danger_words() -> dict[str, list[str]]:
    """The lines of danger.txt, a list a section; comments and empty lines left out."""
    sections: dict[str, list[str]] = {}
    for line in (DATA / "danger.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return sections
