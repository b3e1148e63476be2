"""Whoever tries a receipt learns whether it opens something, and nothing more: unknown, wrong and unreadable words take the same path as the
right ones, statement by statement, with one making of a key. Work is counted, since time cannot be asserted (bench/receipts.py measures it).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from archive_app.actions import family_keys, family_room
from archive_app.language import receipts
from tests.promises.doors import HERE, House

Work = list[tuple[str, object]]


@contextmanager
def watched(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Everything that costs time: keys made (with what they cost), keys tried, statements."""
    done: Work = []

    def statement(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        done.append(("statement", " ".join(text.split())))

    with monkeypatch.context() as patch:
        def noted(name: str, tells: Any) -> None:
            real = getattr(family_keys, name)

            def call(*given: Any) -> Any:
                done.append((name, tells(given)))
                return real(*given)

            patch.setattr(family_keys, name, call)

        noted("receipt_key", lambda given: given[2])
        noted("opened", lambda given: len(given[0]))
        noted("locator", lambda given: None)
        event.listen(house.archive.engine, "before_cursor_execute", statement)
        try:
            yield done
        finally:
            event.remove(house.archive.engine, "before_cursor_execute", statement)


def up_to_the_verdict(work: Work) -> Work:
    """What was done until it was known whether the words open something."""
    last = max((at for at, (name, _) in enumerate(work) if name == "opened"), default=-1)
    return work[:last + 1]


def tries(house: House) -> dict[str, str]:
    words = list(house.receipts["draft"])
    other = next(word for word in receipts.words("en") if word not in words)
    return {"right": " ".join(words), "right, written otherwise": " - ".join(words).upper(), "one word wrong": " ".join([*words[:8], other]),
            "another order": " ".join([words[1], words[0], *words[2:]]), "a word too few": " ".join(words[:8]), "no words of ours": "one two three",
            "nothing": "", "very long": "x" * 100_000, "another alphabet": " ".join(receipts.words("hy")[:9])}


def paths_of(house: House, monkeypatch: pytest.MonkeyPatch) -> dict[str, Work]:
    """What each try did until the verdict; asserts that a refused one did nothing afterwards."""
    paths: dict[str, Work] = {}
    for name, typed in tries(house).items():
        with watched(house, monkeypatch) as done:
            visit = family_room.enter(house.room, typed)
        assert (visit is not None) == name.startswith("right"), name
        paths[name] = up_to_the_verdict(done)
        assert visit is not None or paths[name] == done, f"{name}: something was done after it was refused"
    return paths


def test_right_and_wrong_receipts_take_the_same_path(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = paths_of(house, monkeypatch)
    assert all(path == paths["right"] for path in paths.values()), paths
    assert [name for name, _ in paths["right"]].count("receipt_key") == 1 == [name for name, _ in paths["right"]].count("opened")


COUNTED = re.compile(r"<p>Words that we could read: [0-9]+\. A receipt has nine\.</p>\n?")


def test_every_wrong_receipt_is_one_page(house: House) -> None:
    """But for what was typed, how many words that is, and words that are in no list of ours (which are public)."""
    wrong = [typed for name, typed in tries(house).items() if not name.startswith("right") and all(
        word in receipts.words("en") for word in typed.split()) and typed]
    answers = []
    for typed in wrong:
        house.forgive()
        answer = house.app.test_client().post("/submit/return", data={"receipt": typed}, base_url=HERE)
        headers = sorted((name, value) for name, value in answer.headers.items() if name != "Content-Length")
        answers.append((answer.status_code, headers, COUNTED.sub("", answer.text.replace(typed, "?"))))
    assert len(wrong) >= 3 and all(answer == answers[0] for answer in answers) and answers[0][0] == 400
    assert "Set-Cookie" not in dict(answers[0][1])
