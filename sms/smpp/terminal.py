"""flask sms smpp: the transceiver process."""

from __future__ import annotations

import os
import signal
import threading

from sms.gateways import registry
from sms.gateways.guarded import Guarded
from sms.send import Worker
from sms.smpp.account import BadUrl, parse
from sms.smpp.gateway import Sender
from sms.smpp.transceiver import Transceiver
from web.office import Office, office
from web.terminal import Refused, need_database


def run() -> None:
    """Keep the SMPP line to the operator: receive, reply and send until told to stop."""
    here = office()
    if "smpp" not in here.settings.gateways:
        raise Refused("SMS_GATEWAY does not name smpp")
    need_database()
    transceiver = _put_together(here)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: transceiver.worker.stop.set())
    transceiver.run()
    if transceiver.worker.abandoned:
        os._exit(0)  # a thread that waits for a slow carrier would hold us up


def _put_together(here: Office) -> Transceiver:
    try:
        account = parse(here.settings.smpp_url)
    except BadUrl as error:
        raise Refused(str(error)) from None
    account = account.with_sender(here.settings.sms_short_code)
    stop = threading.Event()
    gateways = registry.in_order(here.settings, stop)

    def stands_by() -> bool:
        # Without a line and without another gateway, trying would only use up the tries.
        return len(gateways) == 1 and not transceiver.link.bound

    transceiver = Transceiver(here, account, Worker(here, gateways, stop, stands_by))
    for gateway in gateways:
        if isinstance(gateway, Guarded) and isinstance(gateway.gateway, Sender):
            gateway.gateway.use(transceiver.link, account, stop)
    return transceiver
