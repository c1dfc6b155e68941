"""VNPAY 2.1.0: GET, `vnp_SecureHash` over the sorted query; answers {"RspCode","Message"}.

00 and 02 end VNPAY's repetitions, every other code brings up to ten, five minutes apart.
Source: sandbox.vnpayment.vn/apis/docs (IPN URL).
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, jsonify, request

from partners.callbacks import bodies
from services.notation import values
from services.payments import strays
from services.providers import digests, kinds, notices, vnpay
from services.providers.notices import Notice, Verdict
from web.office import office

bp = Blueprint("partners_vnpay", __name__)

_MESSAGES = {"00": "Confirm Success", "01": "Order not Found", "02": "Order already confirmed",
             "04": "Invalid amount", "97": "Invalid Checksum", "99": "Unknown error"}
# vnp_TransactionStatus and vnp_ResponseCode of payments that are not over: under way, reversed,
# refunded, under suspicion. The sweeper asks about them.
_OPEN_STATUS = {"01", "04", "05", "06", "07", "09"}
_OPEN_CODE = {"00", "07"}
_MOST_FIELDS = 60


@bp.get("")
def notify() -> Response:
    """One payment's result."""
    settings = office().settings
    if not settings.vnpay_secret:
        abort(404)
    fields = _fields(request.query_string)
    if fields is None or not vnpay.verify(fields, digests.keys(settings.vnpay_secret)):
        return _answer("97")
    notice = _notice(fields)
    if notice is None:
        strays.keep_unreadable("vnpay", vnpay.canonical(fields), office().vault, office().now())
        return _answer("99")
    return _answer(_code(notices.record(notice, office().vault, office().now())))


def _fields(query: bytes) -> dict[str, str] | None:
    """The vnp_ fields; None when one comes twice or there are too many."""
    try:
        pairs = parse_qsl(query.decode("ascii", "replace"), keep_blank_values=True,
                          max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    ours = [(name, value) for name, value in pairs if name.startswith("vnp_")]
    return dict(ours) if len(dict(ours)) == len(ours) else None


def _notice(fields: dict[str, str]) -> Notice | None:
    hundredths = values.dong(fields.get("vnp_Amount", ""))
    reference = values.text(fields.get("vnp_TxnRef", ""), 64)
    if hundredths is None or hundredths % 100 or not reference:
        return None
    code, status = fields.get("vnp_ResponseCode", ""), fields.get("vnp_TransactionStatus", "")
    return Notice("vnpay", "VNPAY", reference, values.number(fields.get("vnp_TransactionNo")),
                  _result(code, status), hundredths // 100,
                  vnpay.time_of(fields.get("vnp_PayDate")), values.text(f"{code}/{status}", 40),
                  bodies.digest(vnpay.canonical(fields)))


def _result(code: str, status: str) -> str:
    if (code, status) == ("00", "00"):
        return kinds.PAID
    return kinds.WAITING if status in _OPEN_STATUS or code in _OPEN_CODE else kinds.FAILED


def _code(verdict: Verdict) -> str:
    if not verdict.known_order:
        return "01"
    if not verdict.right_amount:
        return "04"
    if verdict.new:
        return "99" if verdict.conflict else "00"
    return "02"


def _answer(code: str) -> Response:
    return jsonify(RspCode=code, Message=_MESSAGES[code])


bodies.when_not_recorded(bp, lambda: _answer("99"))
