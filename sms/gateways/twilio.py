"""Twilio: webhook in, REST out."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("twilio", __name__)
