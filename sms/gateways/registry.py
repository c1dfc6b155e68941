"""The gateways by name. A new one is a file beside this and a line here."""

from __future__ import annotations

import threading
from collections.abc import Callable

from config import Settings
from sms.gateways import kannel, log, modem, twilio
from sms.gateways.base import Gateway
from sms.gateways.guarded import Breaker, Guarded, Rate
from sms.smpp import gateway

SENDERS: dict[str, Callable[..., Gateway]] = {
    "log": log.Sender, "twilio": twilio.Sender, "kannel": kannel.Sender, "smpp": gateway.Sender,
    "modem": modem.Sender,
}


def in_order(settings: Settings, stop: threading.Event | None = None) -> list[Gateway]:
    """The gateways of SMS_GATEWAY, ready to send, in fail-over order, each behind its rate
    and its breaker. `stop` ends the waiting for a turn."""
    stop = stop or threading.Event()
    return [Guarded(SENDERS[name](settings), Rate(settings.rates.get(name, 0)), Breaker(), stop)
            for name in settings.gateways]
