"""Settings of the machines of others: SMS gateways, payment providers. `config.py` has the rest."""

from __future__ import annotations

import dataclasses

from environment import setting


@dataclasses.dataclass(frozen=True)
class Outside:
    """How we reach them and how they show who they are."""

    twilio_account_sid: str = setting("", "Twilio account, AC…")
    twilio_auth_token: str = setting(
        "", "Signs Twilio's webhooks and our requests to it", secret=12
    )
    twilio_from: str = setting("", "Sender number or name of texts through Twilio")
    twilio_api_base: str = setting(
        "https://api.twilio.com", "Twilio's REST address"
    )
    kannel_send_url: str = setting(
        "", "Kannel's sendsms address with username and password, http://…",
        form=r"https?://\S+",
    )
    kannel_token: str = setting("", "Word by which Kannel shows that it is Kannel", secret=16)
    smpp_url: str = setting(
        "", "Operator's account, smpp://USER:PASSWORD@HOST:PORT/?system_type=…, ssmpp:// for TLS",
        form=r"s?smpp://\S+",
    )
    modem_token: str = setting(
        "", "Word by which the helper of gammu-smsd shows itself", secret=16
    )
    modem_inject: str = setting(
        "gammu-smsd-inject -c /etc/gammu-smsdrc", "Command that puts a text into gammu's queue",
        form=r"""([^'"\\]|'[^']*'|"[^"\\]*")+""",
    )
    vnpay_tmn_code: str = setting("", "Our terminal code at VNPAY (vnp_TmnCode)")
    vnpay_secret: str = setting(
        "", "VNPAY's hash secret; during a rotation the new and the old one, parted by a space",
        secret=12,
    )
    vnpay_pay_url: str = setting(
        "https://pay.vnpay.vn/vpcpay.html", "Where the payer pays at VNPAY",
        form=r"https?://\S+",
    )
    vnpay_api_url: str = setting(
        "https://merchant.vnpay.vn/merchant_webapi/api/transaction",
        "Where VNPAY is asked how a payment stands", form=r"https?://\S+",
    )
    zalopay_app_id: str = setting("", "Our app_id at ZaloPay", form=r"[0-9]{1,10}")
    zalopay_key1: str = setting("", "ZaloPay's key1: signs our requests", secret=12)
    zalopay_key2: str = setting(
        "", "ZaloPay's key2: verifies its reports; two during a rotation", secret=12
    )
    zalopay_api_base: str = setting("https://openapi.zalopay.vn", "ZaloPay's address")
    momo_partner_code: str = setting("", "Our partnerCode at MoMo")
    momo_access_key: str = setting("", "MoMo's accessKey")
    momo_secret: str = setting("", "MoMo's secretKey; two during a rotation", secret=12)
    momo_api_base: str = setting("https://payment.momo.vn", "MoMo's address")
    payos_secret: str = setting("", "payOS's checksum key; two during a rotation", secret=12)
    casso_secret: str = setting("", "Casso's webhook key (V2); two during a rotation", secret=12)
    sepay_secret: str = setting(
        "", "SePay's webhook key or API key; two during a rotation", secret=12
    )
