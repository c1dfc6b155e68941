"""A signature by finger: the lines as points, nothing else. Pure."""

from __future__ import annotations

import json

from services.errors import InvalidInput

SIDE = 1000  # a point lies in 0…1000 on both sides of the field
_MOST_POINTS, _MOST_LINES = 3_000, 100
_FEWEST_POINTS, _SMALLEST = 8, 100  # less is a slip of the finger, no signature

Lines = list[list[list[int]]]  # lines of [x, y]


def parse(text: str) -> Lines:
    """What the field sent; raises InvalidInput("hand", "empty", "small" or "invalid")."""
    if text.strip() in ("", "[]"):
        raise InvalidInput("hand", "empty")
    try:
        lines = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInput("hand") from None
    if not isinstance(lines, list) or not all(map(_is_line, lines)) or len(lines) > _MOST_LINES:
        raise InvalidInput("hand")
    points = [point for line in lines for point in line]
    if len(points) > _MOST_POINTS:
        raise InvalidInput("hand")
    if len(points) < _FEWEST_POINTS or max(_extent(points, 0), _extent(points, 1)) < _SMALLEST:
        raise InvalidInput("hand", "small")
    return lines


def _is_line(line: object) -> bool:
    return isinstance(line, list) and bool(line) and all(map(_is_point, line))


def _is_point(point: object) -> bool:
    return (isinstance(point, list) and len(point) == 2
            and all(type(side) is int and 0 <= side <= SIDE for side in point))


def _extent(points: list[list[int]], side: int) -> int:
    values = [point[side] for point in points]
    return max(values) - min(values)
