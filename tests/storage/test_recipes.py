"""Recipes: keys that say what is left out, copies made behind the fence, equal every time, with nothing of the original but what is
seen and heard."""

from __future__ import annotations

import json
from pathlib import Path

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.errors import Invalid
from archive_app.storage import fence, recipes
from archive_app.storage.cuts import Cuts
from archive_app.storage.examining import examine
from archive_app.storage.film import make_film, make_poster
from archive_app.storage.pages import make_pages
from archive_app.storage.pictures import make_preview
from archive_app.storage.recipes import RECIPES, Made, _limits, key, make
from archive_app.storage.sound import make_peaks, make_sound
from tests.factories.hostile_files import hostile_files
from tests.factories.metadata_files import Marked, found, metadata_files
from tests.factories.plain_files import plain_files
from tests.factories.shared import data_folder
from tests.factories.sounds import heard, seen
from tests.factories.suites import spread
from tests.storage.making import FILMS, SOUNDS, copied, film_file, made_once, repeated

ONE, OTHER = "1" * 64, "2" * 64


def made(recipe: str, source: Path, folder: Path, cuts: Cuts | None = None, duration_ms: int | None = None) -> tuple[Made, ...]:
    own = folder / f"{recipe}-{source.name}-{len(list(folder.iterdir()))}"
    own.mkdir()
    return make(recipe, source, own, cuts, duration_ms)


# Keys

spans = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 99)).map(lambda each: (each[0], each[0] + each[1])), max_size=5)


