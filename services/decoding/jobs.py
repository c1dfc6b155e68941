"""What the child can be asked to do. Each subject names its own jobs; nothing is imported here."""

from __future__ import annotations

from typing import Any, NamedTuple

MB = 1024 * 1024


class Job(NamedTuple):
    """A function "module:name" that takes what is told (JSON) and bytes, and gives one Answer or
    a generator of them. Each answer has the time; all together must not be larger than
    `most_bytes`."""

    function: str
    cpu_s: int = 10
    wall_s: int = 30
    memory_mb: int = 768  # of addresses: some 200 of them are libraries
    most_bytes: int = 16 * MB
    # Answers within this time all together, however many they are.
    whole_s: int = 1800


class Answer(NamedTuple):
    """What a job says (JSON), and bytes beside it."""

    told: Any = None
    data: bytes = b""
