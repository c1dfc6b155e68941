"""Contract requests at the desk."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("staff_contracts", __name__)
