"""The long runs about money, short enough for every day. Each brings its control."""

from __future__ import annotations

import math

import pytest

from tests.faults import one_bill_two_channels, partner_payments_killed, refused_payments

pytestmark = pytest.mark.server


def test_acknowledged_payments_outlive_a_kill(database_kind) -> None:
    # How fast it restarts is measured by the long run, on a machine with nothing else to do.
    assert partner_payments_killed.run(database_kind, count=120, kills=2, within_s=math.inf)


def test_of_two_channels_one_settles(database_kind) -> None:
    assert one_bill_two_channels.run(database_kind, rounds=10)


def test_what_is_not_in_order_is_refused(database_kind) -> None:
    assert refused_payments.run(database_kind)