@given(spans, st.randoms())
def test_equal_cuts_have_one_key_however_they_are_said(cuts: list[tuple[int, int]], order: object) -> None:
    otherwise = [part for start, end in cuts for part in ((start, (start + end) // 2), ((start + end) // 2, end))]
    order.shuffle(otherwise)  # type: ignore[attr-defined]
    assert key(ONE, "film", cuts, cuts) == key(ONE, "film", otherwise, iter(otherwise))


def test_a_key_tells_apart_what_differs_and_nothing_else() -> None:
    cut, keys = [(100, 200)], set()
    for recipe in RECIPES:
        keys |= {key(ONE, recipe), key(OTHER, recipe), key(ONE, recipe, cut), key(ONE, recipe, [], cut), key(ONE, recipe, cut, cut)}
    assert len(keys) == 2 * len(RECIPES) + 1 + 1 + 3 + 1, "sound and peaks by sound, poster by picture, film by both, the others by neither"
    assert all(len(each) == 64 and set(each) <= set("0123456789abcdef") for each in keys)


def test_a_new_version_is_a_new_key(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    before = key(ONE, "sound")
    monkeypatch.setitem(RECIPES, "sound", replace(RECIPES["sound"], version=RECIPES["sound"].version + 1))
    assert key(ONE, "sound") != before


def test_a_recipe_that_is_none_is_refused(tmp_path: Path) -> None:
    for ask in (lambda: key(ONE, "drawing"), lambda: make("drawing", tmp_path, tmp_path)):
        with pytest.raises(Invalid, match="is no recipe"):
            ask()


def test_time_grows_with_the_recording_and_memory_does_not() -> None:
    for recipe in RECIPES.values():
        short, long = _limits(recipe, 1_000), _limits(recipe, 3 * 3_600_000)
        assert long.seconds >= short.seconds and long.memory == short.memory <= 1200 * fence.MIB
    assert _limits(RECIPES["film"], 3 * 3_600_000).seconds > 3 * 3600


# Copies

@pytest.mark.parametrize(("recipe", "ending"), [("sound", "mp3"), pytest.param("sound", "ogg", marks=pytest.mark.slow), ("peaks", "m4a"),
                                                pytest.param("film", "swaying", marks=pytest.mark.slow), ("film", "webm"), ("poster", "mp4"),
                                                ("preview", "heic"), ("page", "pdf")])
def test_a_copy_is_the_same_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recipe: str, ending: str) -> None:
    """Memory that nobody wrote is filled with something else each time: what depended on it would differ."""
    if ending == "swaying":
        light = numpy.random.default_rng(1).integers(0, 255, (30, 40, 3)).repeat(10, axis=0).repeat(10, axis=1)
        source = film_file(tmp_path / "swaying.mp4", [numpy.roll(light, n * n // 5, axis=1)[:240, :320] for n in range(60)])
    elif ending in (*SOUNDS, *FILMS):
        source = made_once(ending, ((0, 4000, 900),))
    else:
        source = tmp_path / f"plain.{ending}"
        source.write_bytes(plain_files()[ending])
    copies = set()
    for fill in ("0", "85", "170"):
        monkeypatch.setattr(fence, "ENVIRONMENT", {**fence.ENVIRONMENT, "MALLOC_PERTURB_": fill})
        copies.add(tuple(each.path.read_bytes() for each in made(recipe, source, tmp_path, Cuts.of([(1000, 1500)], [(1000, 1500)]))))
    assert len(copies) == 1


def test_pages_are_numbered_and_single_files_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(plain_files()["pdf"])
    [page] = made("page", tmp_path / "a.pdf", tmp_path)
    assert (page.part, page.media_type) == (1, "image/jpeg") and set(page.facts) == {"width", "height", "text"}
    [sound] = made("sound", made_once("wav", ((0, 500, 440),)), tmp_path)
    assert (sound.part, sound.media_type) == (0, "audio/mp4") and sound.path.is_file()


def test_a_cut_to_the_end_of_the_recording_is_to_the_end_of_the_file(tmp_path: Path) -> None:
    source = made_once("wav", ((0, 3000, 440),))
    [copy] = made("sound", source, tmp_path, Cuts.of([(1000, 2000)]), duration_ms=2000)
    assert numpy.abs(heard(copy.path)[2300 * 48:]).max() <= 3, "whoever said it lasts 2 seconds was wrong, and nothing is told"


def test_what_cannot_be_copied_is_told_why(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="recording: the original holds no moving picture"):
        made("film", made_once("wav", ((0, 500, 440),)), tmp_path)


@pytest.mark.slow
def test_an_hour_needs_hardly_more_memory_than_five_minutes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    peaks: list[int] = []
    run = recipes.run
    monkeypatch.setattr(recipes, "run", lambda *args: _noted(run(*args), peaks))
    for minutes in (5, 60):
        source = repeated(made_once("mp3", ((0, 9000, 440),), 10_000), tmp_path / f"{minutes}.mp3", minutes * 60)
        for recipe in ("sound", "peaks"):
            [copy] = made(recipe, source, tmp_path, Cuts.of([(60_000, 61_000)]), minutes * 60_000)
            assert copy.facts.get("duration_ms", minutes * 60_000) == pytest.approx(minutes * 60_000, abs=10_500)
    assert peaks[2] < 1.5 * peaks[0] and peaks[3] < 1.5 * peaks[1] and max(peaks) < 200 * fence.MIB


def _noted(ran: fence.Ran, peaks: list[int]) -> fence.Ran:
    peaks.append(ran.peak)
    return ran


# The real recordings

SHARED = {"10-minutes-of-silence.mp3": 600_000, "5-seconds-of-silence.flac": 5_000, "5-seconds-of-silence.m4a": 5_000, "bear.mp3": 6_235,
          "bear.ogg": 6_235, "meow.mp3": 1_235, "meow.wav": 1_235, "test_sample_audio.mp3": 11_807, "rabbit320.mp4": 7_800, "rabbit320.webm": 7_800,
          "videoshort.mp4": 6_315, "videoshort_no_audio.mp4": 6_247}


@pytest.mark.parametrize("name", spread([*SHARED][::-1], 1))
def test_a_real_recording_has_its_copies(tmp_path: Path, name: str) -> None:
    source = data_folder() / "media" / name
    film = source.suffix in (".mp4", ".webm")
    copy, facts = copied(make_film if film else make_sound, source, tmp_path)
    assert abs(facts["duration_ms"] - SHARED[name]) <= 200
    if name != "videoshort_no_audio.mp4":
        is_heard = bool(numpy.abs(heard(source)).max() > 300)
        assert (numpy.abs(heard(copy)).max() > 300) == is_heard
        assert any(json.loads(copied(make_peaks, source, tmp_path)[0].read_text())["data"]) == is_heard
    if film:
        assert copied(make_poster, source, tmp_path)[0].read_bytes()[:3] == b"\xff\xd8\xff"
        original, shown = dict(seen(source)), dict(seen(copy))
        for time in sorted(original)[::20]:
            near = min(shown, key=lambda each: abs(each - time))
            assert abs(near - time) <= 50 and numpy.abs(original[time].astype(int) - shown[near].astype(int)).mean() < 8


def test_every_real_recording_was_asked_for() -> None:
    assert {path.name for path in (data_folder() / "media").iterdir() if path.stat().st_size} == set(SHARED)


# Nothing but what is seen and heard

MAKERS = {"audio": (make_sound, make_peaks), "video": (make_film, make_poster), "image": (make_preview,), "document": (make_pages,)}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> list[Marked]:
    return [each for each in metadata_files(tmp_path_factory.mktemp("marked")) if not each.name.endswith(".docx")]


@pytest.mark.parametrize("kind", MAKERS)
def test_no_field_of_the_original_is_in_its_copies(marked: list[Marked], tmp_path: Path, kind: str) -> None:
    assert len({(each.name.rpartition(".")[2], each.field) for each in marked}) >= 30
    for number, each in enumerate(each for each in marked if each.kind == kind):
        assert found(each, each.path.read_bytes()), f"{each.name} carries no mark"
        for maker in MAKERS[kind]:
            folder = tmp_path / f"{number}-{maker.__name__}"
            folder.mkdir()
            for made_file in maker(each.path, folder, Cuts()):
                told = json.dumps(made_file["facts"]).encode()
                copy = (folder / made_file["file"]).read_bytes()
                assert not found(each, copy + told) and each.name.encode() not in copy + told, f"{each.field} of {each.name} is in {made_file['file']}"


def test_what_is_two_things_goes_on_as_the_one_that_is_seen_and_heard(tmp_path: Path) -> None:
    both = [each for each in hostile_files(tmp_path / "files") if each.expect == "pixels only" and not each.name.endswith(".docx")]
    assert len(both) >= 10
    for each in both:
        assert each.payload in each.path.read_bytes() or each.name.endswith((".pdf", ".docx"))
        for maker in MAKERS[examine(each.path)["kind"]]:
            folder = tmp_path / f"{each.name}-{maker.__name__}"
            folder.mkdir()
            for made_file in maker(each.path, folder, Cuts()):
                assert each.payload not in (folder / made_file["file"]).read_bytes() + json.dumps(made_file["facts"]).encode(), each.why
