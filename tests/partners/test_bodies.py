"""What partners send is read strictly, and what is wrong with it is named."""

from __future__ import annotations

import json

import pytest

from db.payments import Payment
from tests.partners.signing import HOA_OWES, PAYMENTS, paid


@pytest.mark.parametrize(("field", "value", "reason"), [
    ("partner_txn_id", None, "missing"), ("partner_txn_id", 1, "text"),
    ("partner_txn_id", "", "form"), ("partner_txn_id", "x" * 65, "form"),
    ("partner_txn_id", "a/b", "form"), ("partner_txn_id", "a b", "form"),
    ("partner_txn_id", "số", "form"), ("partner_txn_id", "a\n", "form"),
    ("bill_id", None, "missing"), ("bill_id", 7, "text"), ("bill_id", "", "form"),
    ("bill_id", "x" * 65, "form"), ("bill_id", "a\0b", "form"),
    ("amount", None, "missing"), ("amount", "546108", "whole"), ("amount", 546108.5, "whole"),
    ("amount", True, "whole"), ("amount", [], "whole"), ("amount", 0, "range"),
    ("amount", -1, "range"), ("amount", 10**13, "range"), ("amount", 10**400, "range"),
    ("paid_at", None, "missing"), ("paid_at", 1794700000, "text"), ("paid_at", "", "moment"),
    ("paid_at", "2026-11-15", "moment"), ("paid_at", "2026-11-15T12:00:00", "moment"),
    ("paid_at", "2026-11-15 12:00:00+07:00", "moment"),
    ("paid_at", "2026-11-15T12:00+07:00", "moment"),
    ("paid_at", "2026-11-15T12:00:00+0700", "moment"),
    ("paid_at", "2026-11-31T12:00:00Z", "moment"), ("paid_at", "2026-11-15T25:00:00Z", "moment"),
    ("paid_at", "2026-W46-7T12:00:00Z", "moment"), ("paid_at", "٢٠٢٦-11-15T12:00:00Z", "moment"),
    ("payer", 1, "text"), ("payer", "", "form"), ("payer", "x" * 121, "form"),
    ("payer", "a\0b", "form"), ("payer", "a\ud800", "form"), ("payer", "a\nb", "form"),
    ("promotion", "TET27", "object"), ("promotion", {}, "missing"),
    ("channel", "app", "unknown"), ("số tiền", 1, "unknown"),
])
def test_a_field_that_is_not_as_it_should_be_is_named(viettel, field, value, reason) -> None:
    answer = viettel.pay(**{field: value})
    assert (answer.status_code, answer.json["title"]) == (422, "invalid_field")
    assert answer.json["reason"] == reason
    assert answer.json["field"].startswith(field.encode("ascii", "replace").decode())
    assert answer.json["detail"]
    assert Payment.select().count() == 0


@pytest.mark.parametrize(("field", "value", "reason"), [
    ("id", "", "form"), ("id", 1, "text"), ("discount", 1.5, "whole"), ("discount", 0, "range"),
    ("discount", HOA_OWES + 1, "above"), ("funded_by", "x" * 65, "form"), ("rate", 5, "unknown"),
])
def test_a_promotions_field_is_named_too(viettel, field, value, reason) -> None:
    promotion = {"id": "TET27", "discount": 1, "funded_by": "viettel", field: value}
    answer = viettel.pay(promotion=promotion)
    assert (answer.status_code, answer.json["field"], answer.json["reason"]) == (
        422, f"promotion.{field}", reason)


GOOD = json.dumps(paid()).encode()


@pytest.mark.parametrize("raw", [
    b"", b"null x", b"{", GOOD[:-1], GOOD + GOOD, b"\xff\xfe" + GOOD, b"\xef\xbb\xbf" + GOOD,
    GOOD.decode().encode("utf-16"), GOOD.replace(b"546108", b"NaN"),
    GOOD.replace(b"546108", b"Infinity"), GOOD.replace(b"546108", b"0546108"),
    GOOD.replace(b"546108", b"9" * 6000), b'{"amount": 1, ' + GOOD[1:], b"[" * 15_000,
    GOOD.replace(b'"amount"', b"'amount'"), b"partner_txn_id=1&amount=546108",
])
def test_what_is_no_json_is_refused(viettel, raw: bytes) -> None:
    answer = viettel.post(PAYMENTS, raw)
    assert (answer.status_code, answer.json["title"]) == (400, "malformed_json")
    assert Payment.select().count() == 0


@pytest.mark.parametrize("raw", [b"null", b"1", b'"x"', b"[]", b"[{}]", b"true"])
def test_json_that_is_no_object_is_refused(viettel, raw: bytes) -> None:
    answer = viettel.post(PAYMENTS, raw)
    assert (answer.status_code, answer.json["field"], answer.json["reason"]) == (
        422, "body", "object")


@pytest.mark.parametrize("paid_at", [
    "2026-11-15T12:00:00+07:00", "2026-11-15T05:00:00Z", "2026-11-15t05:00:00z",
    "2026-11-15T05:00:00.000000000Z", "2026-11-14T22:00:00-07:00"])
def test_a_moment_may_be_written_in_any_zone(viettel, clock, paid_at: str) -> None:
    assert viettel.pay(paid_at=paid_at).status_code == 201
    assert Payment.get().paid_at == clock()


@pytest.mark.parametrize("spelt", [b"546108.0", b"5.46108e5", b"546108.000"])
def test_json_does_not_tell_whole_numbers_apart_by_spelling(viettel, spelt: bytes) -> None:
    first = viettel.pay()
    again = viettel.post(PAYMENTS, GOOD.replace(b"546108", spelt, 1))
    assert (again.status_code, again.data) == (200, first.data)


@pytest.mark.parametrize("spelt", [b"546108.01", b"1e400", b"1e300", b"-5.46108e5"])
def test_other_numbers_are_no_amounts(viettel, spelt: bytes) -> None:
    answer = viettel.post(PAYMENTS, GOOD.replace(b"546108", spelt, 1))
    assert (answer.status_code, answer.json["field"]) == (422, "amount")
