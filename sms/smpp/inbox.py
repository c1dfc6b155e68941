"""What comes in on the SMPP line: texts, parts of texts, receipts. Kept before it is confirmed."""

from __future__ import annotations

import functools
import hashlib
import itertools
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from db import connection, heartbeats, smpp
from db.connection import write
from db.smpp import PartRow
from services import clock
from services.errors import InvalidInput
from services.notation import phones
from sms import reply_later
from sms.receive import Inbound
from sms.smpp import pdus, receipts
from sms.smpp.gateway import NAME
from sms.smpp.pdus import Delivery, Part
from web.office import Office

log = logging.getLogger("quaydien.smpp")

BOUND, PARTED = "smpp_bound", "smpp_parted"  # heartbeats: the line lives; it ended politely
_LANES = 4  # texts of one phone stay in one lane, so that their order holds
_OK, _COME_AGAIN = 0x00, 0x64  # command_status: ESME_ROK, ESME_RX_T_APPN
_CONFIRMATION_LOST = clock.MINUTE  # our last answers before a break may not have arrived
_REPEATED_WITHIN = 5 * clock.MINUTE  # of a new session, a centre asks again
_KEPT = clock.DAY


class Inbox:
    """Takes deliveries of one line. `default`: what data coding 0 means at the centre."""

    def __init__(self, office: Office, default: str):
        self._office = office
        self._default = default
        self._lanes = [ThreadPoolExecutor(1, thread_name_prefix="smpp-in") for _ in range(_LANES)]
        self._count = itertools.count()
        self.new_session()

    def new_session(self) -> None:
        """The line was opened: what was not surely confirmed on the last one may come again."""
        self._opened_at = self._office.now()
        self._doubtful_since = max((heartbeats.last_beat(BOUND) or 0) - _CONFIRMATION_LOST,
                                   heartbeats.last_beat(PARTED) or 0)
        self._repeats: set[str] = set()

    def take(self, delivery: Delivery, answer: Callable[[int], None]) -> None:
        """Keep a delivery, then confirm it. Called on the reading thread, which must not wait."""
        lane = self._lanes[hash(delivery.sender) % _LANES]
        lane.submit(self._keep_and_answer, delivery, answer)

    def _keep_and_answer(self, delivery: Delivery, answer: Callable[[int], None]) -> None:
        try:
            self._keep(delivery)
        except connection.UNAVAILABLE as error:
            log.error("text not kept, database unavailable: %s", type(error).__name__)
            connection.forget_broken()
            answer(_COME_AGAIN)
        except Exception:
            log.exception("text not kept")
            answer(_COME_AGAIN)
        else:
            answer(_OK)

    def _keep(self, delivery: Delivery) -> None:
        if delivery.receipt:
            receipts.note(self._office, delivery.sender, delivery.receipt)
        elif delivery.part:
            row = self._row(delivery, delivery.part)
            write(lambda: self._keep_part(row))
        else:
            self._take_text(delivery)

    def _take_text(self, delivery: Delivery) -> None:
        digest = _digest(delivery.sender, delivery.to, str(delivery.coding), delivery.octets)
        if self._is_repeat(digest):
            return
        text = pdus.text_of(delivery.coding, delivery.octets, self._default)
        reply_later.answer_later(self._office, Inbound(
            NAME, self._number(digest), delivery.sender, text))

    def _is_repeat(self, digest: str) -> bool:
        """SMPP numbers no texts. One that came shortly before a break, whose confirmation may
        be lost, and comes again shortly after is the same; otherwise people may repeat
        themselves, as with the digits of a menu."""
        if (digest in self._repeats
                or self._office.now() > self._opened_at + _REPEATED_WITHIN
                or not smpp.came_before(digest, self._doubtful_since, self._opened_at)):
            return False
        self._repeats.add(digest)
        return True

    def _number(self, digest: str) -> str:
        return f"{digest}-{self._opened_at}-{next(self._count)}"

    def _row(self, delivery: Delivery, part: Part) -> PartRow:
        try:
            sender = phones.normalise(delivery.sender)
        except InvalidInput:
            sender = delivery.sender
        return PartRow(*self._office.vault.seal_phone(sender), *part, delivery.coding,
                       delivery.octets)

    def _keep_part(self, row: PartRow) -> None:
        before = smpp.find_part(row)
        if before and before[0] == row.octets:
            return  # the same part once more
        if before:
            # The phone has come round to the same reference: what was begun ends here.
            self._hand_over(row)
            smpp.forget(*_key(row))
        smpp.add(row, self._office.now())
        if len(smpp.waiting(*_key(row))) == row.total:
            self._hand_over(row)

    def _hand_over(self, row: PartRow) -> None:
        parts = smpp.waiting(*_key(row))
        if not smpp.finish(*_key(row)):
            return
        octets = [part.octets for part in parts]
        digest = _digest(row.phone_hash, str(row.reference), str(row.total), b"".join(octets))
        reply_later.answer_later(self._office, Inbound(
            NAME, self._number(digest), self._office.vault.open_phone(parts[0].phone_sealed),
            self._join(parts)))

    def _hand_over_unfinished(self, phone_hash: str, reference: int, total: int) -> None:
        parts = smpp.waiting(phone_hash, reference, total)
        if parts:
            self._hand_over(parts[0])

    def _join(self, parts: list[PartRow]) -> str:
        codings = {part.coding for part in parts}
        if len(codings) == 1:  # whole octets first: a letter may be torn between two parts
            whole = b"".join(part.octets for part in parts)
            return pdus.text_of(codings.pop(), whole, self._default)
        return "".join(pdus.text_of(part.coding, part.octets, self._default)
                       for part in parts)

    def tidy(self) -> None:
        """Hand over texts whose missing parts did not come within a day; forget old parts."""
        before = self._office.now() - _KEPT
        for key in smpp.overdue(before):
            write(functools.partial(self._hand_over_unfinished, *key))
        write(lambda: smpp.drop_done(before))

    def close(self) -> None:
        """Finish what is being kept."""
        for lane in self._lanes:
            lane.shutdown(wait=True, cancel_futures=True)


def _key(row: PartRow) -> tuple[str, int, int]:
    return row.phone_hash, row.reference, row.total


def _digest(*parts: str | bytes) -> str:
    whole = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(whole).hexdigest()[:32]
