"""The fence: whatever a file does to what decodes it, there is an end, a sentence, and nothing left behind."""

from __future__ import annotations

import json
import logging
import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from archive_app.errors import Invalid
from archive_app.storage import child, fence
from archive_app.storage.fence import MIB, Limits, run
from tests.factories.plain_files import plain_files

ROOMY = Limits(60, 400 * MIB)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "plain.wav"
    path.write_bytes(plain_files()["wav"])
    return path


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Another program in the place of ours."""
    def put(program: str) -> None:
        monkeypatch.setattr(fence, "COMMAND", (sys.executable, "-I", "-c", program))

    return put


def test_what_the_function_finds_comes_back_with_what_it_took(plain: Path) -> None:
    ran = run("examine", {"source": str(plain)}, ROOMY, "media", plain.name)
    assert (ran.found["kind"], ran.found["duration_ms"]) == ("audio", 500)
    assert 10 * MIB < ran.peak < 200 * MIB and ran.seconds > 0


def test_what_it_refuses_is_a_sentence_about_the_file(tmp_path: Path) -> None:
    (tmp_path / "nothing.wav").touch()
    with pytest.raises(Invalid) as refused:
        run("examine", {"source": str(tmp_path / "nothing.wav")}, ROOMY, "column", "nothing.wav")
    assert (refused.value.field, refused.value.reason) == ("column", "nothing.wav is empty: it has no bytes")


@pytest.mark.parametrize(("program", "limits", "sentence"), [
    ("while True: pass", Limits(1, 400 * MIB), "within 1 seconds"),
    ("import time; time.sleep(600)", Limits(1, 400 * MIB), "within 1 seconds"),
    ("held = bytearray(300 << 20); import time; time.sleep(600)", Limits(60, 100 * MIB), "more than 100 MB of memory"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", ROOMY, "is broken"),
    ("import os; os._exit(3)", ROOMY, "is broken"),
    ("print('{\"found\": ', end='')", ROOMY, "is broken"),
], ids=["busy", "asleep", "memory", "crash", "exit", "half an answer"])
def test_there_is_an_end(instead: Callable[[str], None], plain: Path, program: str, limits: Limits, sentence: str) -> None:
    instead(program)
    with pytest.raises(Invalid, match=sentence) as refused:
        run("examine", {"source": str(plain)}, limits, "media", "a.wav")
    assert refused.value.reason.startswith("a.wav ")


def test_nothing_it_started_is_left(instead: Callable[[str], None], plain: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    instead(f"import os, pathlib, time; other = os.fork(); other and pathlib.Path({str(told)!r}).write_text(str(other)); time.sleep(600)")
    with pytest.raises(Invalid):
        run("examine", {"source": str(plain)}, Limits(2, 400 * MIB), "media", "a.wav")
    try:
        other = os.pidfd_open(int(told.read_text()))
    except ProcessLookupError:
        return
    ended, _, _ = select.select([other], [], [], 60)
    os.close(other)
    assert ended


def test_an_interrupted_parent_leaves_no_child(instead: Callable[[str], None], plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = []

    def interrupted(process: object, *_: object) -> None:
        children.append(process)
        raise KeyboardInterrupt

    instead("import time; time.sleep(600)")
    monkeypatch.setattr(fence, "_watched", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run("examine", {"source": str(plain)}, ROOMY, "media", "a.wav")
    assert children[0].returncode == -9


def test_a_child_ends_with_its_parent(plain: Path) -> None:
    request = json.dumps({"function": "examine", "arguments": {"source": str(plain)}, "limits": {"seconds": 9, "memory": 300 * MIB, "written": 0}})
    answers = [subprocess.run([*fence.COMMAND, str(parent)], input=request.encode(), capture_output=True, timeout=60)
               for parent in (os.getpid(), os.getpid() + 1)]
    assert [(each.returncode, bool(each.stdout)) for each in answers] == [(0, True), (1, False)], "of another parent it does nothing"


def test_memory_is_bounded_inside_too(tmp_path: Path) -> None:
    Image.new("RGB", (5000, 5000), 90).save(tmp_path / "large.png", compress_level=1)
    with pytest.raises(Invalid, match="memory"):
        run("examine", {"source": str(tmp_path / "large.png")}, Limits(60, 100 * MIB), "media", "large.png")


def test_only_what_is_on_the_list_is_run(plain: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(Invalid, match="is broken"):
        run("os.system", {"source": str(plain)}, ROOMY, "media", "a.wav")
    assert "KeyError" in caplog.text


def test_a_failure_is_told_without_a_word_of_the_file(tmp_path: Path) -> None:
    said = child.answer("examine", {"source": str(tmp_path / "a-secret-name.wav")})
    assert said["failed"].startswith("FileNotFoundError at ") and "secret" not in said["failed"]


def test_the_environment_of_the_archive_is_not_passed_on(plain: Path, monkeypatch: pytest.MonkeyPatch, instead: Callable[[str], None]) -> None:
    monkeypatch.setenv("ARCHIVE_SECRET_KEY", "never passed on")
    instead("import os, json; print(json.dumps({'found': sorted(os.environ), 'peak': 0}))")
    found = run("examine", {"source": str(plain)}, ROOMY, "media", "a.wav").found
    assert "ARCHIVE_SECRET_KEY" not in found and "HOME" not in found and "PATH" not in found


def test_the_limits_are_put_on(plain: Path, instead: Callable[[str], None]) -> None:
    instead("import json, resource as r; from archive_app.storage import child; child._limit(7, 200 << 20, 1 << 30); "
            "print(json.dumps({'found': [r.getrlimit(k)[1] for k in (r.RLIMIT_CPU, r.RLIMIT_DATA, r.RLIMIT_FSIZE, r.RLIMIT_NOFILE, r.RLIMIT_CORE)], "
            "'peak': 0}))")
    found = run("examine", {"source": str(plain)}, ROOMY, "media", "a.wav").found
    assert found == [21, 152 * MIB, 1024 * MIB, 64, 0]
