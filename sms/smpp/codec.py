"""The bodies of the SMPP 3.4 PDUs that we speak. Numbers are sections of the specification.

Written here rather than taken from a library: see docs/decisions/0005-smpp.md.
"""

from __future__ import annotations

from typing import NamedTuple

MESSAGE_PAYLOAD, RECEIPTED_MESSAGE_ID, MESSAGE_STATE = 0x0424, 0x001E, 0x0427  # 5.3.2
SAR_REFERENCE, SAR_TOTAL, SAR_NUMBER = 0x020C, 0x020E, 0x020F
_VERSION_34 = 0x34


class Torn(ValueError):
    """The octets end too early."""


class DeliverSm(NamedTuple):
    """What a deliver_sm carries (4.6.1), as it came."""

    sender: str
    to: str
    esm_class: int
    coding: int
    message: bytes
    parameters: dict[int, bytes]  # optional ones, by tag


class _Reader:
    """Takes a body apart from the front."""

    def __init__(self, octets: bytes):
        self._octets = octets
        self._at = 0

    def take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._octets):
            raise Torn("torn PDU")
        taken, self._at = self._octets[self._at:end], end
        return taken

    def number(self, size: int = 1) -> int:
        return int.from_bytes(self.take(size), "big")

    def string(self) -> str:
        end = self._octets.find(b"\0", self._at)
        if end < 0:
            raise Torn("torn PDU")
        return self.take(end + 1 - self._at)[:-1].decode("latin-1")

    def parameters(self) -> dict[int, bytes]:
        """The tag, length, value triplets up to the end (3.2.4.1)."""
        found = {}
        while self._at < len(self._octets):
            tag, length = self.number(2), self.number(2)
            found[tag] = self.take(length)
        return found


def read_deliver_sm(body: bytes) -> DeliverSm:
    """Body → DeliverSm; raises Torn."""
    reader = _Reader(body)
    reader.string()  # service_type
    reader.take(2)  # type of number and numbering plan
    sender = reader.string()
    reader.take(2)
    to = reader.string()
    esm_class = reader.number()
    reader.take(2)  # protocol_id, priority_flag
    reader.string()  # schedule_delivery_time
    reader.string()  # validity_period
    reader.take(2)  # registered_delivery, replace_if_present_flag
    coding = reader.number()
    reader.take(1)  # sm_default_msg_id
    message = reader.take(reader.number())
    return DeliverSm(sender, to, esm_class, coding, message, reader.parameters())


def read_message_id(body: bytes) -> str:
    """The centre's number of a message, from the body of a submit_sm_resp; "" for none."""
    return body.split(b"\0", 1)[0].decode("latin-1")


def bind_transceiver(system_id: str, password: str, system_type: str) -> bytes:
    """Body of a bind_transceiver (4.1.5)."""
    return (_string(system_id) + _string(password) + _string(system_type)
            + bytes([_VERSION_34, 0, 0]) + _string(""))


def submit_sm(sender: tuple[int, int, str], to: tuple[int, int, str], esm_class: int,
              coding: int, message: bytes, receipt: bool) -> bytes:
    """Body of a submit_sm (4.4.1). Addresses: (type of number, numbering plan, digits)."""
    return (_string("") + _address(*sender) + _address(*to) + bytes([esm_class, 0, 0])
            + _string("") + _string("")  # schedule_delivery_time, validity_period: the centre's
            + bytes([1 if receipt else 0, 0, coding, 0, len(message)]) + message)


def message_id(text: str) -> bytes:
    """Body of a deliver_sm_resp (4.6.2)."""
    return _string(text)


def _address(kind: int, plan: int, digits: str) -> bytes:
    return bytes([kind, plan]) + _string(digits)


def _string(text: str) -> bytes:
    return text.encode("latin-1") + b"\0"
