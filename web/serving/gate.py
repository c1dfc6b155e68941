"""What would only make processes that end at once, and are started again and again, is refused
before the first of them (`web/admission.py` says what)."""

from __future__ import annotations

import os
import sys

REFUSED = 2


def look() -> None:
    """Ends with the one line of a refused start. Looks in a child: no connection, thread or module
    is left here when the server's processes are made."""
    child = os.fork()
    if child == 0:
        os._exit(_look())
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == REFUSED:
        raise SystemExit(REFUSED)


def _look() -> int:
    # loaded where it is used: docs/decisions/0006-rooms.md
    from config import ConfigError, Settings
    from services import clock
    from web import admission
    from web.office import Office

    try:
        admission.or_exit(Office(Settings.load(), clock.now_ms))
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return REFUSED
    except SystemExit:  # told already
        return REFUSED
    except BaseException:
        sys.excepthook(*sys.exc_info())  # the server's own processes will say it better
    return 0
