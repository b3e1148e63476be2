"""The text inside a WebVTT cue: its tree after the W3C recommendation (WebVTT, 6.4 and 6.5), and the plain words of each voice.

What may not live here: the file around the cue (webvtt.py).
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

TIMESTAMP = r"(?:([0-9]+):)?([0-9]{2}):([0-9]{2})\.([0-9]{3})(?![0-9])"
_STAMP = re.compile(TIMESTAMP)
_TOKEN = re.compile(r"<([^>]*)(?:>|\Z)|([^<]+)")
_TAG = re.compile(r"([^.\t\n\f\r ]*)((?:\.[^.\t\n\f\r ]*)*)(?:[\t\n\f\r ](.*))?", re.DOTALL)
_WHITE = re.compile(r"[\t\n\f\r ]+")
_KINDS = frozenset(("c", "i", "b", "u", "ruby", "rt", "v", "lang"))


@dataclass
class Node:
    """A node of the tree. `kind`: root, text, timestamp, or the tag's name; `value` holds a text, a time in ms as digits, or a
    tag's annotation (the voice of `v`, the language of `lang`)."""

    kind: str
    value: str = ""
    classes: tuple[str, ...] = ()
    children: list[Node] = field(default_factory=list)


def timestamp_ms(hours: str | None, minutes: str, seconds: str, thousandths: str) -> int | None:
    """Milliseconds of the parts of a WebVTT timestamp; None where the minutes or seconds are above 59."""
    if int(minutes) > 59 or int(seconds) > 59:
        return None
    whole = int((hours or "0")[-9:]) if len((hours or "0").lstrip("0")) <= 9 else 10**9
    return ((whole * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(thousandths)


def tree(text: str) -> Node:
    """The tree of one cue's text. Never fails: what is no tag of WebVTT leaves no trace, as the recommendation says."""
    root = Node("root")
    path = [root]
    for found in _TOKEN.finditer(text):
        tag, words = found.groups()
        if tag is None:
            path[-1].children.append(Node("text", html.unescape(words)))
        elif tag.startswith("/"):
            _close(path, tag[1:])
        elif tag[:1].isdigit() and tag[:1].isascii():
            _stamp(path[-1], tag)
        else:
            _open(path, tag)
    return root


def _close(path: list[Node], name: str) -> None:
    if len(path) == 1:
        return
    if path[-1].kind == name:
        path.pop()
    elif name == "ruby" and path[-1].kind == "rt":
        del path[-2:]


def _stamp(parent: Node, tag: str) -> None:
    found = _STAMP.fullmatch(tag)
    time_ms = timestamp_ms(*found.groups()) if found else None
    if time_ms is not None:
        parent.children.append(Node("timestamp", str(time_ms)))


def _open(path: list[Node], tag: str) -> None:
    found = _TAG.fullmatch(tag)
    if found is None or found.group(1) not in _KINDS:
        return
    kind, classes, annotation = found.groups()
    if kind == "rt" and path[-1].kind != "ruby":
        return
    value = _WHITE.sub(" ", html.unescape(annotation or "")).strip(" ") if kind in ("v", "lang") else ""
    node = Node(kind, value, tuple(name for name in classes.split(".") if name))
    path[-1].children.append(node)
    path.append(node)


def voices(text: str) -> list[tuple[str, str]]:
    """The plain words of a cue's text as (speaker, words), one for each run of one voice, in order; runs without words are left
    out. A line end is a space (lines are cut for the screen, not for the ear); a ruby's reading follows its base in brackets."""
    plain = ((speaker, tidy("".join(parts))) for speaker, parts in _runs(tree(text)))
    return [(speaker, words) for speaker, words in plain if words]


def tidy(words: str) -> str:
    """Words on one line: each line end, with the blanks around it, is one space."""
    return " ".join(line.strip() for line in words.split("\n")).strip()


def _runs(root: Node) -> list[tuple[str, list[str]]]:
    """The texts of each run of one voice. No recursion: a file may nest its tags deeper than Python's stack."""
    runs: list[tuple[str, list[str]]] = []
    waiting: list[tuple[Node, str]] = [(root, "")]
    while waiting:
        node, speaker = waiting.pop()
        if node.kind == "text":
            if runs and (runs[-1][0] == speaker or not node.value.strip()):
                runs[-1][1].append(node.value)
            else:
                runs.append((speaker, [node.value]))
            continue
        inner = node.value if node.kind == "v" else speaker
        children = node.children
        if node.kind == "rt" and children:
            children = [Node("text", "("), *children, Node("text", ")")]
        waiting.extend((child, inner) for child in reversed(children))
    return runs
