"""The small page behind an SMS link."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("links", __name__)
