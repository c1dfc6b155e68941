"""The bare application: each route does the outside work of one of ours and nothing more."""

from __future__ import annotations

import hashlib
import hmac
import os
import sqlite3
import threading

from flask import Flask, Response, abort, current_app, jsonify, render_template, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

_thread = threading.local()


def create_app() -> Flask:
    """Factory for the same server program as ours."""
    app = Flask(__name__)
    app.extensions["validator"] = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    app.extensions["secret"] = os.environ["BENCH_SECRET"].encode()
    app.add_url_rule("/sms/twilio", view_func=sms, methods=["POST"])
    app.add_url_rule("/sms/recorded", view_func=recorded_sms, methods=["POST"])
    app.add_url_rule("/kiosk/bills", view_func=bills)
    app.add_url_rule("/partners/v1/payments", view_func=pay, methods=["POST"])
    return app


def sms() -> Response:
    """Check Twilio's signature, answer TwiML; nothing is kept."""
    _check_signature()
    return _twiml("QUAYDIEN: KH PA04DH0000017 no 546.108d ky 10/2026, han 20/11.")


def recorded_sms() -> Response:
    """Check Twilio's signature, look the bill up, keep the text and its reply durably in one
    row, answer TwiML."""
    _check_signature()
    form, connection = request.form, _connection()
    total, month, year = connection.execute(
        "SELECT total, month, year FROM bill WHERE code = ? AND state = 'unpaid'",
        (form["Body"].split()[-1],)).fetchone()
    reply = f"QUAYDIEN: no {total}d ky {month}/{year}."
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bench_message VALUES (?, ?, ?, ?)",
                           (form["MessageSid"], form["From"], form["Body"], reply))
    return _twiml(reply)


def _check_signature() -> None:
    signature = request.headers.get("X-Twilio-Signature", "")
    url = os.environ["PUBLIC_URL"] + request.path
    if not current_app.extensions["validator"].validate(url, request.form, signature):
        abort(403)


def _twiml(text: str) -> Response:
    reply = MessagingResponse()
    reply.message(text)
    return Response(str(reply), mimetype="text/xml")


def bills() -> str:
    """One look-up, one page."""
    row = _connection().execute(
        "SELECT c.name, b.code, b.year, b.month, b.kwh, b.total, b.due_on FROM bill b"
        " JOIN customer c ON c.code = b.code WHERE b.code = ? AND b.state = 'unpaid'",
        (request.args["code"],)).fetchone()
    return render_template("bills.html", bill=row)


def pay() -> tuple[Response, int]:
    """Check the partner's HMAC, store one row durably, answer JSON."""
    body = request.get_data()
    signed = "\n".join((request.method, request.path, request.headers["X-Timestamp"],
                        hashlib.sha256(body).hexdigest()))
    secret = current_app.extensions["secret"]
    right = hmac.digest(secret, signed.encode(), "sha256").hex()
    if not hmac.compare_digest(right, request.headers["X-Signature"]):
        abort(401)
    report = request.get_json()
    connection = _connection()
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bench_payment VALUES (?, ?, ?)", (
            report["partner_txn_id"], report["bill_id"], report["amount"]))
    return jsonify(payment_id=1, receipt_no="PA04DH-2026-000001", bill_id=report["bill_id"],
                   amount=report["amount"], status="posted"), 201


def _connection() -> sqlite3.Connection:
    """This thread's connection, opened once: WAL, and on disk before it answers."""
    if not hasattr(_thread, "connection"):
        _thread.connection = sqlite3.connect(os.environ["BENCH_BARE_DB"], isolation_level=None,
                                             timeout=30)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000"):
            _thread.connection.execute(f"PRAGMA {pragma}")
    return _thread.connection
