"""What comes from outside as an address (Host, Origin, Referer, HX-Current-URL) is read here and
nowhere else: what is none does not come in, and nobody is sent to a host that is not ours."""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import request

from config import Settings
from environment import names
from web.serving.answers import REFUSED

# Monitoring asks by whatever address it knows; these answers name no host.
_ANY_HOST = ("/healthz", "/readyz", "/metrics")
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(:[0-9]{1,5})?", re.ASCII)
_ADDRESSES = ("HTTP_REFERER", "HTTP_HX_CURRENT_URL")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Split(NamedTuple):
    """An address in parts; all empty for what is none."""

    origin: str = ""  # scheme://host:port
    path: str = ""
    query: str = ""


@functools.lru_cache(1_000)
def split(text: str) -> Split:
    """The parts of an address from outside. Never raises."""
    try:
        parts = urlsplit(text)
        port = parts.port  # raises as well
    except ValueError:
        return Split()
    host = (parts.hostname or "") + (f":{port}" if port is not None else "")
    return Split(f"{parts.scheme}://{host}" if host else "", parts.path, parts.query)


def referrer_path() -> str:
    """Path of the page from which this request came; "" when none is told."""
    return split(request.referrer or "").path


def guard(environ: dict, settings: Settings) -> None:
    """Leave out of `environ` (WSGI) what is no address, and refuse (400) a host that is not ours.

    Flask then sees the name that we give ourselves: nothing it builds may repeat a stranger's.
    """
    for name in _ADDRESSES:
        if name in environ and not split(environ[name]).path and not split(environ[name]).origin:
            del environ[name]
    host = environ.get("HTTP_HOST", "").lower()
    if is_ours(host, settings.trusted_hosts, settings.public_url, settings.demo):
        return
    environ["HTTP_HOST"] = urlsplit(settings.public_url).netloc
    if environ.get("PATH_INFO") not in _ANY_HOST:
        environ.setdefault(REFUSED, 400)


@functools.lru_cache(1_000)
def is_ours(host: str, trusted_hosts: str, public_url: str, demo: bool) -> bool:
    """We are known under this Host header (in small letters), whatever its port: by TRUSTED_HOSTS,
    or by PUBLIC_URL; on this machine by its loopback. A demo in a hall's network is also asked by a
    private address, which no stranger's name can stand for."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].strip("[]").rstrip(".")
    ours = [known.lower() for known in names(trusted_hosts)]
    if name in (*_LOOPBACK, *ours, urlsplit(public_url).hostname):
        return True
    return demo and not ours and _is_private(name)


def _is_private(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_private
    except ValueError:
        return False
