"""Sign-in of officers."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("staff_signin", __name__)
