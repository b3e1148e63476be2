"""How quick the page of a long recording is in Chromium: three hours of sound, 24,000 words, four transcripts.

    .venv/bin/python bench/player.py FOLDER       # FOLDER: an archive of its own, made at the first run (some minutes)

Prints rows for docs/performance.md, in milliseconds. Pages: asked through HTTP one after another. Acts: from the click until what it did
is painted (the second frame after the page was changed), each at another place of the recording. Another language is asked for when it is
chosen and shown when "Show" is pressed: once with half a second between the two, once at once. Needs Chromium.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import time
import urllib.request
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from asking import row  # beside this file
from long_page import stamp
from playwright.sync_api import Browser, Page, sync_playwright

HOURS, WORDS, A_CUE, RATE = 3, 24_000, 12, 8_000
CUES = WORDS // A_CUE
CUE_MS = HOURS * 3_600_000 // CUES
TIMES = 40
SPOKEN = {"en": "the ferry left when the bell rang twice and nobody on the quay looked up because it would come back",
          "az": "zəng iki dəfə çalınanda bərə yola düşdü və körpüdə heç kim başını qaldırmadı çünki o qayıdacaqdı",
          "hy": "լաստանավը մեկնեց երբ զանգը երկու անգամ հնչեց և նավամատույցում ոչ ոք գլուխը չբարձրացրեց որովհետև այն վերադառնալու էր",
          "ru": "паром отошёл когда колокол ударил дважды и никто на пристани не поднял головы потому что он должен был вернуться"}
"""Invented, like all that is said there."""
ARCHIVE = str(Path(sys.executable).with_name("archive-app"))


def write(folder: Path) -> None:
    """What is imported: a sound that changes every second, and the words in four languages."""
    folder.mkdir(parents=True)
    with wave.open(str(folder / "long.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        for second in range(HOURS * 3600):
            step = 2 * math.pi * (200 + second * 7 % 400) / RATE
            sound.writeframes(struct.pack(f"<{RATE}h", *(int(9000 * math.sin(step * at)) for at in range(RATE))))
    for language, text in SPOKEN.items():
        words = text.split()
        said = (" ".join(words[(n * A_CUE + at) % len(words)] for at in range(A_CUE)) for n in range(CUES))
        cues = (f"{stamp(n * CUE_MS)} --> {stamp(n * CUE_MS + CUE_MS - 20)}\n<v {'Asker' if n % 40 == 0 else 'Narrator'}>{each}."
                for n, each in enumerate(said))
        (folder / f"long.{language}.vtt").write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n", encoding="utf-8")
    (folder / "long.en.json").write_text(json.dumps({"language": "en", "segments": [heard(n) for n in range(CUES)]}), encoding="utf-8")
    transcripts = ";".join(["long.en.json|en|machine", *(f"long.{each}.vtt|{each}|translation" for each in SPOKEN if each != "en")])
    (folder / "manifest.csv").write_text("identifier,collection,title,languages,transcripts,media,access,publish\n"
                                         f"long,measured,A long one,en,{transcripts},long.wav|Tape 1,public,yes\n", encoding="utf-8")


def heard(number: int) -> dict[str, object]:
    """One cue of the first transcript as a recogniser writes it, every word with its time (s)."""
    words = SPOKEN["en"].split()
    start, said = number * CUE_MS / 1000, [words[(number * A_CUE + at) % len(words)] for at in range(A_CUE)]
    step = (CUE_MS - 20) / 1000 / A_CUE
    timed = [{"word": f" {word}", "start": round(start + at * step, 3), "end": round(start + (at + 1) * step, 3)}
             for at, word in enumerate(said)]
    return {"start": start, "end": round(start + step * A_CUE, 3), "text": " ".join(said) + ".", "words": timed}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of the archive, its copies made."""
    environ = {**os.environ, "ARCHIVE_DATA_DIR": str(folder / "archive"), "ARCHIVE_PORT": "0"}
    if not (folder / "archive").exists():
        write(folder / "incoming")
        (folder / "archive").mkdir()
        subprocess.run([ARCHIVE, "import", str(folder / "incoming")], env=environ, check=True)
    with subprocess.Popen([ARCHIVE, "serve", "--with-worker"], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as run:
        try:
            assert run.stdout
            base = next(word for word in run.stdout.readline().split() if word.startswith("http"))
            while not (told := read(f"{base}/testimonies/long.json"))["recordings"][0]["url"]:
                time.sleep(1)
            assert len(told["transcripts"]) == len(SPOKEN)
            yield base
        finally:
            run.terminate()


def read(address: str) -> dict[str, list[dict[str, object]]]:
    with urllib.request.urlopen(address) as answer:
        found: dict[str, list[dict[str, object]]] = json.load(answer)
        return found


def pages(base: str) -> None:
    """How long whole pages take the server."""
    host = urlsplit(base)
    connection = http.client.HTTPConnection(host.hostname or "", host.port)
    for kind, asked in (("page", ""), ("page at a moment, with a word", "?q=bell&t=5000"), ("page with two transcripts", "?beside=4")):
        taken = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            connection.request("GET", f"/testimonies/long{asked}")
            size = len(connection.getresponse().read())
            taken.append((time.perf_counter() - begun) * 1000)
        print(row(f"{kind}, {size // 1000} KB", taken), flush=True)


def act(page: Page, what: str, done: str) -> float:
    """Milliseconds from an act (a statement) until a condition holds and is painted."""
    return float(page.evaluate(f"""async () => {{
      const find = (selector) => document.querySelector(selector), begun = performance.now();
      {what};
      while (!({done})) await new Promise((then) => setTimeout(then));
      await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
      return performance.now() - begun;
    }}"""))


def acts(page: Page, base: str) -> None:
    """How long a reader waits."""
    drawn = random.Random(1)
    page.goto(f"{base}/testimonies/long?q=bell")
    page.locator(".player").wait_for()
    cues = [drawn.randrange(10, CUES - 10) for _ in range(TIMES)]
    line = "find('.player input').value = {}; find('.player input').dispatchEvent(new Event('change', {{bubbles: true}}))"
    marked, heard = "find('#s{}[aria-current]')", "!find('audio').seeking && find('audio').readyState > 1"
    seconds = [n * CUE_MS // 1000 for n in cues]
    measured(page, "seek by the line: words", [(line.format(each), marked.format(each * 1000 // CUE_MS + 1)) for each in seconds])
    measured(page, "seek by the line: sound is there", [(line.format(HOURS * 3600 - each), heard) for each in seconds])
    measured(page, "click on words", [(f"find('#s{n + 5}').click()", marked.format(n + 5)) for n in cues])
    measured(page, "next hit", TIMES * [("window.before = find('.transcript [aria-current]'); find('[data-do=next]').click()",
                                         "find('.transcript [aria-current]') !== window.before")])
    for kind, pause in (("another language, chosen half a second ago", 500), ("another language, chosen now", 0)):
        taken = []
        for n in range(TIMES):
            wanted = "hy" if n % 2 == 0 else "ru"
            page.select_option("#transcript", str([*SPOKEN].index(wanted) + 1))
            page.wait_for_timeout(pause)
            taken.append(act(page, "find('.choose').requestSubmit()", f"find('.transcript .words')?.lang === '{wanted}'"))
        print(row(kind, taken), flush=True)


def measured(page: Page, kind: str, several: Sequence[tuple[str, str]]) -> None:
    print(row(kind, [act(page, what, done) for what, done in several]), flush=True)


@contextmanager
def begun(said: str) -> Iterator[tuple[Path, str, Browser]]:
    """The folder that the command line names, served, with a browser; and the head of the table."""
    parser = argparse.ArgumentParser(description=said, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    chromium = os.environ.get("ARCHIVE_TEST_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        parser.error("Chromium is missing: on Debian, apt-get install chromium")
    print("| what | times | median | p95 | worst |\n|---|---|---|---|---|")
    with serving(given.folder) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield given.folder, base, browser
        browser.close()


def main() -> None:
    with begun(__doc__) as (_, base, browser):
        pages(base)
        acts(browser.new_page(viewport={"width": 1280, "height": 800}), base)


if __name__ == "__main__":
    main()
