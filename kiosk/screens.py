"""Welcome, language, the customer code and the bills."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("kiosk", __name__)
