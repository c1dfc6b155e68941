"""What the child takes from itself before it reads anything. Linux.

No file can be written, no program started, no connection opened; memory and time are counted by
the kernel. Where the kernel offers no filter (another machine than x86-64 or ARM), the other
limits stand alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import struct
import time
from typing import NamedTuple

from services.decoding.jobs import MB

_MOST_FILES = 32  # a library on its way in is open for a moment
_NICE = 5  # health and other people come first
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2  # prctl
_LOAD, _EQUAL, _LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # BPF
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000  # refused with EPERM
_WAY, _NUMBER, _ARGUMENTS = 4, 0, 16  # where they stand in the kernel's struct seccomp_data
_OTHER_WAY = 0x40000000  # numbers of x32
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class _Machine(NamedTuple):
    """The kernel's numbers of one kind of processor."""

    way: int  # AUDIT_ARCH_…
    # socket connect bind execve execveat ptrace process_vm_writev io_uring_setup kill tgkill
    # tkill openat2 truncate ftruncate, then what makes, renames and deletes files
    refused: tuple[int, ...]
    opens: dict[int, int]  # opening a file: which argument holds its flags


_MACHINES = {
    "x86_64": _Machine(0xC000003E, (41, 42, 49, 59, 322, 101, 311, 425, 62, 234, 200, 437, 76, 77,
                                    82, 83, 84, 85, 86, 87, 88, 90, 91, 258, 263, 264, 265, 266,
                                    268, 316), {2: 1, 257: 2}),
    "aarch64": _Machine(0xC00000B7, (198, 203, 200, 221, 281, 117, 271, 425, 129, 131, 130, 437,
                                     45, 46, 34, 35, 36, 37, 38, 52, 53, 276), {56: 2}),
}


def settle() -> None:
    """Once, at the start."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # where memory ends, this process goes, and not its parent
    os.nice(_NICE)
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0),
                        (resource.RLIMIT_NOFILE, _MOST_FILES), (resource.RLIMIT_NPROC, 0)):
        resource.setrlimit(limit, (most, most))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    machine = _MACHINES.get(platform.machine())
    if machine is not None:
        code = b"".join(struct.pack("HBBI", *step) for step in _steps(machine))
        kept = ctypes.create_string_buffer(code, len(code))
        program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(kept))
        libc.prctl(_SECCOMP, _FILTER, ctypes.create_string_buffer(program, len(program)), 0, 0)


def _steps(machine: _Machine) -> list[tuple[int, int, int, int]]:
    """The filter, as (operation, steps ahead when true, when false, value). The last step
    refuses."""
    last = 6 + len(machine.refused) + 4 * len(machine.opens)
    steps = [(_LOAD, 0, 0, _WAY), (_EQUAL, 1, 0, machine.way), (_RETURN, 0, 0, _KILL),
             (_LOAD, 0, 0, _NUMBER)]

    def refuse(operation: int, value: int) -> None:
        steps.append((operation, last - len(steps) - 1, 0, value))
    refuse(_LEAST, _OTHER_WAY)
    for number in machine.refused:
        refuse(_EQUAL, number)
    for number, argument in machine.opens.items():
        steps += [(_EQUAL, 0, 3, number), (_LOAD, 0, 0, _ARGUMENTS + 8 * argument)]
        refuse(_ANY_BIT, _TO_WRITE)
        steps.append((_RETURN, 0, 0, _ALLOW))
    return [*steps, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]


def memory(most_mb: int) -> None:
    """The addresses that a job may use."""
    _lower(resource.RLIMIT_AS, most_mb * MB)


def seconds(most: int) -> None:
    """The processor's time from now on; past it the kernel ends the child."""
    _lower(resource.RLIMIT_CPU, int(time.process_time()) + 1 + most)


def _lower(limit: int, most: int) -> None:
    _soft, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def peak_mb() -> int:
    """The most memory that this process ever held: getrusage would begin with its parent's."""
    with open("/proc/self/status") as file:
        return next((int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM:")),
                    0)
