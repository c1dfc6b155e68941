"""The kinds of work at the desk. A new kind, such as a complaint, begins here with a row; then

- its table, with a migration, and its part of the list in `db/desk.py`: `_TABLES`, `_ALL`,
  `_RANKED` (its band), and `_both`, `_ranked` and `get`, which fill one place a table;
- who makes it: a service beside this file, as `calls.py` does;
- its ticket's word in `services/notation/tickets.py: WORDS`, by which texts know it too, and how a
  text is told of its state: `sms/answers.py: tell_ticket`. Phrases that mean it may belong to
  another word so far (`sms/words.py`: "khieu nai" is one of GAP);
- what officers read: KIND and OUTCOME in `templates/staff/_words.html`, and the page of one in
  `staff/desk.py` and `templates/staff/desk/work.html`, where all that is no request is a call.

What differs only in what is done with it is no kind of its own: to tie a telephone is a call whose
place is `db.calls.REGISTER` (`registering.py`); danger that somebody texts is one whose `danger` is
more than 0 (`danger.py`), and stands above all else.
"""

from __future__ import annotations

from typing import NamedTuple

from db.calls import DONE
from db.contracts import CANCELLED, REFUSED, WITHDRAWN
from db.desk import CALL, REQUEST
from services import clock


class WorkKind(NamedTuple):
    """How long work of a kind may wait, in ms of its age."""

    waits_long: int
    waits_too_long: int


KINDS = {
    REQUEST: WorkKind(clock.DAY, 3 * clock.DAY),
    CALL: WorkKind(10 * clock.MINUTE, 30 * clock.MINUTE),
}

# How work may end, and what that makes of a request. A call is always simply done.
OUTCOMES = {"helped": DONE, "withdrawn": CANCELLED, "unreachable": CANCELLED,
            "no_papers": CANCELLED, "no_right": CANCELLED, "twice": CANCELLED,
            "no_grid": CANCELLED}
# How the file of a request ends with it; one that was helped keeps its stage.
STAGES = {"withdrawn": WITHDRAWN, "unreachable": WITHDRAWN, "no_papers": REFUSED,
          "no_right": REFUSED, "twice": REFUSED, "no_grid": REFUSED}
