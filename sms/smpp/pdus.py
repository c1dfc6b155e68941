"""SMPP 3.4 in our words: what a deliver_sm says, and the submit_sm parts of a text.

Pure: octets and texts in, plain values out. Numbers in comments are sections of the
SMPP 3.4 specification.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sms import segments
from sms.smpp import alphabet, codec

THROTTLED, QUEUE_FULL, BAD_ADDRESS = 0x58, 0x14, 0x0B

GSM, LATIN1, UCS2 = 0x00, 0x03, 0x08
_UDHI, _RECEIPT_BITS, _RECEIPT, _INTERMEDIATE = 0x40, 0x3C, 0x04, 0x20  # esm_class, 5.2.12

# message_state (5.2.28) and the words of a receipt's text (Appendix B) → our states.
_WORDS = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD",
          8: "REJECTD"}
_STATES = {"ENROUTE": "sent", "ACCEPTD": "sent", "DELIVRD": "delivered", "EXPIRED": "failed",
           "DELETED": "failed", "UNDELIV": "failed", "REJECTD": "failed"}
_RECEIPT_TEXT = re.compile(r"\bid:\s*(\S+).*?\bstat:\s*([A-Za-z]+)", re.S | re.I)


class Part(NamedTuple):
    """Place of one part in a long text."""

    reference: int
    total: int
    number: int  # from 1


class Receipt(NamedTuple):
    """What became of a message of ours; `ids`: each spelling of its number that was given."""

    ids: list[str]
    state: str  # sent, delivered, failed; "" when the centre does not know either
    reason: str = ""  # the centre's own word for it


class Delivery(NamedTuple):
    """One deliver_sm: a whole text, a part of one, or a receipt."""

    sender: str
    to: str
    coding: int
    octets: bytes
    part: Part | None
    receipt: Receipt | None


class Outgoing(NamedTuple):
    """What one submit_sm carries of a text."""

    esm_class: int
    coding: int
    octets: bytes


def parse_delivery(body: bytes) -> Delivery:
    """The body of a deliver_sm → Delivery; raises ValueError for a torn one."""
    pdu = codec.read_deliver_sm(body)
    octets = pdu.message or pdu.parameters.get(codec.MESSAGE_PAYLOAD, b"")
    part = _sar_part(pdu.parameters)
    if pdu.esm_class & _UDHI:
        part, octets = _without_header(octets)
    receipt = None
    if pdu.esm_class & _RECEIPT_BITS in (_RECEIPT, _INTERMEDIATE):
        receipt = _receipt(octets, pdu.parameters)
    return Delivery(pdu.sender, pdu.to, pdu.coding, octets, part, receipt)


def _sar_part(parameters: dict[int, bytes]) -> Part | None:
    values = [int.from_bytes(parameters.get(tag, b""), "big") for tag in
              (codec.SAR_REFERENCE, codec.SAR_TOTAL, codec.SAR_NUMBER)]
    return _sound(Part(*values))


def _without_header(octets: bytes) -> tuple[Part | None, bytes]:
    length = octets[0] + 1 if octets else 0
    if not octets or length > len(octets):
        return None, octets  # a header that cannot be: the text itself is worth more
    return _udh_part(octets[1:length]), octets[length:]


def _udh_part(header: bytes) -> Part | None:
    """The concatenation element of a user data header (3GPP TS 23.040, 9.2.3.24.1 and .8)."""
    while len(header) >= 2:
        element, value = header[0], header[2:2 + header[1]]
        if element == 0x00 and len(value) == 3:
            return _sound(Part(*value))
        if element == 0x08 and len(value) == 4:
            return _sound(Part(int.from_bytes(value[:2], "big"), value[2], value[3]))
        header = header[2 + header[1]:]
    return None


def _sound(part: Part) -> Part | None:
    return part if part.total > 1 and 1 <= part.number <= part.total else None


def _receipt(octets: bytes, parameters: dict[int, bytes]) -> Receipt:
    match = _RECEIPT_TEXT.search(octets.decode("latin-1"))
    # Some centres leave out the NUL that should close the number.
    by_parameter = parameters.get(codec.RECEIPTED_MESSAGE_ID, b"").split(b"\0")[0]
    ids = [by_parameter.decode("latin-1"), match[1] if match else ""]
    number = int.from_bytes(parameters.get(codec.MESSAGE_STATE, b""), "big")
    word = _WORDS.get(number) or (match[2].upper()[:7] if match else "")
    return Receipt(list(dict.fromkeys(filter(None, ids))), _STATES.get(word, ""), word)


def spellings(message_id: str) -> list[str]:
    """The ways in which a centre may have written the same number: as it stands, hex, decimal."""
    found = [message_id]
    if message_id.isascii() and message_id.isdigit():
        found += [f"{int(message_id):x}", f"{int(message_id):08x}"]
    if re.fullmatch(r"[0-9A-Fa-f]{1,16}", message_id):
        found += [str(int(message_id, 16)), f"{int(message_id, 16):010}"]
    found += [spelling.upper() for spelling in found]
    return list(dict.fromkeys(found))


def text_of(coding: int, octets: bytes, default: str) -> str:
    """Octets of a whole text → text. `default`: what data coding 0 means at this centre,
    "gsm" or "latin1" (5.2.19)."""
    kind = _kind(coding)
    if kind == UCS2:
        return octets[:len(octets) // 2 * 2].decode("utf-16-be", "replace")
    if kind == GSM and default == "gsm":
        return alphabet.decode(octets)
    return octets.decode("latin-1")


def _kind(coding: int) -> int:
    if coding in (GSM, UCS2):
        return coding
    if coding & 0xF0 == 0xF0:  # GSM message class: bit 2 tells 8-bit data from the alphabet
        return LATIN1 if coding & 0x04 else GSM
    if coding & 0xE0 == 0x00 and coding > 0x0F:  # GSM general data coding with a class
        return {0x00: GSM, 0x04: LATIN1, 0x08: UCS2}.get(coding & 0x0C, LATIN1)
    return LATIN1  # ASCII is its lower half


def outgoing(text: str, reference: int, default: str) -> list[Outgoing]:
    """The parts of a text, joined by a user data header when there are several.

    `reference`: any number that the recipient's last texts did not have. Raises ValueError
    for a text of more than 255 parts.
    """
    parts = segments.split(text)
    coding = GSM if segments.is_gsm7(text) else UCS2
    octets = [_octets(part, coding, default) for part in parts]
    if len(parts) == 1:
        return [Outgoing(0, coding, octets[0])]
    headers = (bytes([5, 0, 3, reference % 256, len(parts), number])
               for number in range(1, len(parts) + 1))
    return [Outgoing(_UDHI, coding, header + body)
            for header, body in zip(headers, octets, strict=True)]


def _octets(part: str, coding: int, default: str) -> bytes:
    if coding == UCS2:
        return part.encode("utf-16-be")
    # Greek letters and the euro sign have no place in Latin-1.
    return alphabet.encode(part) if default == "gsm" else part.encode("latin-1", "replace")
