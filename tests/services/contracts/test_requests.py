"""Requests for contract signing: checked, ticketed, told by text."""

from __future__ import annotations

import pytest

from db.contracts import ContractRequest
from db.outbox.outbox import OutboxMessage
from services.contracts import requests
from services.contracts.requests import Wish
from services.errors import InvalidInput, UnknownTicket
from tests.villagers import HOA, NOON


def wish(**other) -> Wish:
    return Wish("Nguyễn Thị Hoa", None, HOA.commune_code, "any", "kiosk")._replace(**other)


def test_a_request_is_found_by_its_ticket(app) -> None:
    ticket = requests.request(wish(name="  Nguyễn   Thị Hoa "), NOON)
    found = requests.status(ticket)
    assert (found.name, found.state, found.purpose) == ("Nguyễn Thị Hoa", "open", "household")


def test_who_has_a_phone_is_texted_the_ticket_once(app, vault) -> None:
    ticket = requests.request(wish(phone=vault.seal_phone(HOA.phone)), NOON)
    assert [ticket in message.params for message in OutboxMessage.select()] == [True]


@pytest.mark.parametrize("other", [{"phone": None}, {"channel": "sms"}])
def test_nobody_else_is_texted(app, vault, other: dict) -> None:
    requests.request(wish(phone=vault.seal_phone(HOA.phone))._replace(**other), NOON)
    assert OutboxMessage.select().count() == 0


@pytest.mark.parametrize(("other", "field"), [
    ({"name": "H"}, "name"), ({"name": "Hoa 2"}, "name"), ({"name": "A" * 61}, "name"),
    ({"name": "Hoa; --"}, "name"), ({"name": ". ."}, "name"),
    ({"commune_code": "99999"}, "commune"),
    ({"meet_when": "never"}, "when"), ({"purpose": "castle"}, "purpose"),
])
def test_a_wish_that_cannot_be_names_its_field(app, other: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        requests.request(wish(**other), NOON)
    assert refusal.value.field == field and ContractRequest.select().count() == 0


@pytest.mark.parametrize("name", ["Lý Văn Páo", "Giàng A Pháo", "H'Hen Niê", "Ma Thị A-Ly", "Ý Ly"])
def test_names_of_all_peoples_are_taken(name: str) -> None:
    assert requests.clean_name(name) == name


def test_an_unknown_ticket_is_named_so(app) -> None:
    with pytest.raises(UnknownTicket):
        requests.status("HD-000000")
