"""What the child said, as values of ours: each field is what its type says, or it is refused."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple, TypeVar, get_type_hints

from services.decoding.errors import TooHeavy

R = TypeVar("R", bound=NamedTuple)


@functools.cache
def _types(kind: type) -> list[type]:
    return list(get_type_hints(kind).values())


def row(kind: type[R], told: Any) -> R:
    """A NamedTuple of texts, numbers and yes or no, out of a list; raises TooHeavy."""
    if not isinstance(told, list) or [type(value) for value in told] != _types(kind):
        raise TooHeavy("the reader said nothing that can be used")
    return kind(*told)
