"""OpenAPI document and its readable page."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("partners_documents", __name__)
