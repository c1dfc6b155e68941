"""The link to a signed contract: made, proved, spent, taken back; and copies on paper."""

from __future__ import annotations

import pytest

from db import handover as handover_records
from db.connection import fetch, fetch_row, run, write
from services import clock
from services.contracts import copies, handover
from services.contracts.errors import LinkGone
from services.errors import (
    AlreadyDecided,
    CodeExpired,
    InvalidInput,
    NotYours,
    TooManyCodes,
    UnknownTicket,
    WrongCode,
)
from tests import contracts, officers
from tests.officers import GIAMSAT, HANH, VO, audited
from tests.villagers import NOON

PAO_CARD = "019068000041"


@pytest.fixture(autouse=True)
def hired(app) -> None:
    officers.hire()


class Link:
    """The link that Hoa got by text."""

    def __init__(self, here):
        self.vault = here.vault
        self.ticket = contracts.signed(here)
        self.token = contracts.link_token(self.vault)

    def code(self, now=NOON) -> str:
        handover.send_code(self.token, self.vault, now)
        return contracts.last_code(self.vault)

    def prove(self, typed, now=NOON):
        return handover.prove(self.token, typed, self.vault, now)

    def find(self, now=NOON):
        return handover.find(self.token, self.vault, now)


@pytest.fixture
def link(here) -> Link:
    return Link(here)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def gone(link, now=NOON) -> str:
    with pytest.raises(LinkGone) as refused:
        link.find(now)
    return refused.value.reason


def test_the_code_of_the_phone_opens_the_contract_on_the_record(link, here):
    opened = link.prove(link.code())
    assert (opened.ticket, opened.phone) == (link.ticket, "091****017")
    assert copies.take_by_link(opened, here).startswith(b"%PDF-")
    assert [row[:3] for row in audited()][-2:] == [
        ("link", "contract.opened", link.ticket), ("link", "contract.copy", link.ticket)]
    assert copies.tally(link.ticket, NOON).opened == 1


def test_neither_database_nor_outbox_holds_the_token(link):
    everything = str(fetch("SELECT * FROM contract_link")) + str(
        fetch("SELECT * FROM outbox_message")) + str(audited())
    assert len(link.token) == 14 and link.token not in everything


def test_a_token_typed_in_capitals_is_the_same(link, vault):
    assert handover.find(link.token.upper(), vault, NOON).ticket == link.ticket


@pytest.mark.parametrize("token", ["", "x", "k" * 14, "k" * 5000, "../../etc/passwd", "ký" * 7])
def test_a_token_of_nobody_is_unknown(link, vault, token):
    with pytest.raises(LinkGone, match="unknown"):
        handover.find(token, vault, NOON)


def test_wrong_codes_are_counted_though_all_else_fails_and_lock_the_link(link):
    for _ in range(2):
        code = link.code()
        for _ in range(5):
            with pytest.raises(WrongCode):
                link.prove(wrong(code))
    assert gone(link) == "tried"
    with pytest.raises(LinkGone):
        link.code()


def test_a_right_code_forgives_the_wrong_ones_before_it(link):
    for later in range(clock.HOUR, 4 * clock.HOUR, clock.HOUR):
        code = link.code(NOON + later)
        for _ in range(4):
            with pytest.raises(WrongCode):
                link.prove(wrong(code), NOON + later)
        link.prove(code, NOON + later)


def test_a_code_opens_once_and_not_late(link):
    code = link.code()
    link.prove(code)
    with pytest.raises(CodeExpired):
        link.prove(code)
    code = link.code()
    with pytest.raises(CodeExpired):
        link.prove(code, NOON + 11 * clock.MINUTE)


def test_codes_to_one_phone_are_limited(link):
    link.code(), link.code(), link.code()  # the one that signed is of another purpose
    with pytest.raises(TooManyCodes):
        link.code()


def test_a_link_ends_with_its_days(link):
    assert link.find(NOON + 30 * clock.DAY - 1)
    assert gone(link, NOON + 30 * clock.DAY) == "late"


