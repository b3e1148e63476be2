"""The fence around everything that decodes: one child process for one file, with limits, and an end whatever happens.

    run(function, arguments, limits)  ->  what the function found, or Invalid with a sentence

The child is `python -m archive_app.storage.child`, in a process group of its own, with an empty environment. Here it is watched: time by
the wall clock, memory by what it holds, the rest by limits that it puts on itself before it reads a byte. What may not live here: decoding.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO, Any

from archive_app.errors import Invalid

MIB = 1 << 20
LOOK_SECONDS = 0.01
MOST_ANSWER = 64 * MIB
COMMAND = (sys.executable, "-I", "-B", "-m", "archive_app.storage.child")
"""Isolated: neither the folder it is started in nor the user's settings say what Python is."""
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
_PAGE = os.sysconf("SC_PAGE_SIZE")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """`seconds` by the wall clock; `memory` in bytes held at once; `written` in bytes, of each file."""

    seconds: int
    memory: int
    written: int = 0


@dataclass(frozen=True)
class Ran:
    """What the function gave, and what it took: seconds by the wall clock, bytes of memory at its peak."""

    found: Any
    seconds: float
    peak: int


def run(function: str, arguments: dict[str, Any], limits: Limits, field: str, name: str) -> Ran:
    """Run one of the functions of `child.FUNCTIONS` behind the fence.

    Raises Invalid(field) with the sentence "<name> <what is wrong>": what the function refuses, a crash, too long, too much memory.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer:
        asked.write(json.dumps({"function": function, "arguments": arguments, "limits": asdict(limits)}).encode())
        asked.seek(0)
        with _child(asked, answer) as process:
            ended = _watched(process, limits, began)
        answer.seek(0)
        said = answer.read(MOST_ANSWER)
    if ended.reason:
        raise Invalid(field, f"{name} {ended.reason}")
    found, peak = _read(said, field, name)
    return Ran(found, time.monotonic() - began, max(ended.peak, peak))


@dataclass(frozen=True)
class _Ended:
    reason: str
    peak: int


@contextmanager
def _child(asked: IO[bytes], answer: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([*COMMAND, str(os.getpid())], stdin=asked, stdout=answer, stderr=subprocess.DEVNULL, env=ENVIRONMENT,
                               start_new_session=True, close_fds=True)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a child that has not ended, with whatever it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _watched(process: subprocess.Popen[bytes], limits: Limits, began: float) -> _Ended:
    """Wait until the child ends or passes a limit."""
    peak = 0
    while True:
        if process.poll() is not None:
            return _Ended(_reason(process.returncode), peak)
        peak = max(peak, _held(process.pid))
        if peak > limits.memory:
            return _Ended(f"needs more than {limits.memory // MIB} MB of memory to be decoded", peak)
        if time.monotonic() - began > limits.seconds:
            return _Ended(f"could not be decoded within {limits.seconds} seconds", peak)
        time.sleep(LOOK_SECONDS)


def _reason(code: int) -> str:
    if code == 0:
        return ""
    return "could not be decoded within the time it may take" if code == -signal.SIGXCPU else "cannot be decoded: it is broken"


def _held(pid: int) -> int:
    """Bytes of memory that a process holds, 0 where nobody can say."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def _read(said: bytes, field: str, name: str) -> tuple[Any, int]:
    try:
        answer = json.loads(said)
    except ValueError:
        raise Invalid(field, f"{name} cannot be decoded: it is broken") from None
    if "refused" in answer:
        raise Invalid(field, f"{name} {answer['refused']}")
    if "failed" in answer:
        _log.warning("a child failed: %s", answer["failed"])
        raise Invalid(field, f"{name} cannot be decoded: it is broken")
    return answer["found"], int(answer["peak"])
