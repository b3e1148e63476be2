"""What a process is called among those that may hold a lease, and whether one that holds it is still alive.

A process that was killed gives nothing back. On the machine where it ran that can be seen at once, so that nobody waits for its
lease to run out; of other machines nothing is known here, and a lease is waited for. What may not live here: leases.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PROC = Path("/proc")


def own_name() -> str:
    """`machine:process:start`: this boot of this machine, the process, and when it started, for numbers are used again."""
    return f"{_machine()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(holder: str) -> bool:
    """Whether a holder was a process of this machine that has ended; False where that cannot be known."""
    machine, _, rest = holder.partition(":")
    process, _, started = rest.partition(":")
    if not started or not PROC.is_dir() or machine != _machine() or not process.isdecimal():
        return False
    return _started(int(process)) != started


def _machine() -> str:
    """Two names are equal only where process numbers mean the same: one boot, one namespace. The host's name where that is not told."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii")
        return hashlib.sha256((boot + os.readlink(PROC / "self/ns/pid")).encode()).hexdigest()[:16]
    except OSError:
        return os.uname().nodename[:24]


def _started(process: int) -> str:
    """When a process started, in ticks since the boot; empty where there is none."""
    try:
        after_name = (PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        return after_name.split()[19]
    except (OSError, IndexError):
        return ""
