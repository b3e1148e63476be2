"""A transcript of 24,000 words in Armenian, as a folder to import: for measuring its page (bench/asking.py --page long-hy).

    .venv/bin/python bench/long_page.py TEXT FOLDER       # TEXT: any Armenian text in UTF-8, repeated until it is long enough
"""

from __future__ import annotations

import sys
from pathlib import Path

WORDS, A_CUE, CUE_MS = 24_000, 12, 4_800


def stamp(milliseconds: int) -> str:
    """`01:02:03.004`."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def main(text: Path, folder: Path) -> None:
    said = text.read_text(encoding="utf-8").split()
    words = (said * (WORDS // len(said) + 1))[:WORDS]
    cues = [f"{stamp(n * CUE_MS)} --> {stamp(n * CUE_MS + CUE_MS - 20)}\n<v Narrator>{' '.join(words[n * A_CUE:(n + 1) * A_CUE])}</v>\n"
            for n in range(WORDS // A_CUE)]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "long.vtt").write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    (folder / "manifest.csv").write_text("identifier,collection,title,languages,transcripts,access,publish\n"
                                         "long-hy,measured,A long one,hy,long.vtt|hy|verbatim,public,yes\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
