"""Every setting: name, type, default and reason, in one table. It drives the parsing here, and docs/settings.md is held to it.

Settings come from the environment with the prefix `ARCHIVE_`; `settings()` reads them, `prepare()` makes what a first run needs
(folders, the secret), `refuse_unsafe()` says why an archive may not be served as it is set.
What may not live here: anything that opens a database, and settings that an archive changes while it runs.
"""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive_app.errors import Invalid
from archive_app.files import write_once

PREFIX = "ARCHIVE_"
TEST_PREFIX = "ARCHIVE_TEST_"
CHECKOUT = Path(__file__).resolve().parents[1]
SECRET_LENGTH = 32
MOST_LINE = 300
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Settings:
    """The settings in force, one field for each row of `TABLE`. Paths are absolute, sizes in bytes, `base_url` without a slash at
    its end. Secrets stay out of its `repr`."""

    data_dir: Path
    database_url: str = field(repr=False)
    media_dir: Path
    search_dir: Path
    ledger_dir: Path
    secret_key: str = field(repr=False)
    base_url: str
    trusted_proxies: tuple[Network, ...]
    on_site_networks: tuple[Network, ...]
    mail_url: str = field(repr=False)
    registration: bool
    languages: tuple[str, ...]
    exit_url: str
    help_contact: str
    upload_max_bytes: int
    draft_days: int
    clamd: str
    require_second_factor: bool
    host: str
    port: int
    threads: int
    debug: bool

    @property
    def instance_dir(self) -> Path:
        """The folder of the SQLite file and the secret."""
        return self.data_dir / "instance"

    @property
    def ledger_file(self) -> Path:
        """The ledger of withdrawals."""
        return self.ledger_dir / "withdrawals.jsonl"

    @property
    def by_mail(self) -> bool:
        """Whether letters can be sent: there is a mail server, and an address of ours to write in them."""
        return bool(self.mail_url and self.base_url)


@dataclass(frozen=True)
class Setting:
    """One row: `kind` names a parser below; `default` is text as one would write it, `{data}` the data folder."""

    name: str
    kind: str
    default: str
    reason: str

    @property
    def variable(self) -> str:
        return PREFIX + self.name


TABLE = (
    Setting("DATA_DIR", "folder", str(CHECKOUT),
            "One folder holds all that must be kept: `instance/`, `media/`, `search_index/`. The default is the checkout."),
    Setting("DATABASE_URL", "database", "sqlite:///{data}/instance/archive.sqlite3",
            "SQLite needs no server; an archive with many people at the desk may give a `postgresql://` address."),
    Setting("MEDIA_DIR", "folder", "{data}/media",
            "The vault. Recordings are large and may lie on another disk than the database."),
    Setting("SEARCH_DIR", "folder", "{data}/search_index",
            "The index is a cache and may lie on a fast disk that nobody backs up."),
    Setting("LEDGER_DIR", "folder", "{data}/instance",
            "The ledger of withdrawals. On another disk than the database it outlives it, and a restore revives nothing withdrawn."),
    Setting("SECRET_KEY", "secret", "",
            "Signs forms and keys digests; 32 characters or more. Empty: made on the first run in `instance/secret`, mode 0600."),
    Setting("BASE_URL", "address", "",
            "The address in mails, citations and the sitemap. Empty: the address the visitor asked for."),
    Setting("TRUSTED_PROXIES", "networks", "",
            "Only a proxy in these networks is believed about the visitor's address. Empty: none is."),
    Setting("ON_SITE_NETWORKS", "networks", "",
            "Visitors from these networks sit in the reading room. Empty: nobody does."),
    Setting("MAIL_URL", "mail", "",
            "`smtp://` or `smtps://` with name, password, host, port; `file:///FOLDER` to try. Needs `ARCHIVE_BASE_URL`; empty: no mail."),
    Setting("REGISTRATION", "switch", "yes",
            "Readers may ask for an account: a letter confirms it, or without mail an administrator's code. `no`: by command only."),
    Setting("LANGUAGES", "languages", "en,az,hy,ru,tr",
            "The languages of the pages; the first is that of addresses without `?ui=`: a browser is not asked what it prefers."),
    Setting("EXIT_URL", "address", "https://www.wikipedia.org/",
            "Where *Leave this page* leads: a harmless page that nobody wonders to see on a screen."),
    Setting("HELP_CONTACT", "line", "",
            "Where families find help, one line: who, with telephone and hours, or an address. Empty: the pages say that none is named."),
    Setting("UPLOAD_MAX_BYTES", "count", "8589934592",
            "The largest file that is accepted (8 GiB holds three hours of good video); a full disk would stop every family."),
    Setting("DRAFT_DAYS", "count", "180",
            "An account that a family began and has not touched for so many days is deleted. They are told the day."),
    Setting("CLAMD", "socket", "",
            "Where clamd listens: `/run/clamav/clamd.ctl` or `HOST:PORT`. Files from families are shown to it first; empty: no scanner."),
    Setting("REQUIRE_SECOND_FACTOR", "switch or auto", "auto",
            "Staff sign in with a second factor. `auto`: required unless the host is loopback."),
    Setting("HOST", "host", "127.0.0.1",
            "The address to listen on. The default is reached from this machine only, so nothing is open by accident."),
    Setting("PORT", "port", "8000",
            "The port to listen on; 0 takes any free one."),
    Setting("THREADS", "count", "256",
            "A reader who pauses inside a whole download holds a thread; they are made when needed. See performance.md."),
    Setting("DEBUG", "switch", "no",
            "Shows traces to the visitor. Never on a host that others reach."),
)


def settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `environ`. Raises Invalid(field = the variable) for a value, or a name, that cannot be taken."""
    known = {row.variable for row in TABLE}
    for variable in environ:
        if variable.startswith(PREFIX) and variable not in known and not variable.startswith(TEST_PREFIX):
            raise Invalid(variable, "there is no such setting; docs/settings.md lists them all")
    values: dict[str, Any] = {}
    for row in TABLE:
        written = environ.get(row.variable, "").strip()
        default = row.default.replace("{data}", str(values.get("data_dir", "")))
        values[row.name.lower()] = _parse(row, written or default)
    if values["require_second_factor"] is None:
        values["require_second_factor"] = not is_loopback(values["host"])
    read = Settings(**values)
    return replace(read, secret_key=read.secret_key or _kept_secret(read))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens on `host`."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def prepare(chosen: Settings) -> Settings:
    """Make the folders and, where none is given, the secret; answers the settings with it in them. Harmless when repeated."""
    try:
        chosen.instance_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (chosen.media_dir, chosen.search_dir, chosen.ledger_dir):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        chosen.instance_dir.chmod(0o700)  # it may have been made by hand, for everybody to read
        if not chosen.secret_key:
            write_once(chosen.instance_dir / "secret", f"{secrets.token_hex(SECRET_LENGTH)}\n".encode())
    except OSError as error:
        raise Invalid(PREFIX + "DATA_DIR", f"{error.filename} cannot be made: {error.strerror}") from error
    return replace(chosen, secret_key=chosen.secret_key or _kept_secret(chosen))


def refuse_unsafe(chosen: Settings, host: str) -> None:
    """Raises Invalid with the reason why an archive set like this may not be served on `host`."""
    if chosen.debug and not is_loopback(host):
        raise Invalid(PREFIX + "DEBUG", f"traces would be shown to everybody who reaches {host}: turn it off, or use 127.0.0.1")
    if chosen.mail_url and not chosen.base_url:
        raise Invalid(PREFIX + "BASE_URL", f"{PREFIX}MAIL_URL is set, and letters need the address of this archive: give it here")
    if len(chosen.secret_key) < SECRET_LENGTH:
        raise Invalid(PREFIX + "SECRET_KEY", f"the secret is missing or shorter than {SECRET_LENGTH} characters: leave the "
                                             "variable empty and run `archive-app init`, which makes one")
    try:
        with tempfile.TemporaryFile(dir=chosen.media_dir):
            pass
    except OSError as error:
        raise Invalid(PREFIX + "MEDIA_DIR", f"the vault {chosen.media_dir} takes no new files: {error.strerror}") from error


def _kept_secret(chosen: Settings) -> str:
    file = chosen.instance_dir / "secret"
    try:
        return file.read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(PREFIX + "SECRET_KEY", f"{file} cannot be read: {error}") from error


def _parse(row: Setting, text: str) -> Any:
    try:
        return PARSERS[row.kind](text)
    except ValueError as error:
        raise Invalid(row.variable, f"{error} (found: {text if row.kind not in PRIVATE else 'not shown'})") from None


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _database(text: str) -> str:
    if not re.match(r"(sqlite|postgresql)(\+\w+)?://", text):
        raise ValueError("give an address that begins with sqlite:/// or postgresql://")
    return text


def _secret(text: str) -> str:
    if text and len(text) < SECRET_LENGTH:
        raise ValueError(f"a secret needs at least {SECRET_LENGTH} characters")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("give an address that begins with http:// or https://")
    return text.rstrip("/") if parts.path == "/" else text


def _mail(text: str) -> str:
    if text and not re.fullmatch(r"smtps?://(\S+@)?([\w.-]+|\[[\da-f:]+\])(:[1-9]\d{0,4})?/?(\?from=\S+)?|file:///\S+", text):
        raise ValueError("give smtp://name:password@host:port, smtps://, or file:///FOLDER")
    _ = urlsplit(text).port  # raises ValueError beyond 65535
    return text


def _line(text: str) -> str:
    if len(text) > MOST_LINE or any(not letter.isprintable() for letter in text):
        raise ValueError(f"give one line of at most {MOST_LINE} letters")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(f"give networks such as 10.0.0.0/8, with commas between them; {error}") from None


def _languages(text: str) -> tuple[str, ...]:
    tags = tuple(part.strip() for part in text.split(","))
    if any(not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) for tag in tags) or len(set(tags)) < len(tags):
        raise ValueError("give language tags such as en,az,hy, each once, with commas between them")
    return tags


def _socket(text: str) -> str:
    if text and not text.startswith("/") and not re.fullmatch(r"[A-Za-z0-9.:_\[\]-]+:[0-9]{1,5}", text):
        raise ValueError("give the path of a socket, which begins with /, or HOST:PORT")
    return text


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
        raise ValueError("give a whole number above 0")
    return int(text)


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise ValueError("give a port from 0 to 65535")
    return int(text)


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:_\[\]-]+", text):
        raise ValueError("give a host name or an IP address, without a port")
    return text.strip("[]")


def _switch(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError("say yes or no")
    return text.lower() == "yes"


def _switch_or_auto(text: str) -> bool | None:
    return None if text.lower() == "auto" else _switch(text)


PARSERS: dict[str, Callable[[str], Any]] = {
    "folder": _folder, "database": _database, "secret": _secret, "address": _address, "mail": _mail, "networks": _networks,
    "line": _line, "languages": _languages, "count": _count, "socket": _socket, "port": _port, "host": _host, "switch": _switch,
    "switch or auto": _switch_or_auto}
PRIVATE = ("database", "secret", "mail")
"""Kinds whose values may hold a password and are not repeated in a message."""
