"""One claimed outbox message → one carrier, with everything that can go wrong on the way.

Why a text did not go out stands in its outbox row: `state`, and in `error` the reason, written
here by `_why_unwanted` (dropped: too late, enough today, opted out, reminders off), by
services/messages/reminders.py (dropped: paid meanwhile, not owed, other due date),
`_unwritable`, or a gateway's Consequence. Officers read it on the page Tin nhắn
(services/messages/message_log.py, its words in templates/staff/messages/_words.html). A text
that still waits (state "queued") may be held back by its lane, the night or the day's budget:
services/outbox/outbox.py: claim.
"""

from __future__ import annotations

import json
import logging
import random
import threading
from collections.abc import Callable, Sequence

import jinja2

from db import connection
from db import messages as message_records
from db.connection import write
from db.outbox import lost_answers
from db.outbox import outbox as outbox_records
from db.outbox.lost_answers import Lost
from db.outbox.outbox import Claimed
from db.outbox.owed import Owed
from services import clock
from services.limits import strangers
from services.messages import campaigns, reminders
from services.outbox import outbox
from services.outbox.outbox import REMINDERS, SECRET, hide, reveal, wait_before_retry
from services.payments import promotions
from sms import replies, segments
from sms.gateways.base import FINAL, AnswerLost, Consequence, Gateway, Message, NotSent
from web.office import Office

log = logging.getLogger("quaydien.sms")

CLAIM = 25 * clock.SECOND  # lease of a text that waits for its turn in the worker
LEASE = 60 * clock.SECOND  # lease of a text that is with a carrier
FIRST_LOOK, NEXT_LOOK = 30 * clock.SECOND, 3 * clock.MINUTE
SLOWLY = 30 * clock.MINUTE
_SURE_IT_IS_LOST = 2 * clock.MINUTE  # a carrier lists a message it took well before that
_MOST_TRIES_AFTER_A_LOSS = 3
_NEWS_OF_OFFERS = "new_bill"  # the kind that may name a promotion of the day


def _unwritable() -> tuple[type[Exception], ...]:
    """What is raised by parameters that do not fit the template, by a kind that has none, and
    by a number sealed with another key."""
    # Loaded where it is used: docs/decisions/0006-rooms.md
    from cryptography.exceptions import InvalidTag

    return (ValueError, LookupError, TypeError, AttributeError, jinja2.TemplateError,
            FileNotFoundError, InvalidTag)


