"""Asking for assisted contract signing."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("kiosk_contracts", __name__)
