"""Planned outages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("kiosk_outages", __name__)
