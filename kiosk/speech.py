"""Nghe: a page read aloud."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("kiosk_speech", __name__)
