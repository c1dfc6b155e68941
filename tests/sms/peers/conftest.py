"""The carriers' programs, each fresh for a test."""

from __future__ import annotations

import pytest

from tests.peers.smpp import Centre


@pytest.fixture
def centre(tmp_path):
    """A real SMPP message centre."""
    running = Centre(tmp_path)
    yield running
    running.stop()
