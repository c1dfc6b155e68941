"""The payment QR code, "paid yet?" and the receipt."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("kiosk_payments", __name__)
