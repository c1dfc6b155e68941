"""A line that never came about."""

from __future__ import annotations

import socket

import pytest

from sms.smpp.account import parse
from sms.smpp.frames import LinkDown
from sms.smpp.link import Link


def test_a_line_that_was_never_bound_is_let_go_quietly() -> None:
    with socket.socket() as silent:  # bound and not listening: nobody is there
        silent.bind(("127.0.0.1", 0))
        url = f"smpp://user:password@127.0.0.1:{silent.getsockname()[1]}/"
        link = Link(parse(url), lambda delivery, answer: None)
        with pytest.raises(LinkDown, match="cannot connect"):
            link.open()
        assert link.close() is False
