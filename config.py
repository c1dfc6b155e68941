"""Every setting of Quầy Điện, read from the environment once (`environment.py`).

`docs/settings.md` is the same list for people; a test keeps the two equal.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import Path

import checks
from checks import ROOMS
from environment import ConfigError, names, read, setting, switch
from outside import Outside

ROOT = Path(__file__).resolve().parent


@dataclasses.dataclass(frozen=True)
class Settings(Outside):
    database_url: str = setting(
        f"sqlite:///{ROOT / 'instance' / 'quaydien.db'}",
        "Where the records are: sqlite:///PATH or postgresql://USER:PASSWORD@HOST[,HOST]/NAME",
    )
    database_timeout_s: int = setting(
        5, "Seconds that a web request waits for one statement; anybody for a connection or a lock"
    )
    secret_key: str = setting(
        "", "Signs cookies and form tokens", demo="demo-only-cookie-key", needed=True, secret=32
    )
    data_key: str = setting(
        "", "Encrypts phone numbers and partner secrets at rest and keys their hashes",
        demo="demo-only-data-key", needed=True, secret=32,
    )
    public_url: str = setting(
        "http://127.0.0.1:8000", "How the outside sees us: webhook signatures and links",
        form=r"https?://[^/?#\s]+/?",
    )
    demo: bool = setting(
        False, "1: demo people, default secrets and the phone simulator are allowed"
    )
    allow_insecure: bool = setting(
        False, "on: a test installation starts although it is not safe, and every page says so"
    )
    trusted_proxies: str = setting(
        "", "Addresses or networks (CIDR) of our own proxies, whose forwarded headers are believed;"
        " a comma list",
    )
    trusted_hosts: str = setting(
        "", "Names under which we are asked, a comma list; empty: that of PUBLIC_URL, and loopback"
    )
    metrics_token: str = setting(
        "", "Word (bearer) without which /metrics and /readyz answer nobody; empty: open", secret=16
    )
    audit_key: str = setting(
        "", "Keys the chain of the audit trail, kept outside the database; empty: from DATA_KEY",
        secret=32,
    )
    audit_heads: str = setting(
        "", "File to which the audit trail's head is added once a day; keep it on another machine"
    )
    rooms: str = setting(
        ",".join(ROOMS),
        "Doors that this process opens (edge: none yet); a closed one answers 404, is not loaded",
    )
    demo_password: str = setting(
        "", "Password of the demo officers; empty: one is made and printed"
    )
    limits: bool = setting(True, "off: no rate limits, for load tests; only together with DEMO=1")
    sms_gateway: str = setting(
        "log", "log, twilio, kannel, smpp or modem; a comma list is the fail-over order"
    )
    sms_brand: str = setting(
        "QUAYDIEN", "Brand name at the start of each text, A-Z 0-9, at most 11",
        form=r"[A-Z0-9]{1,11}",
    )
    sms_short_code: str = setting("8055", "Number that people text to, shown on screens")
    sms_rate: str = setting(
        "", "Most texts a second by gateway, such as twilio=1,modem=0.2; others without limit",
        form=r"\w+=\d+(\.\d+)?(,\w+=\d+(\.\d+)?)*",
    )
    sms_texts_a_day: int = setting(
        600_000, "Most texts handed over in a local day, reminders at most nine tenths of it"
    )
    sms_reminders_a_day: int = setting(
        500_000, "Most reminders queued in a local day; the rest follows the next day; 0: none",
        least=0,
    )
    sms_danger_a_day: int = setting(
        20_000, "Most texts of danger answered in a local day; beyond it only the desk hears"
    )
    pay_bank_bin: str = setting(
        "", "BIN (6 digits) of the bank that receives payments", demo="970415", needed=True,
        form=r"[0-9]{6}",
    )
    pay_account: str = setting(
        "", "Account number that receives payments", demo="113366668888", needed=True,
        form=r"[A-Z0-9]{1,19}",
    )
    bank_accounts: str = setting(
        "", "Our accounts beside PAY_ACCOUNT whose statements are taken in, a comma list",
        form=r"[A-Za-z0-9 .-]{1,40}(,[A-Za-z0-9 .-]{1,40})*",
    )
    pay_account_name: str = setting(
        "", "Name on that account, as people see it", demo="CONG TY DIEN LUC DEMO", needed=True
    )
    vietqr_service: str = setting(
        "QRIBFTTA", "Service named in the codes that we make: QRIBFTTA (to account), QRIBFTTC"
        " (to card), QRPUSH (to a merchant); all are read", form=r"QRIBFTTA|QRIBFTTC|QRPUSH",
    )
    code_prefixes: str = setting(
        "PA04,PA26", "Usual first letters of customer codes; others are accepted with a warning"
    )
    einvoice_fields: str = setting(
        str(ROOT / "db" / "data" / "einvoice_fields.json"),
        "JSON file: where an e-invoice tells period, index, due date and lookup code",
    )
    einvoice_lookup_url: str = setting(
        "", "Where an invoice is looked up by its code, when the invoice itself does not say",
        form=r"(https?://)?[^\s<>\"]{1,120}",
    )
    void_cutoff: str = setting(
        "23:55", "Time of day, HH:MM, until which a partner may void a payment of the same day"
    )
    refund_approval_from: int = setting(
        2_000_000, "Amount in đồng from which a supervisor must agree to an undo or a refund"
    )
    refund_a_day: int = setting(
        3_000_000, "Sum in đồng of an officer's undos and refunds of a day, beyond it likewise"
    )
    hotline: str = setting("19006769", "Telephone number of customer care, shown on screens")
    files_dir: str = setting(
        "", "Folder of sealed papers and contracts; empty: files/ beside the SQLite database,"
        " else instance/files"
    )
    contract_days_law: int = setting(7, "Working days the law gives to sign and supply")
    contract_days: int = setting(5, "Working days the company promises")
    contract_days_build: int = setting(7, "The same where poles or cable are needed")
    contract_expires_days: int = setting(60, "Days after which an unsigned request is over")
    contract_link_days: int = setting(30, "Days for which a link opens a signed contract")
    contract_templates: str = setting(
        str(ROOT / "templates" / "contract"),
        "Folder of the company's contract: agreement.typ, seal.typ, agreement.json",
    )
    seal_p12: str = setting(
        "", "P12 file with the company's certificate, which seals contracts; a demo makes its own"
    )
    seal_p12_password: str = setting("", "Password of that file")
    seal_certs: str = setting(
        "", "PEM files of certificates whose seal is ours, beside that of SEAL_P12; a comma list"
    )
    tsa_url: str = setting(
        "", "Time-stamp authority (RFC 3161) asked for each seal; empty: sealed without",
        form=r"https?://\S+",
    )
    kiosk_printer: str = setting(
        "", "Slip printer of kiosks without one of their own: tcp://HOST:9100 or file:///dev/usb/lp0",
        form=r"(tcp://[\w.-]+(:\d{1,5})?|file:///.+)",
    )
    speech_dir: str = setting(
        str(ROOT / "instance" / "speech"), "Folder of the clips that flask speech build makes"
    )
    kiosk_idle_s: int = setting(90, "Seconds without a touch before the kiosk asks")
    kiosk_pay_idle_s: int = setting(
        300, "The same on pages with a payment code: whoever fetches a telephone needs it longer"
    )
    kiosk_warn_s: int = setting(20, "Seconds the kiosk then waits before it forgets")
    desk_hours: str = setting(
        "07:30-17:00", "When officers sit at the desk on working days, local; several by comma",
        form=r"[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d(,[0-2]\d:[0-5]\d-[0-2]\d:[0-5]\d)*",
    )

    @classmethod
    def load(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read all settings; raises ConfigError with the name of a bad one."""
        demo = switch("DEMO", environ.get("DEMO", "0"))
        values = {f.name: read(f, environ, demo) for f in dataclasses.fields(cls)}
        if demo and environ.get("PORT") and not environ.get("PUBLIC_URL"):
            values["public_url"] = f"http://127.0.0.1:{environ['PORT']}"
        settings = cls(**values)
        settings._check()
        return settings

    def _check(self) -> None:
        missing = [f.name.upper() for f in dataclasses.fields(self)
                   if f.metadata["needed"] and not getattr(self, f.name)]
        if missing:
            raise ConfigError(f"missing setting: {', '.join(missing)} (or DEMO=1 for a demo)")
        if not self.limits and not self.demo:
            raise ConfigError("LIMITS=off is allowed only together with DEMO=1")
        if not (self.demo or self.allow_insecure):
            checks.secrets({f.name.upper(): (getattr(self, f.name), f.metadata["secret"])
                            for f in dataclasses.fields(self) if f.metadata["secret"]})
            checks.production(self.public_url, self.gateways)
            checks.filled_in(dataclasses.asdict(self))
        checks.gateways(self.gateways, dataclasses.asdict(self))
        checks.rooms(self.open_rooms)
        checks.void_cutoff(self.void_cutoff)
        checks.desk_hours(self.desk_hours)
        checks.networks("TRUSTED_PROXIES", self.trusted_proxies)
        if not self.database_url.startswith(("sqlite:///", "postgresql://")):
            raise ConfigError("DATABASE_URL must start with sqlite:/// or postgresql://")

    @property
    def open_rooms(self) -> list[str]:
        """Names of the doors that this process opens."""
        return list(dict.fromkeys(names(self.rooms)))

    @property
    def gateways(self) -> list[str]:
        """Names of the SMS gateways in fail-over order."""
        return names(self.sms_gateway)

    @property
    def our_accounts(self) -> frozenset[str]:
        """Account numbers that are ours, without spaces and signs, in capitals."""
        written = [self.pay_account, *names(self.bank_accounts)]
        return frozenset(re.sub(r"[^A-Z0-9]", "", account.upper()) for account in written)

    @property
    def rates(self) -> dict[str, float]:
        """Texts a second by gateway, from SMS_RATE."""
        pairs = (pair.split("=") for pair in self.sms_rate.split(",") if pair)
        return {name: float(per_s) for name, per_s in pairs}

    @property
    def secure(self) -> bool:
        """True when people reach us over https, so cookies can insist on it."""
        return self.public_url.startswith("https://")
