"""A feature phone in the browser, for the demo."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("simulator", __name__)
