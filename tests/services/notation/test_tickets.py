"""Ticket numbers."""

from __future__ import annotations

import re

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.calls import DeskNote
from db.contracts import ContractRequest
from db.partners import Partner, PartnerKey
from services.errors import UnknownTicket
from services.notation import tickets
from tests.villagers import NOON


def request_with(ticket: str) -> ContractRequest:
    return ContractRequest.create(ticket=ticket, name="Hoa", commune_code="05569",
                                  meet_when="any", channel="kiosk", created_at=NOON)


@pytest.mark.parametrize("word", ["HD", "GAP"])
def test_a_ticket_is_a_word_and_six_digits(app, word: str) -> None:
    ticket = tickets.with_new_ticket(word, lambda ticket: DeskNote.create(
        ticket=ticket, officer="canbo", text="x", at=NOON))
    assert re.fullmatch(word + r"-[1-9][0-9]{5}", ticket)
    assert DeskNote.get(ticket=ticket).text == "x"


def test_a_taken_ticket_is_drawn_again(app) -> None:
    request_with("HD-111111")
    drawn = iter(["HD-111111", "HD-111111", "HD-222222"])
    given_out = []

    def create(_ticket: str) -> None:
        given_out.append(next(drawn))
        request_with(given_out[-1])

    tickets.with_new_ticket("HD", create)
    assert given_out == ["HD-111111", "HD-111111", "HD-222222"]
    assert ContractRequest.select().count() == 2


def test_many_tickets_are_all_different(app) -> None:
    drawn = {tickets.with_new_ticket("HD", request_with) for _ in range(50)}
    assert len(drawn) == ContractRequest.select().count() == 50


def test_what_no_ticket_can_mend_is_raised_and_not_tried_for_ever(app) -> None:
    def create(_ticket: str) -> None:
        # A partner that is not there: the row is refused under every ticket.
        PartnerKey.create(key_id="k", partner="nobody", secret_sealed=b"x", created_at=NOON)

    assert Partner.get_or_none(name="nobody") is None
    with pytest.raises(peewee.IntegrityError):
        tickets.with_new_ticket("HD", create)


@pytest.mark.parametrize(("typed", "ticket"), [
    ("HD-482915", "HD-482915"), ("hd482915", "HD-482915"), ("hd 482 915", "HD-482915"),
    ("HĐ-482915", "HD-482915"), ("482915", "HD-482915"), ("#482.915.", "HD-482915"),
    ("gap 482915", "GAP-482915"), ("Gấp-482915", "GAP-482915"), ("hd 4829l5", "HD-482915"),
    ("HD-48O915", "HD-480915"),
])
def test_what_people_type_leads_to_the_ticket(typed: str, ticket: str) -> None:
    assert tickets.parse(typed) == ticket


@pytest.mark.parametrize("typed", [
    "", "HD", "HD-48291", "HD-4829155", "XX-482915", "HD-48291X", "٤٨٢٩١٥", "PA04DH0000017",
    "HD-482915" + " " * 40 + "1", "9" * 5000, "🙂", "\0"])
def test_what_is_no_ticket_is_refused(typed: str) -> None:
    with pytest.raises(UnknownTicket):
        tickets.parse(typed)


@given(st.sampled_from(["HD", "GAP"]), st.integers(100_000, 999_999))
def test_a_ticket_as_given_out_leads_to_itself(word: str, number: int) -> None:
    assert tickets.parse(f"{word}-{number}") == f"{word}-{number}"
    assert tickets.parse(f"{word} {number}".lower()) == f"{word}-{number}"
