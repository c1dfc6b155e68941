"""Which payment providers we can order from: one line each."""

from __future__ import annotations

from collections.abc import Callable

from config import Settings
from services.errors import UnknownProvider
from services.providers.digests import keys
from services.providers.kinds import Provider
from services.providers.momo import MoMo
from services.providers.vnpay import VnPay
from services.providers.zalopay import ZaloPay

# Each makes its provider from the settings, or gives None when a key is missing.
_MAKERS: dict[str, Callable[[Settings], Provider | None]] = {
    "vnpay": lambda s: (VnPay(s.vnpay_tmn_code, keys(s.vnpay_secret), s.vnpay_pay_url,
                              s.vnpay_api_url, s.public_url)
                        if s.vnpay_tmn_code and s.vnpay_secret else None),
    "zalopay": lambda s: (ZaloPay(s.zalopay_app_id, keys(s.zalopay_key1), s.zalopay_api_base,
                                  s.public_url)
                          if s.zalopay_app_id and s.zalopay_key1 else None),
    "momo": lambda s: (MoMo(s.momo_partner_code, s.momo_access_key, keys(s.momo_secret),
                            s.momo_api_base, s.public_url)
                       if s.momo_partner_code and s.momo_access_key and s.momo_secret else None),
}


def configured(settings: Settings) -> dict[str, Provider]:
    """The providers whose keys are set, by name."""
    made = {name: make(settings) for name, make in _MAKERS.items()}
    return {name: provider for name, provider in made.items() if provider is not None}


def get(name: str, settings: Settings) -> Provider:
    """One provider; raises UnknownProvider when there is none or its keys are not set."""
    provider = configured(settings).get(name)
    if provider is None:
        raise UnknownProvider(name)
    return provider
