"""VietQR payloads: what we make, what others published, and nothing bent."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.bills import vietqr
from services.bills.vietqr import InvalidPayload, crc16, decode, encode

EXAMPLES = json.loads((Path(__file__).parents[2] / "data/vietqr_examples.json").read_text())
PUBLISHED = {example["kind"] + example["payload"][-4:]: example for example in EXAMPLES}
GOOD = [name for name in PUBLISHED if name.startswith(("vietqr_static_card", "vietqr_dynamic"))]
HOA = encode("970415", "113366668888", 546_108, "PA04DH00000171026")
UPPER = string.ascii_uppercase + string.digits


def sealed(body: str) -> str:
    """`body` with the right checksum, so that only what is wrong in it is wrong."""
    return body + "6304" + crc16(body + "6304")


def account(target: str = "0006970415011212345678901A", service: str = "0208QRIBFTTA",
            guid: str = "0010A000000727") -> str:
    """Tag 38 with its right length."""
    inner = f"{guid}01{len(target):02}{target}{service}"
    return f"38{len(inner):02}{inner}"


TAIL = "53037045405546105802VN"


def test_the_checksum_is_crc16_ccitt_false() -> None:
    assert crc16("123456789") == "29B1"


def test_hoas_bill_reads_back_field_by_field() -> None:
    assert decode(HOA) == {
        "00": "01", "01": "12",
        "38": {"00": "A000000727", "01": {"00": "970415", "01": "113366668888"},
               "02": "QRIBFTTA"},
        "53": "704", "54": "546108", "58": "VN", "62": {"08": "PA04DH00000171026"},
        "63": HOA[-4:]}


@pytest.mark.parametrize("name", [*GOOD, "vietqr_static_account9E6F"])
def test_published_codes_decode_as_published(name: str) -> None:
    assert decode(PUBLISHED[name]["payload"]) == PUBLISHED[name]["decoded"]


def test_the_power_companys_own_code_is_read_with_its_customer_code() -> None:
    example = PUBLISHED["evn_electricity_bill_qrDC30"]
    assert decode(example["payload"]) == example["decoded"]


def test_a_foreign_code_counts_characters_and_sums_bytes() -> None:
    found = decode(PUBLISHED["emvco_referenceA13A"]["payload"])
    assert found["64"] == {"00": "ZH", "01": "最佳运输", "02": "北京"}
    assert found["29"] == {"00": "D15600000000", "05": "A93FO3230Q"}


@pytest.mark.parametrize("name", ["vietqr_static_accountF4E5", "negative_bad_crcA203",
                                  "crc_check29B1"])
def test_misprinted_codes_are_refused(name: str) -> None:
    with pytest.raises(InvalidPayload):
        decode(PUBLISHED[name]["payload"])


def test_every_published_example_is_in_one_of_these_tests() -> None:
    assert len(PUBLISHED) == len(EXAMPLES) == 8
    assert len(GOOD) == 2


@pytest.mark.parametrize(("label", "reason", "payload"), [
    ("empty", "not a printable", ""),
    ("a single character", "0: tag and length", "0"),
    ("only the start", "63: the checksum must come last", "000201"),
    ("only the checksum", "00: a payload starts with 000201", "6304ABCD"),
    ("nobody to pay", "02-51: no account to pay to", sealed("000201" + TAIL)),
    ("a line break at the end", "not a printable", HOA + "\n"),
    ("a NUL inside", "not a printable", HOA[:30] + "\0" + HOA[31:]),
    ("half a surrogate", "not a printable", HOA[:30] + "\ud800" + HOA[31:]),
    ("Arabic digits as a length", "00: tag and length", sealed("00٠٢01" + account() + TAIL)),
    ("longer than 512", "not a printable",
     sealed("000201" + account() + TAIL + "8099" + "A" * 99 + "8199" + "B" * 99
            + "8299" + "C" * 99 + "8399" + "D" * 99 + "8450" + "E" * 50)),
    ("another checksum in small letters", "63: checksum is 6f09", HOA[:-4] + "6f09"),
    ("a letter that becomes two in capitals", "63: checksum is",
     "000201" + account() + TAIL + "6303" + "AﬀB"),
    ("text after the checksum", "58: tag appears twice", HOA + "5802VN"),
    ("a tag twice", "53: tag appears twice", sealed("000201" + account() + "5303704" + TAIL)),
    ("length zero", "01: length 00 does not fit", sealed("0002010100" + account() + TAIL)),
    ("length beyond the end", "62: length 99 does not fit",
     sealed("000201" + account() + "5303704" + "6299AB")),
    ("start not first", "00: a payload starts with 000201",
     sealed("010211000201" + account() + TAIL)),
    ("version 02", "00: a payload starts with 000201", sealed("000202" + account() + TAIL)),
    ("tags do not ascend", "tags must ascend", sealed("000201" + TAIL + account())),
    ("neither static nor dynamic", "01: must be 11 or 12",
     sealed("000201010213" + account() + TAIL)),
    ("dynamic without amount", "54: a dynamic code needs an amount",
     sealed("000201010212" + account() + "53037045802VN")),
    ("amount zero", "54: amount", sealed("000201" + account() + "530370454010" + "5802VN")),
    ("amount with a point", "54: amount",
     sealed("000201" + account() + "5303704540710000.05802VN")),
    ("amount of 14 digits", "54: amount",
     sealed("000201" + account() + "5303704" + "5414" + "1" * 14
                                   + "5802VN")),
    ("dollars", "53, 58", sealed("000201" + account() + "5303840" + "5802VN")),
    ("no currency", "53: currency must be three digits", sealed("000201" + account() + "5802VN")),
    ("another country", "53, 58", sealed("000201" + account() + "5303704" + "5802TH")),
    ("no country", "58: country must be two letters", sealed("000201" + account() + "5303704")),
    ("another scheme under 38", "38: needs",
     sealed("000201" + account(guid="0010A000000775") + TAIL)),
    ("no account", "38: needs", sealed("0002013814" + "0010A000000727" + TAIL)),
    ("BIN of 5 digits", "38.01: needs",
     sealed("000201" + account("0005970410112123456789012") + TAIL)),
    ("BIN of Arabic digits", "38.01: needs",
     sealed("000201" + account("0006٩٧٠٤١٥0112123456789012") + TAIL)),
    ("account of 20", "38.01.01: account must be 1-19 letters and digits",
     sealed("000201" + account("00069704150120" + "1" * 20) + TAIL)),
    ("account with a dash", "38.01.01: account must be 1-19 letters and digits",
     sealed("000201" + account("000697041501041-23") + TAIL)),
    ("one field more in the account", "38.01: needs",
     sealed("000201" + account("000697041501011" + "02012")
            + TAIL)),
    ("account before BIN", "38.01: needs", sealed("000201" + account("010110006970415") + TAIL)),
    ("unknown service", "38.02: service must be one of QRIBFTTA, QRIBFTTC, QRPUSH",
     sealed("000201" + account(service="0208QRPUSHXX") + TAIL)),
    ("text loose in 38", "38.02: tag and length",
     sealed("000201" + account(service="02") + TAIL)),
    ("name of 26", "59: longer than 25", sealed("000201" + account() + TAIL + "5926" + "N" * 26)),
    ("city of 16", "60: longer than 15", sealed("000201" + account() + TAIL + "6016" + "N" * 16)),
    ("purpose of 26", "62.08: longer than 25",
     sealed("000201" + account() + TAIL + "62300826" + "N" * 26)),
])
def test_a_bent_payload_is_refused_for_what_is_bent(label: str, reason: str,
                                                    payload: str) -> None:
    with pytest.raises(InvalidPayload, match=f"^{re.escape(reason)}"):
        decode(payload)


def test_a_payload_as_the_bent_ones_but_straight_is_read() -> None:
    assert decode(sealed("000201" + account() + TAIL))["54"] == "54610"


def test_any_one_wrong_character_is_found() -> None:
    printable = string.ascii_letters + string.digits + string.punctuation + " "
    for place, right in enumerate(HOA):
        same = right + (right.lower() if place >= len(HOA) - 4 else "")
        for wrong in set(printable) - set(same):
            with pytest.raises(InvalidPayload):
                decode(HOA[:place] + wrong + HOA[place + 1:])


@pytest.mark.parametrize("checksum", ["6F08", "6f08"])
def test_a_checksum_in_small_letters_is_read(checksum: str) -> None:
    assert decode(HOA[:-4] + checksum)["63"] == checksum


@pytest.mark.parametrize("amount", range(1, 60))
def test_capitals_and_small_letters_may_be_mixed_in_it(amount: int) -> None:
    code = encode("970415", "113366668888", amount, "PA04DH00000171026")
    mixed = code[-4:-2].lower() + code[-2:]
    assert decode(code[:-4] + mixed) == {**decode(code), "63": mixed}


@pytest.mark.parametrize("service", ["QRIBFTTA", "QRIBFTTC", "QRPUSH"])
def test_each_service_of_napas_is_written_and_read(service: str) -> None:
    code = encode("970415", "113366668888", 546_108, "PA04DH00000171026", service)
    assert decode(code)["38"]["02"] == service


def test_another_service_is_not_written() -> None:
    with pytest.raises(InvalidPayload, match=r"38\.02"):
        encode("970415", "113366668888", 546_108, "PA04DH00000171026", "QRIBFTTX")


@given(bank_bin=st.text("0123456789", min_size=6, max_size=6),
       account_no=st.text(UPPER, min_size=1, max_size=19),
       amount=st.integers(1, 10**13 - 1), purpose=st.text(UPPER + " ", min_size=1, max_size=19))
def test_what_is_encoded_decodes_to_the_same(bank_bin, account_no, amount, purpose) -> None:
    found = decode(encode(bank_bin, account_no, amount, purpose))
    assert found["38"]["01"] == {"00": bank_bin, "01": account_no}
    assert (found["54"], found["62"]) == (str(amount), {"08": purpose})


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        decode(text)
    except InvalidPayload:
        return
    assert text.startswith("000201")


@pytest.mark.parametrize(("bank_bin", "account_no", "amount", "purpose"), [
    ("97041", "1", 1, "A"), ("97041A", "1", 1, "A"), ("٩٧٠٤١٥", "1", 1, "A"),
    ("970415", "", 1, "A"), ("970415", "1" * 20, 1, "A"), ("970415", "1-2", 1, "A"),
    ("970415", "1", 0, "A"), ("970415", "1", -1, "A"), ("970415", "1", 10**13, "A"),
    ("970415", "1", 1, ""), ("970415", "1", 1, "tien dien"), ("970415", "1", 1, "A" * 20),
    ("970415", "1", 1, "TIỀN"),
])
def test_nothing_is_encoded_that_a_bank_would_change(bank_bin, account_no, amount,
                                                     purpose) -> None:
    with pytest.raises(InvalidPayload):
        encode(bank_bin, account_no, amount, purpose)


def test_what_we_encode_stays_in_the_small_alphabet_of_qr_codes() -> None:
    assert set(HOA) <= set(UPPER + " $%*+-./:")
    assert vietqr.GUID in HOA