class Courier:
    """Hands messages to the gateways in their fail-over order and writes down what became of
    them. One serves all threads of a worker."""

    def __init__(self, office: Office, gateways: Sequence[Gateway], stop: threading.Event):
        self.office = office
        self.gateways = gateways
        self.stop = stop

    def deliver(self, claimed: Claimed) -> None:
        """Send one message, or put it back, or end it."""
        try:
            if not self.stop.is_set():
                self._deliver(claimed)
                return
        except connection.UNAVAILABLE as error:
            log.warning("message %d is put back: %s", claimed.id, type(error).__name__)
        self.keep(lambda: outbox_records.give_back(claimed.id))

    def _deliver(self, claimed: Claimed) -> None:
        unwanted = self._why_unwanted(claimed)
        if unwanted:
            self._finish(claimed.id, outbox_records.DROPPED, error=unwanted)
            return
        self._send(claimed)

    def _why_unwanted(self, claimed: Claimed) -> str:
        """Why the message is not worth sending any more; "" when it is."""
        now = self.office.now()
        if claimed.expires_at <= now:
            return "too late"
        if claimed.kind in campaigns.KINDS and self.office.settings.sms_reminders_a_day == 0:
            return "reminders off"
        if claimed.kind in REMINDERS:
            return "opted out" if message_records.opted_out(claimed.to_hash) else ""
        if (self.office.settings.limits
                and strangers.phone_has_enough(claimed.to_hash, claimed.kind, now)):
            return "enough today"
        return ""

    def _write(self, claimed: Claimed, values: dict) -> Message:
        settings, vault = self.office.settings, self.office.vault
        if claimed.kind in SECRET:
            values = {name: reveal(vault, value) for name, value in values.items()}
        if claimed.kind == _NEWS_OF_OFFERS:
            found = promotions.offers(values["code"], values["amount"], self.office.now())
            values["offer"] = found[0] if found else None
        text = replies.render(
            claimed.kind, accents=message_records.wants_accents(claimed.to_hash),
            brand=settings.sms_brand, hotline=settings.hotline, **values)
        return Message(claimed.id, self.office.vault.open_phone(claimed.to_sealed), text)

    def _send(self, claimed: Claimed) -> None:
        """Try the gateways in turn; only a failure that the next one may not share moves on."""
        failure = NotSent(Consequence.RETRY, "no gateway")
        for gateway in self.gateways:
            message = self._begin(claimed, gateway)
            if message is None:
                return
            try:
                gateway_id = gateway.send(message)
            except AnswerLost as error:
                self._finish(claimed.id, outbox_records.UNCERTAIN,
                             error=str(error) or "answer lost",
                             look_at=self.office.now() + FIRST_LOOK)
                return
            except NotSent as error:
                failure = error
                log.warning("message %d, %s: %s (%s)", claimed.id, gateway.name,
                            error.consequence.value, error)
                if error.consequence not in (Consequence.RETRY, Consequence.REFUSED):
                    break
            else:
                self._finish(claimed.id, gateway.taken, gateway_id=gateway_id)
                return
        self._put_off_or_end(claimed, failure)

    def _begin(self, claimed: Claimed, gateway: Gateway) -> Message | None:
        """Write the text by what is owed at this moment and note that it goes; None when it must
        not go, or another worker has it."""
        params, before = json.loads(claimed.params), None
        while True:
            right = reminders.current(claimed.kind, params, self.office.now())
            if right.unwanted:
                self._drop(claimed.id, right.unwanted)
            if right.unwanted or right == before:
                return None
            try:
                message = self._write(claimed, {**params, **right.values})
            except _unwritable() as error:
                log.error("message %d cannot be written: %s", claimed.id, type(error).__name__)
                self._finish(claimed.id, outbox_records.FAILED, error=f"not written: {error}")
                return None
            if self._note(claimed, message.text, gateway, right.owed):
                return message
            before = right  # the bill changed in this moment, or the lease is lost: look again

    def _note(self, claimed: Claimed, text: str, gateway: Gateway, owed: Owed | None) -> bool:
        now = self.office.now()
        kept = hide(self.office.vault, text) if claimed.kind in SECRET else text
        parts = segments.cost(text).parts
        return self.keep(lambda: outbox.hand_over(
            claimed.kind, claimed.id, gateway.name, kept, now, now + LEASE, parts, owed))

    def _drop(self, message_id: int, why: str) -> None:
        now = self.office.now()
        self.keep(lambda: outbox_records.drop(message_id, now, why))

    def _put_off_or_end(self, claimed: Claimed, failure: NotSent) -> None:
        now, reason = self.office.now(), f"{failure.consequence.value}: {failure}"
        if failure.consequence in FINAL:
            if failure.consequence is Consequence.OPTED_OUT:
                self.keep(lambda: message_records.opt_out(claimed.to_hash, now))
            self._finish(claimed.id, outbox_records.FAILED, error=reason)
            return
        wait = (SLOWLY if failure.consequence is Consequence.RETRY_SLOWLY
                else wait_before_retry(claimed.attempts, random.random()))  # noqa: S311 - no secret
        # Not beyond its life: then it is claimed once more, and dropped.
        next_at = min(now + wait, claimed.expires_at)
        self.keep(lambda: outbox_records.queue_again(claimed.id, next_at, reason))

    def look_for(self, lost: Lost) -> None:
        """Ask the carrier about a message whose answer was lost. It is sent again only when
        the carrier surely does not have it: one receipt too few is better than three too many."""
        now = self.office.now()
        gateway = next((one for one in self.gateways if one.name == lost.gateway), None)
        if gateway is None or not self.keep(lambda: lost_answers.look_later(lost, now + NEXT_LOOK)):
            return
        vault = self.office.vault
        message = Message(lost.id, vault.open_phone(lost.to_sealed), reveal(vault, lost.text))
        try:
            gateway_id = gateway.find(message, lost.sent_at)
        except AnswerLost:
            return
        if gateway_id is not None:
            self.keep(lambda: lost_answers.mark_found(lost.id, gateway_id))
        elif now - lost.sent_at > _SURE_IT_IS_LOST:
            self._send_again_or_give_up(lost, now)

    def _send_again_or_give_up(self, lost: Lost, now: int) -> None:
        if lost.attempts >= _MOST_TRIES_AFTER_A_LOSS or lost.expires_at <= now:
            self.keep(lambda: lost_answers.give_up(lost.id, "provider does not know it"))
        else:
            self.keep(lambda: outbox_records.queue_again(lost.id, now, "provider does not know it"))

    def _finish(self, message_id: int, state: str, *, gateway_id: str = "", error: str = "",
                look_at: int = 0) -> None:
        now = self.office.now()
        self.keep(lambda: outbox_records.finish(message_id, state, now, gateway_id=gateway_id,
                                                error=error, look_at=look_at)
                  or outbox_records.set_gateway_id(message_id, gateway_id))

    def keep(self, work: Callable[[], bool]) -> bool:
        """Write down what happened; while the database restarts, wait for it."""
        while True:
            try:
                return write(work)
            except connection.UNAVAILABLE as error:
                log.warning("database unavailable: %s", type(error).__name__)
                connection.forget_broken()
                if self.stop.wait(1):
                    raise
