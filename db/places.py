"""Places where a bill can be paid in cash."""

from __future__ import annotations

from collections.abc import Sequence

import peewee as pw

from db.connection import Model, fetch, run

KINDS = ("office", "post", "shop", "bank", "officer")


class Place(Model):
    """A place that takes cash for bills; `code` is the company's own word for it."""

    code = pw.CharField(max_length=40, primary_key=True)
    name = pw.CharField(max_length=60)
    kind = pw.CharField(max_length=8)  # of KINDS
    address = pw.CharField(max_length=100)
    commune_code = pw.CharField(max_length=5, index=True)
    hours = pw.CharField(max_length=40)  # as people write them; "" = not known
    phone = pw.CharField(max_length=20)  # likewise


def communes() -> dict[str, int]:
    """How many places there are, by commune; communes without one are left out."""
    return dict(fetch("SELECT commune_code, COUNT(*) FROM place GROUP BY commune_code"))


def within(commune_codes: Sequence[str]) -> list[Place]:
    """The places of these communes, by name."""
    query = Place.select().where(Place.commune_code.in_(list(commune_codes)))
    return list(query.order_by(Place.name, Place.code))


def everywhere() -> list[Place]:
    """All places, by commune and name."""
    return list(Place.select().order_by(Place.commune_code, Place.name, Place.code))


def remove(code: str) -> bool:
    """Forget a place; False when there is none of this code."""
    return run("DELETE FROM place WHERE code = ?", code) == 1
