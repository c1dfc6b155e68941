"""Gọi cán bộ."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("kiosk_help", __name__)
