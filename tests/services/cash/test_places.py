"""Where cash is taken: the nearest first, and no more than one can look at."""

from __future__ import annotations

import pytest

from db.audit import AuditEntry
from db.places import Place
from services.cash import places
from tests.villagers import NOON

DINH_HOA, PHU_DINH, PHO_YEN = "05569", "05602", "05860"


def put(code: str, commune: str, name: str = "") -> None:
    Place.create(code=code, name=name or code, kind="shop", address="Xóm Nà Mao",
                 commune_code=commune, hours="", phone="")


@pytest.fixture(autouse=True)
def taken(app):
    """One place in the commune, one next to it, one far away."""
    put("far", PHO_YEN)
    put("next", PHU_DINH)
    put("here b", DINH_HOA)
    put("here a", DINH_HOA)


@pytest.mark.parametrize(("commune", "order"), [
    (DINH_HOA, ["here a", "here b", "next", "far"]), (PHO_YEN, ["far", "next", "here a", "here b"]),
    ("", ["here a", "here b", "far", "next"]),  # by the communes' names
    ("00000", ["here a", "here b", "far", "next"]),
])
def test_the_nearest_come_first(commune: str, order: list[str]) -> None:
    assert [place.code for place in places.near(commune)] == order


def test_no_more_than_one_can_look_at() -> None:
    for number in range(places.MOST):
        put(f"more {number}", DINH_HOA, f"Tạp hóa {number:02}")
    found = places.near(DINH_HOA)
    assert len(found) == places.MOST and {place.commune_code for place in found} == {DINH_HOA}


def test_a_place_that_takes_no_cash_any_more_is_forgotten_and_audited() -> None:
    assert places.remove("far", NOON) and not places.remove("far", NOON)
    assert "far" not in [place.code for place in places.everywhere()]
    assert AuditEntry.select().where(AuditEntry.action == "places.removed").count() == 1
