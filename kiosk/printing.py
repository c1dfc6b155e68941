"""The payment slip."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("kiosk_printing", __name__)
