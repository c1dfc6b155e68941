"""The demo's customers: five known ones, the rest drawn by lot from a fixed seed."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from db import reference
from services.demo import names


class Person(NamedTuple):
    """A demo customer and how they use and pay for electricity."""

    code: str
    name: str
    address: str
    commune_code: str
    phone: str  # +84…, "" for none
    households: int
    signed_on: str
    medium: str
    area: str  # town, lowland, highland
    usual_kwh: int  # of a mild month
    owes: int  # how many of the newest bills are unpaid
    kwh: tuple[int, ...] = ()  # fixed use of the newest months, newest first


# The contract of the demo with the outside: codes, names, phones and bills never change.
KNOWN = (
    Person("PA04DH0000017", "Nguyễn Thị Hoa", "Xóm Nà Mao", "05569", "+84912000017", 1,
           "2021-03-15", "electronic", "highland", 165, owes=1, kwh=(222,)),
    Person("PA04DH0000025", "Ma Văn Sơn", "Xóm Bản Piềng", "05569", "+84987000025", 1,
           "2022-08-09", "electronic", "highland", 110, owes=0),
    Person("PA04VN0000033", "Triệu Thị Mẩy", "Bản Khuổi Luông", "05716", "+84363000033", 1,
           "2020-11-23", "electronic", "highland", 70, owes=2, kwh=(100, 50)),
    Person("PA04PY0000041", "Lý Văn Páo", "Tổ 7", "05860", "", 1,
           "2019-05-17", "electronic", "town", 380, owes=1, kwh=(500,)),
    Person("PA04DH0000058", "Hoàng Thị Lan", "Xóm Đồng Chùa", "05569", "+84912000058", 1,
           "2016-04-12", "paper", "highland", 95, owes=0),
)
_FIRST_NUMBER = 1000  # the known people's numbers lie below
_USUAL_KWH = {"town": 210, "lowland": 150, "highland": 95}
_SHARE = {"town": 3, "lowland": 2, "highland": 1}  # how many people live in a commune
# Most owe nothing or the newest bill; a few are behind.
_OWES = ((0, 1, 2, 3), (72, 22, 4, 2))


def everybody(count: int, rng: random.Random) -> Iterator[Person]:
    """The five known people and `count - 5` others, over all communes."""
    yield from KNOWN
    numbers = {office["letters"]: _FIRST_NUMBER for office in reference.demo()["offices"]}
    for office, commune_code in itertools.islice(_places(rng), max(0, count - len(KNOWN))):
        letters = office["letters"]
        numbers[letters] += rng.randrange(1, 9)
        yield _person(rng, office, commune_code, f"PA04{letters}{numbers[letters]:07}")


def _places(rng: random.Random) -> Iterator[tuple[dict, str]]:
    """(office, commune) without end: each commune once, then by size."""
    places = [(office, commune) for office in reference.demo()["offices"]
              for commune in office["communes"]]
    yield from places
    weights = [_SHARE[office["area"]] for office, _commune in places]
    while True:
        yield from rng.choices(places, weights, k=1000)


def _person(rng: random.Random, office: dict, commune_code: str, code: str) -> Person:
    area = office["area"]
    households = rng.choices((1, 2, 3), (97, 2, 1))[0]
    signed_on, medium = _contract(rng)
    return Person(
        code, names.person(rng, names.people_of(rng, office)),
        rng.choice(reference.demo()["hamlets"][area]), commune_code,
        names.phone(rng) if rng.random() < 0.86 else "", households, signed_on, medium, area,
        usual_kwh=_usual_kwh(rng, area) * households, owes=rng.choices(*_OWES)[0])


def _usual_kwh(rng: random.Random, area: str) -> int:
    return min(650, max(12, round(rng.lognormvariate(0, 0.55) * _USUAL_KWH[area])))


def _contract(rng: random.Random) -> tuple[str, str]:
    """(day, medium): paper before 2019, since then 95 of 100 electronic."""
    year = rng.choices(range(2006, 2027), [2] * 13 + [6] * 8)[0]
    day = date(year, rng.randrange(1, 13 if year < 2026 else 9), rng.randrange(1, 29))
    electronic = year >= 2019 and rng.random() < 0.95
    return day.isoformat(), "electronic" if electronic else "paper"