def test_an_officer_takes_the_link_back_and_it_opens_nothing(link, here):
    opened = link.prove(link.code())
    copies.revoke(contracts.opened(link.ticket), NOON)
    assert gone(link) == "revoked"
    with pytest.raises(LinkGone):
        copies.take_by_link(opened, here)
    with pytest.raises(AlreadyDecided):
        copies.revoke(contracts.opened(link.ticket), NOON)
    assert ("canbo", "contract.link.revoked", link.ticket, "1") in audited()


def test_a_new_text_takes_the_place_of_the_link_before(link, here, vault):
    copies.text_again(contracts.opened(link.ticket), here)
    assert gone(link) == "revoked"
    assert handover.find(contracts.link_token(vault), vault, NOON).ticket == link.ticket
    copies.text_again(contracts.opened(link.ticket), here)
    with pytest.raises(InvalidInput, match="often"):
        copies.text_again(contracts.opened(link.ticket), here)
    assert fetch_row("SELECT COUNT(*) FROM outbox_message WHERE kind = 'signed'")[0] == 3


def test_who_has_no_phone_shows_the_citizen_card(here, settings, vault):
    ticket = contracts.signed_by_hand(here)
    assert fetch("SELECT 1 FROM outbox_message WHERE kind = 'signed'") == []
    address = copies.share(contracts.opened(ticket), settings, NOON)
    token = address.removeprefix(settings.public_url + "/c/")
    with pytest.raises(InvalidInput):
        handover.send_code(token, vault, NOON)
    with pytest.raises(WrongCode) as refused:
        handover.prove(token, "019068000042", vault, NOON)
    assert refused.value.left == handover.MOST_TRIES - 1
    for typed in (PAO_CARD, "019 068 000 041", f"{PAO_CARD}|123456789|LÝ VĂN PÁO|03021980"):
        assert handover.prove(token, typed, vault, NOON).phone == ""
    with pytest.raises(InvalidInput, match="nobody"):
        copies.text_again(contracts.opened(ticket), here)


def test_a_print_is_noted_with_who_and_when(link, here):
    assert copies.tally(link.ticket, NOON).copies == 0
    copies.note_print(contracts.opened(link.ticket), here)
    copies.note_print(contracts.opened(link.ticket, GIAMSAT), here._replace(now=NOON + 1))
    given = copies.tally(link.ticket, NOON)
    assert (given.copies, given.last.officer, given.last.at) == (2, "giamsat", NOON + 1)
    assert ("canbo", "contract.print", link.ticket, "") in audited()


@pytest.mark.parametrize(("person", "error"), [(HANH, NotYours), (VO, UnknownTicket)])
def test_only_the_holder_and_who_leads_hand_it_over(link, here, settings, person, error):
    for attempt in (lambda file: copies.download(file, here),
                    lambda file: copies.note_print(file, here),
                    lambda file: copies.share(file, settings, NOON),
                    lambda file: copies.text_again(file, here),
                    lambda file: copies.revoke(file, NOON),
                    lambda file: copies.tally_for_officer(file, NOON)):
        with pytest.raises(error):
            attempt(contracts.opened(link.ticket, person))
    assert copies.download(contracts.opened(link.ticket, GIAMSAT), here)


def test_a_draft_is_not_handed_over(here, settings):
    ticket, _digest = contracts.drafted(here)
    with pytest.raises(AlreadyDecided):
        copies.share(contracts.opened(ticket), settings, NOON)


def test_a_lost_file_is_not_counted_as_printed(link, here, tmp_path):
    (tmp_path / "files" / "sealed" / f"{link.ticket}.pdf.sealed").unlink()
    with pytest.raises(OSError):
        copies.note_print(contracts.opened(link.ticket), here)
    assert handover_records.last_copy(link.ticket) == (0, None)


def test_two_tries_at_once_never_pass_the_limit(link):
    row = handover_records.links(link.ticket)[0].token_hash
    write(lambda: run("UPDATE contract_link SET tries = ?", handover.MOST_TRIES - 1))
    assert [write(lambda: handover_records.count_try(row, NOON, handover.MOST_TRIES))
            for _ in range(2)] == [True, False]
