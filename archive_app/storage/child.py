"""The other side of the fence: puts limits on itself, runs one function of a fixed list on one file, answers in JSON.

    python -m archive_app.storage.child PARENT  <request  >answer

Nothing of what it decodes is trusted here; it is expected to die. What may not live here: anything that the parent needs (fence).
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive_app.errors import Invalid
from archive_app.storage.cuts import Cuts

MIB = 1 << 20
LIBRARIES = 48 * MIB
"""What the code of the libraries takes besides their data."""
PARENT_DIED = 1  # PR_SET_PDEATHSIG of prctl(2)


def main() -> None:
    """Read the request, answer, end."""
    _end_with(int(sys.argv[1]))
    request = json.load(sys.stdin)
    limits = request["limits"]
    _limit(limits["seconds"], limits["memory"], limits["written"])
    print(json.dumps({**answer(request["function"], request["arguments"]), "peak": _peak()}), flush=True)
    os._exit(0)  # nothing of a broken file is torn down with care


def answer(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """{"found"}, {"refused"}: a sentence for people, or {"failed"}: where it broke, without a word of the file."""
    try:
        return {"found": _call(_named(function), arguments)}
    except Invalid as refused:
        return {"refused": refused.reason}
    except MemoryError:
        return {"refused": "needs more memory to be decoded than it may have"}
    except Exception as error:  # whatever a library raises on a broken file is one more way to be broken
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        return {"failed": f"{type(error).__name__} at " + " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))}


def _named(function: str) -> Callable[..., Any]:
    """All that can be asked for. Each is loaded when it is, with the libraries that it needs and no other. Raises KeyError."""
    if function == "examine":
        from archive_app.storage.examining import examine

        return examine
    if function == "embedded":
        from archive_app.storage.embedded import embedded

        return embedded
    if function in ("make_sound", "make_peaks"):
        from archive_app.storage.sound import make_peaks, make_sound

        return {"make_sound": make_sound, "make_peaks": make_peaks}[function]
    if function in ("make_film", "make_poster"):
        from archive_app.storage.film import make_film, make_poster

        return {"make_film": make_film, "make_poster": make_poster}[function]
    if function == "make_preview":
        from archive_app.storage.pictures import make_preview

        return make_preview
    if function == "make_pages":
        from archive_app.storage.pages import make_pages

        return make_pages
    raise KeyError(function)


def _call(function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    source = Path(arguments["source"])
    if "folder" not in arguments:
        return function(source)
    return function(source, Path(arguments["folder"]), Cuts.read(arguments["cuts"]))


def _peak() -> int:
    """The most bytes of memory this process held; 0 where nobody can say. (Of `getrusage` the parent's own would be part.)"""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return 0


def _end_with(parent: int) -> None:
    """When the parent dies, so do we (Linux; elsewhere the limits end us)."""
    try:
        ctypes.CDLL(None).prctl(PARENT_DIED, signal.SIGKILL)
    except (OSError, AttributeError):
        return
    if os.getppid() != parent:
        sys.exit(1)


def _limit(seconds: int, memory: int, written: int) -> None:
    """Put limits on this process. The clock of the processor counts each thread, the parent's clock does not."""
    _set(resource.RLIMIT_CPU, seconds * 3)
    _set(resource.RLIMIT_DATA, memory - LIBRARIES)
    _set(resource.RLIMIT_AS, memory + 1024 * MIB)
    _set(resource.RLIMIT_FSIZE, max(written, 64 * MIB))
    _set(resource.RLIMIT_NOFILE, 64)
    _set(resource.RLIMIT_CORE, 0)


def _set(kind: int, value: int) -> None:
    _, most = resource.getrlimit(kind)
    allowed = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(kind, (allowed, allowed))


if __name__ == "__main__":
    main()
