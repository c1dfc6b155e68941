"""The biller API."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("partners_api", __name__)
