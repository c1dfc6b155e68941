"""Who plays the payment providers."""

from __future__ import annotations

import pytest

from db import checking as checking_records
from tests.standins import accounts


@pytest.fixture
def machines():
    with accounts.running() as running:
        yield running


@pytest.fixture
def sound_books(app):
    """After the test, nothing in the database contradicts itself."""
    yield
    assert list(checking_records.problems()) == []
