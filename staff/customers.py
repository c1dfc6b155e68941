"""Customer search and bill view."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("staff_customers", __name__)
