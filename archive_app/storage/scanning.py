"""Bytes shown to clamd, the daemon of ClamAV, where one is set: INSTREAM, chunk by chunk (clamd(8)). They never leave for anybody else.

What may not live here: what is done with a file that is refused.
"""

from __future__ import annotations

import socket
from typing import BinaryIO

from archive_app.errors import ArchiveError, Invalid

CHUNK = 1 << 16
SECONDS = 120


class NoScanner(ArchiveError):
    """A scanner is set and does not answer: nothing is taken unseen."""

    code, status = "unavailable", 503

    def __str__(self) -> str:
        return "Files cannot be taken for the moment. Everything you have written is kept. Please try again later."


def scan(address: str, source: BinaryIO, field: str, name: str) -> None:
    """Raises Invalid(field) for what the scanner knows as harmful, or will not look at; NoScanner where it does not answer. `address`: the
    path of a socket or HOST:PORT; '' = no scanner is set, and nothing happens."""
    if not address:
        return
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := source.read(CHUNK):
                connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
            connection.sendall(bytes(4))
            answer = _answer(connection)
    except OSError as error:
        raise NoScanner() from error
    if answer.endswith("OK"):
        return
    if answer.endswith("FOUND"):
        raise Invalid(field, f"{name} holds something harmful, and was not taken")
    if "size limit" in answer:
        raise Invalid(field, f"{name} is larger than the scanner looks at: ask the archivists how to send it")
    raise NoScanner()


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(SECONDS)
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < CHUNK and (more := connection.recv(CHUNK)):
        said += more
    return said.rstrip(b"\0\n").decode("utf-8", errors="replace").strip()
