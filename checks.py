"""What a setting's form alone cannot say: words that must be known, and settings that need each
other. Each check raises ConfigError with the name of the setting."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence

from environment import ConfigError, names

_HOW_TO = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
# What stands in a template of settings until somebody fills it in, or is known from our own demo
# and tests: everybody can read those. Compared without signs and capitals.
_KNOWN = ("demoonly", "benchonly", "changeme", "changethis", "replaceme", "replacethis",
          "placeholder", "yoursecret", "matkhau", "password", "quaydien", "testcookiekey",
          "testdatakey", "correcthorsebattery")

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


def filled_in(settings: Mapping[str, object]) -> None:
    """Nothing is left of deploy/quaydien.env as it is shipped. `settings`: by small names."""
    for name, value in settings.items():
        if isinstance(value, str) and "CHANGE-ME" in value:
            raise ConfigError(f"{name.upper()} still says CHANGE-ME")


def secrets(given: Mapping[str, tuple[str, int]]) -> None:
    """Production's secrets, by their name the value and its least length, are none that somebody
    could know or guess. An empty one is not set; what others make for us is shorter."""
    for name, (text, least) in given.items():
        why = _weakness(text, least) if text else ""
        if why:
            raise ConfigError(f"{name} {why}; make one with: {_HOW_TO} (or DEMO=1 for a demo)")


def _weakness(text: str, least: int) -> str:
    """Why a secret is none, or ""."""
    bare = re.sub(r"[^a-z0-9]", "", text.lower())
    if any(word in bare for word in _KNOWN):
        return "is known from a template or a demo"
    if len(text) < least:
        return f"is too short: at least {least} characters are needed"
    # The least that chance leaves: 32 hex digits have fewer than 8 different ones once in 10^6.
    if len(set(text)) < least // 4 or _repeats(text):
        return "has too little variety"
    return ""


def _repeats(text: str) -> bool:
    """True of a text that is a shorter one again and again."""
    return any(text == (text[:size] * len(text))[:len(text)]
               for size in range(1, len(text) // 2 + 1))


def production(public_url: str, chosen: Sequence[str]) -> None:
    """Outside a demo people come over https, and texts reach telephones."""
    if not public_url.startswith("https://"):
        raise ConfigError(f"PUBLIC_URL must begin with https://, got {public_url!r}"
                          " (or ALLOW_INSECURE=1 for a test installation)")
    if "log" in chosen:
        raise ConfigError("SMS_GATEWAY=log reaches no telephone: name twilio, kannel, smpp or"
                          " modem (or ALLOW_INSECURE=1 for a test installation)")


def networks(setting: str, text: str) -> None:
    """The words of a comma list are addresses or networks."""
    for word in names(text):
        try:
            network = ipaddress.ip_network(word, strict=False)
        except ValueError:
            raise ConfigError(f"{setting}: expected an address or a network such as 10.0.0.0/8,"
                              f" got {word!r}") from None
        if network.prefixlen == 0:
            raise ConfigError(f"{setting}: {word} is everybody")
