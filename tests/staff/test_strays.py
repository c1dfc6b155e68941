"""Báo chưa ghi nhận: whatever is told of money and not taken in waits for an officer's word."""

from __future__ import annotations

import pytest

from db.connection import fetch, write
from db.payments import Payment
from db.strays import Stray
from services.payments import partner_keys, strays
from services.payments.strays import Untaken
from tests.officers import GIAMSAT, HANH, VO, at_desk, audited
from tests.partners.signing import HOA_BILL, HOA_OWES, PAYMENTS, PartnerClient
from tests.staff.conftest import english, text
from tests.villagers import HOA, MAY, NOON

PAGE = "/staff/reconciliation/strays"


@pytest.fixture
def viettel(client, vault, clock) -> PartnerClient:
    return PartnerClient(client, partner_keys.key("viettel", vault, clock()), clock)


def rows() -> list[tuple]:
    return [(row.source, row.why, row.number, row.about, row.amount, row.code, row.state, row.times)
            for row in Stray.select().order_by(Stray.id)]


@pytest.mark.parametrize(("changes", "why"), [
    ({"amount": HOA_OWES - 1}, "amount"),
    ({"bill_id": f"{HOA.code}-209912-1"}, "bill"),
    ({"paid_at": "9999-12-31T23:59:59Z"}, "time"),
    ({"paid_at": "0001-01-01T00:00:00+07:00"}, "time"),
    ({"paid_at": "2026-11-15T12:15:01+07:00"}, "time"),
    ({"paid_at": "2025-10-11T11:59:59+07:00"}, "time"),
    ({"promotion": {"id": "NONE", "discount": 5, "funded_by": "x"}}, "promotion"),
])
def test_a_refused_report_waits_until_the_same_number_comes_right(viettel, canbo, changes,
                                                                  why) -> None:
    for _again in range(2):
        assert viettel.pay(**changes).status_code in (404, 422)
    told = {"bill_id": HOA_BILL, "amount": HOA_OWES} | changes
    assert rows() == [("viettel", why, "VT-1", told["bill_id"], told["amount"], HOA.code, "open",
                       2)]
    assert Payment.select().count() == 0
    page = canbo.get(PAGE)
    assert "VT-1" in text(page) and "2 lần" in text(page) and english(page) == []
    assert "Báo chưa ghi nhận 1" in text(canbo.get("/staff/reconciliation"))
    assert viettel.pay().status_code == 201
    assert rows()[0][6] == "taken"
    assert "Đã ghi nhận sau đó" in text(canbo.get(PAGE + "?state=over"))


@pytest.mark.parametrize("paid_at", ["2026-11-15T12:15:00+07:00", "2025-10-11T12:00:00+07:00"])
def test_the_edges_of_what_is_believed(viettel, paid_at) -> None:
    assert viettel.pay(paid_at=paid_at).status_code == 201


def test_a_moment_that_cannot_be_names_the_field(viettel) -> None:
    answer = viettel.pay(paid_at="9999-12-31T23:59:59Z")
    assert (answer.status_code, answer.json["title"], answer.json["field"],
            answer.json["reason"]) == (422, "invalid_field", "paid_at", "far")


def test_another_content_under_a_known_number_is_seen(viettel, canbo) -> None:
    viettel.pay()
    viettel.pay(payer="Tú")
    assert [row[1:3] + row[6:7] for row in rows()] == [("conflict", "VT-1", "open")]
    assert "nội dung khác" in text(canbo.get(PAGE))


def test_an_officer_says_what_was_done(canbo, sign_in) -> None:
    _keep("FT1", HOA.code)
    answer = canbo.post(f"{PAGE}/{_id()}", data={"note": " Đã gọi  Viettel "})
    assert (answer.status_code, answer.location) == (303, PAGE)
    row = Stray.get()
    assert (row.state, row.note, row.officer) == ("resolved", "Đã gọi Viettel", "canbo")
    assert audited()[-1] == ("canbo", "stray.resolve", f"viettel {row.id}",
                             "amount FT1: Đã gọi Viettel")
    again = sign_in(HANH).post(f"{PAGE}/{row.id}", data={"note": "x"})
    assert again.status_code == 409 and "vừa được người khác" in text(again)


@pytest.mark.parametrize(("note", "said"), [("  ", "Hãy ghi đã làm gì."), ("x" * 201, "200 ký tự"),
                                            ("a\x01b", "200 ký tự")])
def test_without_a_word_nothing_is_done(canbo, note, said) -> None:
    _keep("FT1", HOA.code)
    answer = canbo.post(f"{PAGE}/{_id()}", data={"note": note})
    assert answer.status_code == 422 and said in text(answer)
    assert Stray.get().state == "open"


def test_each_officer_sees_the_own_communes_and_what_is_nobodys(sign_in) -> None:
    _keep("FT1", HOA.code)
    _keep("FT2", MAY.code)
    _keep("FT3", "")
    for person, seen in ((HANH, ["FT3", "FT1"]), (VO, ["FT3", "FT2"]),
                         (GIAMSAT, ["FT3", "FT2", "FT1"])):
        found = strays.page(at_desk(person), True, 0).rows
        assert [row.number for row in found] == seen
    assert sign_in(VO).post(f"{PAGE}/{_id()}", data={"note": "x"}).status_code == 404


def test_the_list_is_whole_page_by_page(canbo) -> None:
    for number in range(120):
        _keep(f"N{number}", "")
    seen, address = [], PAGE
    while address:
        page = canbo.get(address).text
        seen += [n for n in (f"N{number}" for number in range(120)) if f">{n} " in page
                 or f">{n}<" in page]
        address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert sorted(seen) == sorted(f"N{number}" for number in range(120))


def test_what_could_not_be_read_is_shown_to_the_officer_and_sealed_at_rest(canbo, vault) -> None:
    strays.keep_unreadable("vnpay", "vnp_Amount=abc&vnp_TxnRef=X\x1b", vault, NOON)
    page = text(canbo.get(PAGE))
    assert "vnpay" in page and "vnp_Amount=abc" in page and "\x1b" not in page
    assert b"abc" not in bytes(fetch("SELECT content_sealed FROM stray")[0][0])


def _keep(number: str, code: str) -> None:
    write(lambda: strays.keep(Untaken("viettel", "amount", number, HOA_BILL, 5, code), NOON))


def _id() -> int:
    return fetch("SELECT MIN(id) FROM stray")[0][0]


def test_every_reason_has_its_words(app) -> None:
    with app.test_request_context():
        words = app.jinja_env.get_template("staff/reconciliation/_words.html").module
    assert set(words.WHY) == set(strays.Why.__args__)


@pytest.mark.parametrize("raw", [b'{"partner_txn_id": "VT-7", "amount": "many"}', b"\xff{"])
def test_a_signed_report_that_cannot_be_read_is_shown_as_it_came(viettel, canbo, raw) -> None:
    for _again in range(2):
        assert viettel.post(PAYMENTS, raw).status_code in (400, 422)
    assert [(row.source, row.why, row.times) for row in Stray.select()] == [
        ("viettel", "unreadable", 2)]
    assert canbo.get(PAGE).status_code == 200
