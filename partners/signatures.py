"""Who is asking: each request is signed with a key of the partner.

X-Signature = hex HMAC-SHA256(secret, METHOD + "\\n" + path with query + "\\n" + X-Timestamp
+ "\\n" + hex SHA-256 of the raw body).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import quote

from flask import Response, g, request

from partners import problems
from services.errors import TooMany
from services.limits import limits
from services.payments import partner_keys
from web.office import office

WINDOW_S = 300
RECONCILE = "partners_api.reconcile"
MOST_BODY = 16 * 1024  # bytes
MOST_LIST = 8 * 1024 * 1024  # a day's list for reconciliation
# Stands in for a secret that does not exist, so that refusing takes the same work.
_NOBODYS_SECRET = secrets.token_urlsafe(32)
# What a path may hold unescaped (RFC 3986, 3.3). The server hands the path over unescaped, so
# either spelling may have been sent and signed: with as few escapes as can be, or as many.
_FEW_ESCAPES, _MANY_ESCAPES = "/:@!$&'()*+,;=-._~", "/-._~"


def signature(secret: str, method: str, target: str, timestamp: str, body: bytes) -> str:
    """The signature of one request; `target` is the path with its query."""
    digest = hashlib.sha256(body).hexdigest()
    text = f"{method}\n{target}\n{timestamp}\n{digest}"
    return hmac.digest(secret.encode(), text.encode(), "sha256").hex()


def check() -> Response | None:
    """Before each call: note the partner in `g.partner`, or refuse.

    One answer for every cause (no such partner or key, expired, clock, signature), so that
    a guesser learns nothing from it.
    """
    request.max_content_length = MOST_LIST if request.endpoint == RECONCILE else MOST_BODY
    here, headers = office(), request.headers
    now, name = here.now(), headers.get("X-Partner", "")
    secret = partner_keys.secret_of(name, headers.get("X-Key-Id", ""), here.vault, now)
    timestamp = headers.get("X-Timestamp", "")
    given = headers.get("X-Signature", "").lower().encode()
    same = [hmac.compare_digest(given, signature(secret or _NOBODYS_SECRET, request.method, target,
                                                 timestamp, request.get_data()).encode())
            for target in _targets()]
    if not (any(same) and secret and _in_time(timestamp, now)):
        return problems.unauthorized()
    g.partner = name
    return _slow_down(name, now) if here.settings.limits else None


def _targets() -> set[str]:
    query = request.query_string.decode("latin-1")
    return {quote(request.path, safe=safe) + ("?" + query if query else "")
            for safe in (_FEW_ESCAPES, _MANY_ESCAPES)}


def _in_time(timestamp: str, now: int) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now // 1000 - int(timestamp)) <= WINDOW_S


def _slow_down(partner: str, now: int) -> Response | None:
    try:
        limits.take("requests.partner", partner, now)
    except TooMany as error:
        return problems.too_many(error.wait_s)
    return None
