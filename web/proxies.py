"""Who really asks: what our own proxies (TRUSTED_PROXIES) say about the client is believed,
what anybody else says about itself is not, and is not handed on either.

Runs before Flask sees the request, so that `request.remote_addr`, `.host` and `.is_secure` mean
the client's side of the proxies for every library.
"""

from __future__ import annotations

import functools
import ipaddress
import logging

from flask import request

from environment import names

log = logging.getLogger("quaydien")

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST",
              "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_REAL_IP",
              "HTTP_FORWARDED")
_MOST_NOTED = 100  # strangers of whom the log tells, a process
_noted: set[str] = set()

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_address() -> str:
    """The address of who asks, behind our own proxies; "" where there is none. Of IPv6 it is the
    network of 64 bits, which a household has whole: each address of it is the same client."""
    address = parse(request.remote_addr or "")
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address) if address else request.remote_addr or ""


def resolve(environ: dict, trusted_proxies: str) -> None:
    """Make `environ` (WSGI) tell of the client: its address, scheme and host.

    X-Forwarded-For is read from the right: each hop that is a proxy of ours vouches for the one
    before it, and the first that is not is the client. Whatever stands left of it anybody may have
    written.
    """
    given = [name for name in _FORWARDED if name in environ]
    if not given:
        return
    said = {name: environ.pop(name) for name in given}
    ours, peer = _networks(trusted_proxies), environ.get("REMOTE_ADDR", "")
    if not _is_ours(peer, ours):
        _note(peer)
        return
    environ["REMOTE_ADDR"] = _client(peer, said.get("HTTP_X_FORWARDED_FOR", ""), ours)
    scheme = _last(said.get("HTTP_X_FORWARDED_PROTO", "")).lower()
    if scheme in ("http", "https"):
        environ["wsgi.url_scheme"] = scheme
    host = _last(said.get("HTTP_X_FORWARDED_HOST", ""))
    if host:
        environ["HTTP_HOST"] = host


def _client(peer: str, hops: str, ours: tuple[Network, ...]) -> str:
    client = peer
    for hop in reversed(hops.split(",")):
        address = parse(hop)
        if address is None:  # a proxy of ours wrote no such thing: nothing left of it is sure
            break
        client = str(address)
        if not _is_ours(client, ours):
            break
    return client


def parse(text: str) -> Address | None:
    """An address as proxies write it, with or without brackets and port; None for another word."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_ours(text: str, ours: tuple[Network, ...]) -> bool:
    address = parse(text) if ours else None
    return address is not None and any(address in network for network in ours)


@functools.lru_cache(8)
def _networks(trusted_proxies: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(name, strict=False) for name in names(trusted_proxies))


def _last(values: str) -> str:
    """Of several values the one that the proxy beside us added."""
    return values.rpartition(",")[2].strip()


def _note(peer: str) -> None:
    if peer not in _noted and len(_noted) < _MOST_NOTED:
        _noted.add(peer)
        log.warning("%s sends forwarded headers and is not in TRUSTED_PROXIES: ignored", peer)
