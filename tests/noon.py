"""The application with a clock that began at a given moment: its server's stories play within one
day, at whatever hour the suite runs."""

from __future__ import annotations

import os

import app
from services import clock
from web.house import House


def create_app() -> House:
    """As `app.create_app`, from the moment NOON_MS (UTC epoch ms) on."""
    return app.create_app(now=clock.going_on_from(int(os.environ["NOON_MS"])))
