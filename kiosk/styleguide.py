"""Every part of the screen in every state, for those who work on it; only with DEMO=1."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, current_app, render_template

from kiosk import visits

bp = Blueprint("kiosk_styleguide", __name__)
bp.before_request(visits.arrive)


@bp.get("/styleguide")
def styleguide() -> str:
    """Colours, type, pictograms, buttons, tiles, keypad, cards, notices, charts."""
    drawn = Path(current_app.static_folder or "static", "img", "pictograms.svg")
    pictures = re.findall(r'<symbol id="([\w-]+)"', drawn.read_text(encoding="utf-8"))
    return render_template("kiosk/styleguide/styleguide.html", pictures=pictures)
