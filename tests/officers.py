"""The officers of the tests. Cán bộ works for all communes, Hạnh for Định Hóa, Võ for Võ Nhai;
Giám sát leads and needs a second step."""

from __future__ import annotations

import functools
from typing import NamedTuple

from db.connection import fetch, write
from db.officers import Officer
from services.officers import passwords, rights, sessions
from services.officers.rights import SignedIn
from tests.villagers import NOON

PASSWORD = "lua-nep-thom"


class Person(NamedTuple):
    """Somebody with a desk."""

    name: str
    role: str
    communes: str = rights.EVERYWHERE


CANBO = Person("canbo", "officer")
HANH = Person("hanh", "officer", "05569")
VO = Person("vo", "officer", "05716,05860")
GIAMSAT = Person("giamsat", "supervisor")
ALL = [CANBO, HANH, VO, GIAMSAT]


@functools.cache
def hashed() -> str:
    """One hash for all: making it takes a while, on purpose."""
    return passwords.hash_password(PASSWORD)


def hire() -> None:
    """Put everybody into the database."""
    write(lambda: [Officer.create(name=person.name, role=person.role, communes=person.communes,
                                  password_hash=hashed(), created_at=NOON) for person in ALL])


def at_desk(person: Person) -> SignedIn:
    """The officer as services see them, without a session; the password was given at noon."""
    return SignedIn("", person.name, person.role, rights.reach_of(person.communes), sessions.FULL,
                    NOON, NOON)


def audited() -> list[tuple[str, str, str, str]]:
    """(actor, action, subject, detail) of the whole chain."""
    return fetch("SELECT actor, action, subject, detail FROM audit_entry ORDER BY id")
