"""Names as an upload or a manifest would state them, and things in a folder that are not files of it.

The bytes under every name are a valid wav: only the name is wrong. What may not live here: wrong bytes.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from tests.factories.plain_files import plain_files

REFUSED_NAMES: list[tuple[str, str, str]] = [
    ("up", "../../outside/secret.wav", "lies above its folder"),
    ("up-inside", "tapes/../../outside/secret.wav", "goes down and lies above its folder"),
    ("up-windows", "..\\..\\outside\\secret.wav", "lies above its folder, as Windows writes it"),
    ("up-encoded", "%2e%2e%2foutside%2fsecret.wav", "lies above its folder once an address is read"),
    ("up-wide", "\uff0e\uff0e\uff0foutside\uff0fsecret.wav", "lies above its folder once wide letters are made plain"),
    ("absolute", "/etc/passwd", "has a place of its own"),
    ("absolute-windows", "C:\\Windows\\win.ini", "has a place of its own, as Windows writes it"),
    ("share", "\\\\127.0.0.1\\share\\a.wav", "lies on another machine"),
    ("home", "~root/a.wav", "lies in somebody's home"),
    ("null", "talk.wav\0.jpg", "has a NUL inside, behind which some programs do not read"),
    ("line", "talk\n.wav", "has a line end inside"),
    ("header", 'talk.wav"\r\nSet-Cookie: a=b\r\n\r\n<p>', "ends the header it stands in and begins another"),
    ("bell", "talk\x07\x1b[2J.wav", "has marks for a terminal inside"),
    ("nothing", "", "is no name"),
    ("here", ".", "is the folder"),
    ("above", "..", "is the folder above"),
    ("blank", "   ", "is blanks"),
    ("file-address", "file:///etc/passwd", "is an address of a file of the server"),
    ("web-address", "http://127.0.0.1:9/talk.wav", "is an address of the web"),
    ("joined", "concat:/etc/passwd|/etc/hostname", "is a request to join files of the server"),
    ("part", "subfile,,start,0,end,99,,:/etc/passwd", "is a request for a part of a file of the server"),
    ("pipe", "pipe:0", "is the standard input"),
    ("data", "data:audio/wav;base64,UklGRg==", "is an address that holds its bytes"),
    ("device", "/dev/zero", "is a device that never ends"),
    ("surrogate", "talk\udcff.wav", "has half a letter inside, as a broken file name is read"),
]
"""(label, stated name, why): a manifest or an upload that states it is refused; where it were followed, other bytes would be read."""

UNUSED_NAMES: list[tuple[str, str, str]] = [
    ("override", "talk\u202egpj.wav", "has a mark that turns what follows: it is shown as another type"),
    ("isolate", "\u2066talk\u2069\u200f.wav", "has marks of direction inside"),
    ("long", "a" * 296 + ".wav", "has 300 letters"),
    ("long-armenian", "\u0561" * 200 + ".wav", "has 204 letters and 404 bytes"),
    ("dash", "-rf.wav", "is an option to a command"),
    ("option", "--output=talk.wav", "is an option to a command"),
    ("con", "CON.wav", "is a device of Windows"),
    ("nul", "nul", "is a device of Windows"),
    ("com", "COM1.tar.wav", "is a device of Windows"),
    ("lpt", "lpt9 .wav", "is a device of Windows"),
    ("dots", "talk.wav...", "ends with dots, which Windows leaves out"),
    ("trailing", "talk.wav ", "ends with a blank, which Windows leaves out"),
    ("hidden", ".talk.wav", "is hidden"),
    ("settings", ".htaccess", "is the settings of a server"),
    ("stream", "talk.wav:hidden", "is a second stream of a file, as Windows writes it"),
    ("script", "<img src=x onerror=alert(1)>.wav", "is markup"),
    ("quote", "talk'\"; DROP TABLE recordings; --.wav", "ends the text it stands in"),
    ("shell", "$(touch never)`id`;|&.wav", "is orders to a shell"),
    ("template", "{{7*7}}${7*7}%(7)s.wav", "is orders to a template"),
    ("formula", "=cmd|'never'!A1.wav", "is a formula to a table of numbers"),
    ("row", "talk-%03d.wav", "is a row of files to a library"),
    ("glob", "*.wav", "is every file to a shell"),
    ("two-types", "talk.php.wav", "has two endings"),
    ("marks", "t" + "\u0301" * 120 + "alk.wav", "has 120 accents on a letter"),
    ("invisible", "ta\u200blk\ufeff.wav", "has letters that are not seen"),
]
"""(label, stated name, why): sound under them may be taken; the name is nothing but a label, never a path, an argument or markup."""


def not_files(drop: Path, outside: Path) -> Iterator[tuple[str, str]]:
    """Makes things in `drop` that are not files of it, where the machine lets us; (name, why) each. `outside` gets one valid file."""
    secret = outside / "secret.wav"
    secret.write_bytes(plain_files()["wav"])
    links = [
        ("link.wav", secret, "is a link to a file outside of its folder"),
        ("link-up.wav", Path("..") / outside.name / "secret.wav", "is such a link, by way of `..`"),
        ("link-server.wav", Path("/etc/passwd"), "is a link to a file of the server"),
        ("link-endless.wav", Path("/dev/zero"), "is a link to a device that never ends"),
        ("link-nowhere.wav", Path("nowhere.wav"), "is a link to nothing"),
        ("link-self.wav", Path("link-self.wav"), "is a link to itself"),
        ("link-folder.wav", outside, "is a link to a folder"),
    ]
    for name, target, why in links:
        (drop / name).symlink_to(target)
        yield name, why
    (drop / "folder.wav").mkdir()
    yield "folder.wav", "is a folder"
    os.mkfifo(drop / "pipe.wav")
    yield "pipe.wav", "is a pipe: whoever opens it waits for ever"
    for name, number in (("device-endless.wav", 5), ("device-empty.wav", 3)):
        try:
            os.mknod(drop / name, stat.S_IFCHR | 0o600, os.makedev(1, number))
        except PermissionError:
            continue  # only the machine's keeper makes devices
        yield name, "is a device"
    with socket.socket(socket.AF_UNIX) as made:
        try:
            made.bind(str(drop / "socket.wav"))
        except OSError:
            return  # the path is longer than a socket's may be
    yield "socket.wav", "is a socket"
