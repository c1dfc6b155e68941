"""An application of each test's own: these tests hang things into it."""

from __future__ import annotations

import pytest

from db import connection
from tests.conftest import put_together


@pytest.fixture
def app(settings, clock):
    """Like the shared one, and thrown away."""
    yield put_together(settings, clock)
    connection.database.close()
