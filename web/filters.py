"""How templates write amounts, periods, days and names."""

from __future__ import annotations

from flask import Flask

from services import formats


def init_app(app: Flask) -> None:
    """Give every template the same formats."""
    app.jinja_env.filters.update(
        dong=formats.dong, thousands=formats.thousands, period=formats.period,
        day=formats.day, short_day=formats.short_day, moment=formats.moment,
        masked_name=formats.masked_name)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
