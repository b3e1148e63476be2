"""The scanner: a daemon of our own that speaks as clamd does."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive_app.errors import Invalid
from archive_app.storage.scanning import NoScanner, scan

Serve = Callable[[bytes], tuple[str, list[bytes]]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """serve(answer) -> (address, what was streamed): one connection, answered so."""
    open_ones: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(answer: bytes) -> tuple[str, list[bytes]]:
        server, seen = socket.socket(socket.AF_UNIX), list[bytes]()
        open_ones.append(server)
        server.bind(str(tmp_path / "clamd"))
        server.listen()

        def once() -> None:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                while size := int.from_bytes(stream.read(4), "big"):
                    seen.append(stream.read(size))
                connection.sendall(answer)

        thread = threading.Thread(target=once)
        threads.append(thread)
        thread.start()
        return str(tmp_path / "clamd"), seen

    yield start
    for thread in threads:
        thread.join()
    for server in open_ones:
        server.close()


def test_a_clean_file_is_streamed_whole(serve: Serve) -> None:
    address, seen = serve(b"stream: OK\0")
    scan(address, io.BytesIO(b"a" * 200_000), "file", "this file")
    assert b"".join(seen) == b"a" * 200_000 and len(seen) > 2


@pytest.mark.parametrize("answer", [b"stream: Eicar-Signature FOUND\0", b"INSTREAM size limit exceeded. ERROR\0"])
def test_a_harmful_file_and_one_too_large_to_look_at_are_refused(serve: Serve, answer: bytes) -> None:
    address, _ = serve(answer)
    with pytest.raises(Invalid) as refused:
        scan(address, io.BytesIO(b"x"), "file", "this file")
    assert refused.value.field == "file" and "Eicar" not in str(refused.value)


@pytest.mark.parametrize("answer", [b"", b"stream: something ERROR\0"])
def test_a_scanner_that_does_not_answer_lets_nothing_through(serve: Serve, answer: bytes) -> None:
    address, _ = serve(answer)
    with pytest.raises(NoScanner):
        scan(address, io.BytesIO(b"x"), "file", "this file")


def test_a_scanner_that_is_not_there_lets_nothing_through_and_none_is_no_scanner(tmp_path: Path) -> None:
    for address in (str(tmp_path / "nothing"), "127.0.0.1:1"):
        with pytest.raises(NoScanner):
            scan(address, io.BytesIO(b"x"), "file", "this file")
    scan("", io.BytesIO(b"x"), "file", "this file")
