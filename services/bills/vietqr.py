"""VietQR payloads (NAPAS 247, EMVCo merchant-presented mode): encode and strictly decode.

Pure. Structure: tag (2 digits), length (2 digits, 01-99), value. Tag 00 first, 63 (CRC)
last, the rest ascending. Source: NAPAS QR Switching specification 1.5.2, part IV.
"""

from __future__ import annotations

import binascii
import re

GUID = "A000000727"
TO_ACCOUNT, TO_CARD, TO_MERCHANT = "QRIBFTTA", "QRIBFTTC", "QRPUSH"
SERVICES = (TO_ACCOUNT, TO_CARD, TO_MERCHANT)
_TEMPLATES = {*range(26, 52), 62, 64, *range(80, 100)}
_LIMITS = {"54": 13, "59": 25, "60": 15}
_REFERENCE_LIMIT = 25


class InvalidPayload(ValueError):
    """Not a valid payload; the message says which tag and why."""


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE of the UTF-8 bytes as four upper-case hex digits."""
    return f"{binascii.crc_hqx(text.encode(), 0xFFFF):04X}"


def encode(bank_bin: str, account: str, amount: int, purpose: str,
           service: str = TO_ACCOUNT) -> str:
    """A dynamic payload that asks `amount` đ for `account`; `purpose` is [A-Z0-9 ], at most 19.

    Raises InvalidPayload for values that banks would not carry unchanged.
    """
    if not re.fullmatch(r"[0-9]{6}", bank_bin) or not re.fullmatch(r"[A-Z0-9]{1,19}", account):
        raise InvalidPayload("38: bank BIN is 6 digits, account 1-19 letters and digits")
    if not 0 < amount < 10**13:
        raise InvalidPayload("54: amount must be above 0 and at most 13 digits")
    if service not in SERVICES:
        raise InvalidPayload(f"38.02: service must be one of {', '.join(SERVICES)}")
    if not re.fullmatch(r"[A-Z0-9 ]{1,19}", purpose):
        raise InvalidPayload("62.08: purpose is 1-19 of A-Z, 0-9 and space")
    beneficiary = _tlv("00", bank_bin) + _tlv("01", account)
    body = (_tlv("00", "01") + _tlv("01", "12")
            + _tlv("38", _tlv("00", GUID) + _tlv("01", beneficiary) + _tlv("02", service))
            + _tlv("53", "704") + _tlv("54", str(amount)) + _tlv("58", "VN")
            + _tlv("62", _tlv("08", purpose)) + "6304")
    return body + crc16(body)


def decode(payload: str) -> dict:
    """Parse strictly; composite tags become nested dicts. Raises InvalidPayload.

    Lengths count characters, the checksum covers UTF-8 bytes. Codes of other schemes (an EVN
    bill, a shop abroad) are read by EMVCo's rules; one that names a NAPAS account also by
    VietQR's.
    """
    if not payload.isprintable() or not 0 < len(payload) <= 512:
        raise InvalidPayload("not a printable payload of 1 to 512 characters")
    fields = _parse(payload, "")
    tags = list(fields)
    if tags[0] != "00" or fields["00"] != "01":
        raise InvalidPayload("00: a payload starts with 000201")
    if tags[-1] != "63":
        raise InvalidPayload("63: the checksum must come last")
    # Some banks write the checksum in small letters. It stands last, so nothing covers its case.
    if not fields["63"].isascii() or fields["63"].upper() != crc16(payload[:-4]):
        raise InvalidPayload(f"63: checksum is {fields['63']}, expected {crc16(payload[:-4])}")
    _check_emvco(fields)
    if "38" in fields:
        _check_vietqr(fields)
    return fields


def _tlv(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def _parse(text: str, path: str) -> dict:
    fields: dict = {}
    while text:
        tag, length, rest = text[:2], text[2:4], text[4:]
        if not re.fullmatch(r"[0-9]{4}", text[:4]):
            raise InvalidPayload(f"{path}{tag}: tag and length must be four digits")
        size = int(length)
        if size == 0 or size > len(rest):
            raise InvalidPayload(f"{path}{tag}: length {length} does not fit")
        if tag in fields:
            raise InvalidPayload(f"{path}{tag}: tag appears twice")
        fields[tag] = _value(path, tag, rest[:size])
        text = rest[size:]
    return fields


def _value(path: str, tag: str, value: str):
    composite = int(tag) in _TEMPLATES if not path else (path, tag) == ("38.", "01")
    return _parse(value, f"{path}{tag}.") if composite else value


def _check_emvco(fields: dict) -> None:
    """What every merchant-presented code needs (EMVCo MPM 1.1, table 3.2)."""
    if not any("02" <= tag <= "51" for tag in fields):
        raise InvalidPayload("02-51: no account to pay to")
    if not re.fullmatch(r"[0-9]{3}", fields.get("53", "")):
        raise InvalidPayload("53: currency must be three digits")
    if not re.fullmatch(r"[A-Z]{2}", fields.get("58", "")):
        raise InvalidPayload("58: country must be two letters")


def _check_vietqr(fields: dict) -> None:
    if list(fields) != [*sorted(set(fields) - {"63"}), "63"]:
        raise InvalidPayload("tags must ascend")
    _check_account(fields["38"])
    if fields.get("01", "11") not in ("11", "12"):
        raise InvalidPayload("01: must be 11 or 12")
    if fields["53"] != "704" or fields["58"] != "VN":
        raise InvalidPayload("53, 58: currency must be 704 and country VN")
    _check_amount(fields)
    _check_lengths(fields)


def _check_account(account: dict) -> None:
    if list(account) not in (["00", "01"], ["00", "01", "02"]) or account["00"] != GUID:
        raise InvalidPayload(f"38: needs {GUID}, the account and the service, in this order")
    target = account["01"]
    if list(target) != ["00", "01"] or not re.fullmatch(r"[0-9]{6}", target["00"]):
        raise InvalidPayload("38.01: needs the bank's BIN (6 digits) and the account")
    if not re.fullmatch(r"[0-9A-Za-z]{1,19}", target["01"]):
        raise InvalidPayload("38.01.01: account must be 1-19 letters and digits")
    if account.get("02", TO_ACCOUNT) not in SERVICES:
        raise InvalidPayload(f"38.02: service must be one of {', '.join(SERVICES)}")


def _check_amount(fields: dict) -> None:
    amount = fields.get("54")
    if amount is None:
        if fields.get("01") == "12":
            raise InvalidPayload("54: a dynamic code needs an amount")
    elif not re.fullmatch(r"[1-9][0-9]{0,12}", amount):
        raise InvalidPayload("54: amount must be 1-13 digits, above 0")


def _check_lengths(fields: dict) -> None:
    for tag, limit in _LIMITS.items():
        if len(fields.get(tag, "")) > limit:
            raise InvalidPayload(f"{tag}: longer than {limit}")
    for tag, value in fields.get("62", {}).items():
        if len(value) > _REFERENCE_LIMIT:
            raise InvalidPayload(f"62.{tag}: longer than {_REFERENCE_LIMIT}")
