"""Our accounts at the providers in the tests, and who plays the providers."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from config import Settings
from services import outgoing
from services.providers import registry
from tests.standins.momo import MoMo
from tests.standins.vnpay import VnPay
from tests.standins.zalopay import ZaloPay

VNPAY_KEY, ZALOPAY_KEY1, ZALOPAY_KEY2 = "VNPAYSECRETVNPAYSECRET", "zalokey1zalokey1", "zalokey2"
MOMO_KEY, MOMO_ACCESS = "momosecretmomosecretmomo", "F8BBA842ECF85"
# Patience in the tests: long enough for the loopback, short enough for a slow answer.
send = functools.partial(outgoing.send, patience_s=1.0)


class Machines(NamedTuple):
    """The three gateways."""

    vnpay: VnPay
    zalopay: ZaloPay
    momo: MoMo

    def settings(self, settings: Settings) -> Settings:
        """`settings` with our accounts at these machines."""
        return dataclasses.replace(
            settings, vnpay_tmn_code="QUAYDIEN", vnpay_secret=VNPAY_KEY,
            vnpay_pay_url="https://sandbox.vnpayment.vn/paymentv2/vpcpay.html",
            vnpay_api_url=self.vnpay.api_url, zalopay_app_id="2553", zalopay_key1=ZALOPAY_KEY1,
            zalopay_key2=ZALOPAY_KEY2, zalopay_api_base=self.zalopay.url,
            momo_partner_code="MOMOQD", momo_access_key=MOMO_ACCESS, momo_secret=MOMO_KEY,
            momo_api_base=self.momo.url, payos_secret="payos-checksum-key",
            casso_secret="casso-key", sepay_secret="sepay-key")

    def providers(self, settings: Settings) -> dict:
        """Our side of the three, by name."""
        return registry.configured(self.settings(settings))


@contextmanager
def running() -> Iterator[Machines]:
    """All three, until the block ends."""
    with (closing(VnPay("QUAYDIEN", VNPAY_KEY)) as vnpay,
          closing(ZaloPay("2553", ZALOPAY_KEY1, ZALOPAY_KEY2)) as zalopay,
          closing(MoMo("MOMOQD", MOMO_ACCESS, MOMO_KEY)) as momo):
        yield Machines(vnpay, zalopay, momo)
