"""deliver_sm and submit_sm in our words: every way in which centres spell a text."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.smpp import pdus
from sms.smpp.pdus import Part, Receipt

RECEIPT = (b"id:%s sub:001 dlvrd:001 submit date:2611241200 done date:2611241201 stat:%s"
           b" err:000 text:")


def pdu(short_message: bytes = b"", *, coding: int = 0, esm_class: int = 0, tlvs: bytes = b"",
        sender: bytes = b"84912000017") -> bytes:
    """The body of a deliver_sm, put together by hand."""
    return (b"\0\1\1" + sender + b"\0" + b"\0\0" + b"8055\0" + bytes([esm_class]) + b"\0\0\0\0\0\0"
            + bytes([coding, 0, len(short_message)]) + short_message + tlvs)


def tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">HH", tag, len(value)) + value


def test_a_plain_text() -> None:
    delivery = pdus.parse_delivery(pdu(b"TD PA04DH0000017"))
    assert delivery == ("84912000017", "8055", 0, b"TD PA04DH0000017", None, None)


@pytest.mark.parametrize(("label", "header", "part"), [
    ("8-bit reference", b"\x05\x00\x03\x2a\x03\x02", Part(0x2A, 3, 2)),
    ("16-bit reference", b"\x06\x08\x04\x12\x34\x02\x01", Part(0x1234, 2, 1)),
    ("after another element", b"\x08\x24\x01\x00\x00\x03\x07\x02\x02", Part(7, 2, 2)),
    ("number past the total", b"\x05\x00\x03\x2a\x02\x03", None),
    ("part 0", b"\x05\x00\x03\x2a\x02\x00", None),
    ("one of one", b"\x05\x00\x03\x2a\x01\x01", None),
    ("wrong length of the element", b"\x04\x00\x02\x2a\x02", None),
    ("ports only", b"\x06\x05\x04\x0b\x84\x23\xf0", None),
])
def test_user_data_headers(label: str, header: bytes, part: Part | None) -> None:
    delivery = pdus.parse_delivery(pdu(header + b"xin chao", esm_class=0x40))
    assert delivery.part == part, label
    assert delivery.octets == b"xin chao"


def test_a_header_longer_than_the_text_is_read_as_text() -> None:
    delivery = pdus.parse_delivery(pdu(b"TD 17", esm_class=0x40))
    assert (delivery.part, delivery.octets) == (None, b"TD 17")


def test_parts_by_sar_parameters() -> None:
    tlvs = tlv(0x020C, b"\x01\x02") + tlv(0x020E, b"\x02") + tlv(0x020F, b"\x01")
    assert pdus.parse_delivery(pdu(b"a", tlvs=tlvs)).part == Part(0x0102, 2, 1)


def test_a_long_text_in_message_payload() -> None:
    text = b"xin chao " * 60
    assert pdus.parse_delivery(pdu(tlvs=tlv(0x0424, text))).octets == text


@pytest.mark.parametrize("tag", [0x0005, 0x0204, 0x020A, 0x1204, 0x1400, 0x3FFF])
def test_optional_parameters_of_others_are_passed_over(tag: int) -> None:
    tlvs = tlv(tag, b"\x01") + tlv(0x0424, b"TD")
    assert pdus.parse_delivery(pdu(tlvs=tlvs)).octets == b"TD"


@pytest.mark.parametrize("raw", [
    b"", pdu(b"TD")[:20], pdu(b"TD")[:-1], pdu(b"TD", tlvs=b"\x04"), pdu(tlvs=tlv(1, b"ab")[:-1]),
])
def test_a_torn_pdu_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="torn"):
        pdus.parse_delivery(raw)


@given(st.binary(max_size=300))
def test_whatever_comes_either_reads_or_is_refused(body: bytes) -> None:
    try:
        delivery = pdus.parse_delivery(body)
    except ValueError:
        return
    pdus.text_of(delivery.coding, delivery.octets, "gsm")


@pytest.mark.parametrize(("word", "state"), [
    (b"DELIVRD", "delivered"), (b"UNDELIV", "failed"), (b"EXPIRED", "failed"),
    (b"DELETED", "failed"), (b"REJECTD", "failed"), (b"ACCEPTD", "sent"),
    (b"ENROUTE", "sent"), (b"UNKNOWN", ""), (b"delivrd", "delivered"), (b"NONSENSE", ""),
])
def test_the_words_of_a_receipt(word: bytes, state: str) -> None:
    delivery = pdus.parse_delivery(pdu(RECEIPT % (b"1F", word), esm_class=0x04))
    assert delivery.receipt == Receipt(["1F"], state, word.decode().upper()[:7])


@pytest.mark.parametrize("ending", [b"", b"\0"])
def test_a_receipt_by_parameters_alone(ending: bytes) -> None:
    tlvs = tlv(0x001E, b"0000001F" + ending) + tlv(0x0427, b"\x02")
    delivery = pdus.parse_delivery(pdu(esm_class=0x04, tlvs=tlvs))
    assert delivery.receipt == Receipt(["0000001F"], "delivered", "DELIVRD")


def test_a_receipt_that_spells_its_number_in_two_ways() -> None:
    raw = pdu(RECEIPT % (b"31", b"DELIVRD"), esm_class=0x04, tlvs=tlv(0x001E, b"1F\0"))
    assert pdus.parse_delivery(raw).receipt == Receipt(["1F", "31"], "delivered", "DELIVRD")


@pytest.mark.parametrize(("given_id", "stored"), [
    ("31", "1F"), ("31", "0000001F"), ("1f", "31"), ("0000001F", "31"), ("1F", "0000000031"),
    ("a-b_c", "a-b_c"), ("31", "31"),
])
def test_hexadecimal_here_and_decimal_there(given_id: str, stored: str) -> None:
    assert stored in pdus.spellings(given_id)


@pytest.mark.parametrize(("coding", "octets", "default", "text"), [
    (0x00, b"TD \x00 \x1b\x65", "gsm", "TD @ €"),
    (0x00, b"TD @ \xe1", "latin1", "TD @ á"),
    (0x01, b"TD @", "gsm", "TD @"),
    (0x03, b"\xe1", "gsm", "á"),
    (0x08, "Định Hóa".encode("utf-16-be"), "gsm", "Định Hóa"),
    (0x08, b"\x00A\x00", "gsm", "A"),
    (0x04, b"TD 1", "gsm", "TD 1"),
    (0xF0, b"\x00", "gsm", "@"),
    (0xF5, b"@", "gsm", "@"),
    (0x11, b"\x00", "gsm", "@"),
    (0x19, b"\x00B", "gsm", "B"),
])
def test_data_codings(coding: int, octets: bytes, default: str, text: str) -> None:
    assert pdus.text_of(coding, octets, default) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=700),
       st.integers(0, 10**9))
def test_the_parts_of_a_text_come_back_as_the_text(text: str, reference: int) -> None:
    parts = pdus.outgoing(text, reference, "gsm")
    bodies = [part.octets[6:] if part.esm_class else part.octets for part in parts]
    assert pdus.text_of(parts[0].coding, b"".join(bodies), "gsm") == text
    limit = 160 if parts[0].coding == 0 else 140
    assert all(len(part.octets) <= limit for part in parts)


def test_parts_carry_header_reference_total_and_number() -> None:
    parts = pdus.outgoing("a" * 161, 0x1FF, "gsm")
    assert [part.octets[:6] for part in parts] == [b"\5\0\3\xff\2\1", b"\5\0\3\xff\2\2"]
    assert [part.esm_class for part in parts] == [0x40, 0x40]


def test_a_centre_whose_default_is_latin1() -> None:
    assert pdus.outgoing("a@é€", 1, "latin1")[0].octets == b"a@\xe9?"
