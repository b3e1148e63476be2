"""The post: letters in a folder, and letters given to a mail server that listens on this machine."""

from __future__ import annotations

import email
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.policy import default
from pathlib import Path

import pytest

from archive_app.errors import Invalid
from archive_app.jobs import posting
from archive_app.jobs.posting import Letter, Refused, post

LETTER = Letter("reader@example.org", "Şifrə · Գաղտնաբառ", "Первая строка\n\nhttps://archive.example/account/new-password?code=abcd-efgh-jkmn-pqrs\n")
BASE = "https://archive.example"


def test_a_folder_gets_a_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    send = post(f"file://{tmp_path}/out", BASE)
    send(LETTER)
    send(LETTER)
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 2 and {file.stat().st_mode & 0o777 for file in files} == {0o600}
    read = email.message_from_bytes(files[0].read_bytes(), policy=default)
    assert (read["To"], read["From"], read["Subject"]) == (LETTER.to, "archive@archive.example", LETTER.subject)
    assert read.get_content_type() == "text/plain" and read.get_content().replace("\r\n", "\n") == LETTER.text
    assert read["Auto-Submitted"] == "auto-generated" and str(read["Message-ID"]).endswith("@archive.example>")
    assert not read.is_multipart() and LETTER.to not in repr(LETTER) and "abcd" not in repr(LETTER)


@pytest.mark.parametrize(("mail_url", "sender"), [
    ("file:///x", "archive@archive.example"), ("smtp://a%40b.example:secret@mail.example", "a@b.example"),
    ("smtp://name:secret@mail.example", "archive@archive.example"), ("smtp://name@mail.example?from=desk@b.example", "desk@b.example")])
def test_who_writes(mail_url: str, sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    monkeypatch.setattr(posting, "_lay", lambda _, message: found.append(message["From"]))
    monkeypatch.setattr(posting, "_give", lambda _, message: found.append(message["From"]))
    post(mail_url, BASE)(LETTER)
    assert found == [sender]


@pytest.mark.parametrize(("mail_url", "base_url", "field"), [("", BASE, "ARCHIVE_MAIL_URL"), ("smtp://mail.example", "", "ARCHIVE_BASE_URL")])
def test_nothing_is_sent_without_an_address_of_our_own(mail_url: str, base_url: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        post(mail_url, base_url)
    assert refused.value.field == field


@contextmanager
def server(recipient_reply: bytes = b"250 ok") -> Iterator[tuple[int, list[bytes]]]:
    """One conversation of SMTP, and every line that the other side said."""
    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        def talk() -> None:
            there, _ = listening.accept()
            with there, there.makefile("rwb", buffering=0) as line:
                line.write(b"220 here\r\n")
                in_data = False
                while got := line.readline():
                    said.append(got)
                    word = got[:4].upper().strip()
                    if in_data:
                        if got == b".\r\n":
                            in_data = False
                            line.write(b"250 kept\r\n")
                        continue
                    in_data = word == b"DATA"
                    line.write({b"EHLO": b"250 here", b"DATA": b"354 go on", b"RCPT": recipient_reply, b"QUIT": b"221 bye"}.get(word, b"250 ok") + b"\r\n")
                    if word == b"QUIT":
                        return

        talking = threading.Thread(target=talk, daemon=True)
        talking.start()
        yield listening.getsockname()[1], said
        talking.join()


def test_a_mail_server_on_this_machine_is_given_the_letter() -> None:
    with server() as (port, said):
        post(f"smtp://127.0.0.1:{port}", BASE)(LETTER)
    whole = b"".join(said)
    assert b"rcpt TO:<reader@example.org>" in whole and b"mail FROM:<archive@archive.example>" in whole
    assert whole.isascii()
    read = email.message_from_bytes(whole.split(b"data\r\n", 1)[1].split(b"\r\n.\r\n")[0], policy=default)
    assert read.get_content().replace("\r\n", "\n").rstrip() == LETTER.text.rstrip()


@pytest.mark.parametrize(("reply", "raised"), [(b"550 nobody here", Refused), (b"451 come again", smtplib.SMTPRecipientsRefused)])
def test_refused_for_good_and_for_now_are_told_apart(reply: bytes, raised: type[Exception]) -> None:
    with server(reply) as (port, _), pytest.raises(raised) as refused:
        post(f"smtp://127.0.0.1:{port}", BASE)(LETTER)
    assert raised is not Refused or str(refused.value) == ""


def test_a_server_elsewhere_gets_no_letter_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "is_loopback", lambda _: False)
    with server() as (port, said), pytest.raises(smtplib.SMTPNotSupportedError):
        post(f"smtp://127.0.0.1:{port}", BASE)(LETTER)
    assert not any(line.upper().startswith((b"MAIL", b"RCPT", b"AUTH")) for line in said)
