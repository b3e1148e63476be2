"""The post: a letter given to a mail server (SMTP, RFC 5321), or laid into a folder, where a developer reads it.

Plain text in UTF-8 (RFC 5322, 2045), marked as sent by a machine (RFC 3834): no pictures, no links that follow anybody.
What may not live here: what a letter says, when it is sent again.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from archive_app import clock
from archive_app.config import is_loopback
from archive_app.errors import Invalid

TIMEOUT_SECONDS = 30
PORTS = {"smtp": 587, "smtps": 465}
SEVEN_BIT = SMTP.clone(cte_type="7bit")
"""So that every server takes it."""


@dataclass(frozen=True)
class Letter:
    """`text` in lines that end with a line feed. Nothing of it is in its `repr`, and so in no log."""

    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)


class Refused(Exception):
    """The mail server will never take this letter (a reply 5yz to the recipient)."""


Post = Callable[[Letter], None]


def post(mail_url: str, base_url: str) -> Post:
    """How letters leave, as the settings say: `smtp://`, `smtps://` or `file:///FOLDER`. Raises Invalid where mail or the archive's
    own address is not set: a letter without a link that leads here is of no use."""
    if not mail_url or not base_url:
        raise Invalid("ARCHIVE_BASE_URL" if mail_url else "ARCHIVE_MAIL_URL", "letters need a mail server and the archive's own address")
    parts, host = urlsplit(mail_url), urlsplit(base_url).hostname or "localhost"
    sender = parse_qs(parts.query).get("from", [""])[0] or _own_name(parts) or f"archive@{host}"
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        return lambda letter: _lay(folder, _message(letter, sender, host))
    return lambda letter: _give(parts, _message(letter, sender, host))


def _own_name(parts: SplitResult) -> str:
    name = unquote(parts.username or "")
    return name if "@" in name else ""


def _message(letter: Letter, sender: str, host: str) -> EmailMessage:
    message = EmailMessage(policy=SEVEN_BIT)
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(clock.now() // 1000, UTC))
    message["Message-ID"] = make_msgid(domain=host)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _lay(folder: Path, message: EmailMessage) -> None:
    """One file a letter, for its owner alone to read; there whole or not at all."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{clock.now()}-{str(message['Message-ID']).strip('<>').partition('@')[0]}.eml"
    (folder / f".{name}").touch(mode=0o600)
    (folder / f".{name}").write_bytes(message.as_bytes())
    (folder / f".{name}").rename(folder / name)


def _give(parts: SplitResult, message: EmailMessage) -> None:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    safe = ssl.create_default_context()
    with (smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=safe) if parts.scheme == "smtps"
          else smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)) as server:
        if parts.scheme == "smtp":
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=safe)
            elif not is_loopback(host):
                raise smtplib.SMTPNotSupportedError("the server offers no TLS, and letters hold codes")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            if all(500 <= code < 600 for code, _ in error.recipients.values()):
                raise Refused() from None
            raise
