"""What the doors share of HTMX."""

from __future__ import annotations

STOP_POLLING = 286  # the status with which it takes the answer and asks no more
