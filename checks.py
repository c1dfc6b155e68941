"""What a setting's form alone cannot say: words that must be known, and settings that need each
other. Each check raises ConfigError with the name of the setting."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence

from environment import ConfigError, names

# Doors that ROOMS may name. The kiosk box's (`edge`) is not built yet and opens nothing.
ROOMS = ("kiosk", "links", "sms", "staff", "partners", "edge")

# Gateways that SMS_GATEWAY may name, and the settings that each can't do without.
_GATEWAY_NEEDS = {
    "log": (), "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"),
    "kannel": ("KANNEL_SEND_URL", "KANNEL_TOKEN"), "smpp": ("SMPP_URL",),
    "modem": ("MODEM_TOKEN", "MODEM_INJECT"),
}


def gateways(chosen: Sequence[str], settings: Mapping[str, object]) -> None:
    """The gateways of SMS_GATEWAY are known and have what they need in `settings`, by its names
    in small letters."""
    if not chosen:
        raise ConfigError("SMS_GATEWAY names no gateway")
    unknown = set(chosen) - _GATEWAY_NEEDS.keys()
    if unknown:
        raise ConfigError(f"SMS_GATEWAY: unknown gateway {', '.join(sorted(unknown))}")
    for gateway in chosen:
        needs = _GATEWAY_NEEDS[gateway]
        if not all(settings[name.lower()] for name in needs):
            raise ConfigError(f"SMS_GATEWAY={gateway} needs {' and '.join(needs)}")


def rooms(chosen: Sequence[str]) -> None:
    """The doors of ROOMS are known, and there is one."""
    unknown = set(chosen) - set(ROOMS)
    if unknown:
        raise ConfigError(f"ROOMS: unknown room {', '.join(sorted(unknown))}")
    if not chosen:
        raise ConfigError("ROOMS names no room")


def void_cutoff(text: str) -> None:
    """VOID_CUTOFF is a time of the day."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", text):
        raise ConfigError(f"VOID_CUTOFF: expected HH:MM up to 24:00, got {text!r}")


def desk_hours(text: str) -> None:
    """The spans of DESK_HOURS follow each other."""
    times = re.split("[-,]", text)
    if times != sorted(set(times)) or times[-1] > "24:00":
        raise ConfigError(f"DESK_HOURS: spans that follow each other, got {text!r}")


def networks(setting: str, text: str) -> None:
    """The words of a comma list are addresses or networks."""
    for word in names(text):
        try:
            ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ConfigError(f"{setting}: expected an address or a network such as 10.0.0.0/8,"
                              f" got {word!r}") from None
