"""Settings: what is read, what is refused and with which name, and when an archive may not be served."""

from __future__ import annotations

import stat
from dataclasses import fields, replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from archive_app.config import CHECKOUT, TABLE, Settings, is_loopback, prepare, refuse_unsafe, settings
from archive_app.errors import Invalid

LONG = "s" * 32


def read(folder: Path, **values: str) -> Settings:
    return settings({"ARCHIVE_DATA_DIR": str(folder), **{f"ARCHIVE_{name}": value for name, value in values.items()}})


def test_the_table_and_the_fields_are_the_same() -> None:
    assert sorted(row.name.lower() for row in TABLE) == sorted(field.name for field in fields(Settings))


def test_every_setting_has_a_reason() -> None:
    assert [row.name for row in TABLE if len(row.reason) < 20] == []


def test_without_variables_the_archive_lies_in_the_checkout_and_listens_to_this_machine_only() -> None:
    found = settings({})
    assert found.data_dir == CHECKOUT
    assert (found.media_dir, found.search_dir) == (CHECKOUT / "media", CHECKOUT / "search_index")
    assert found.database_url == f"sqlite:///{CHECKOUT}/instance/archive.sqlite3"
    assert (found.host, found.port, found.debug, found.require_second_factor) == ("127.0.0.1", 8000, False, False)
    assert found.languages == ("en", "az", "hy", "ru", "tr")
    assert (found.trusted_proxies, found.on_site_networks, found.mail_url) == ((), (), "")


def test_an_empty_variable_means_the_default(tmp_path: Path) -> None:
    assert read(tmp_path, PORT=" ", LANGUAGES="").port == 8000


def test_values_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, LANGUAGES="ru, en", ON_SITE_NETWORKS="10.0.0.0/8, 2001:db8::/32", TRUSTED_PROXIES="127.0.0.1",
                 BASE_URL="https://archive.example/", UPLOAD_MAX_BYTES="1000", HOST="[::1]", PORT="0", DEBUG="Yes",
                 MAIL_URL="smtp://a:b@mail.example:25", SECRET_KEY=LONG, DATABASE_URL="postgresql://x/y")
    assert found.languages == ("ru", "en")
    assert found.on_site_networks == (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))
    assert found.trusted_proxies == (ip_network("127.0.0.1/32"),)
    assert (found.base_url, found.upload_max_bytes, found.host, found.port) == ("https://archive.example", 1000, "::1", 0)
    assert (found.debug, found.secret_key, found.database_url) == (True, LONG, "postgresql://x/y")


@pytest.mark.parametrize(("values", "by_mail"), [
    ({}, False), ({"MAIL_URL": "smtps://mail.example"}, False), ({"BASE_URL": "https://archive.example"}, False),
    ({"MAIL_URL": "file:///tmp/out", "BASE_URL": "https://archive.example"}, True)])
def test_letters_need_a_server_and_our_own_address(tmp_path: Path, values: dict[str, str], by_mail: bool) -> None:
    assert read(tmp_path, **values).by_mail is by_mail


def test_a_relative_folder_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings({"ARCHIVE_DATA_DIR": "my archive"}).media_dir == tmp_path / "my archive" / "media"


@pytest.mark.parametrize(("name", "value"), [
    ("DATABASE_URL", "mysql://x"), ("SECRET_KEY", "short"), ("BASE_URL", "archive.example"), ("BASE_URL", "ftp://x"),
    ("TRUSTED_PROXIES", "everybody"), ("ON_SITE_NETWORKS", "10.0.0.1/8"), ("MAIL_URL", "mail.example"), ("LANGUAGES", "en,,ru"),
    ("MAIL_URL", "file:///"), ("MAIL_URL", "file://there/x"), ("MAIL_URL", "smtp://mail.example:0"), ("MAIL_URL", "smtp://mail.example:x"),
    ("LANGUAGES", "en,en"), ("LANGUAGES", "English"), ("EXIT_URL", "javascript:alert(1)"), ("HELP_CONTACT", "one\ntwo"), ("HELP_CONTACT", "1" * 301), ("UPLOAD_MAX_BYTES", "0"),
    ("UPLOAD_MAX_BYTES", "-1"), ("UPLOAD_MAX_BYTES", "1.5"), ("REQUIRE_SECOND_FACTOR", "maybe"), ("PORT", "65536"),
    ("PORT", "http"), ("HOST", "a b"), ("HOST", "127.0.0.1/8"), ("DEBUG", "true"), ("THREADS", "0")])
def test_a_bad_value_is_refused_by_the_name_of_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, **{name: value})
    assert refused.value.field == f"ARCHIVE_{name}"
    assert len(refused.value.reason) > 10


@pytest.mark.parametrize(("name", "value"), [("SECRET_KEY", "hunter2"), ("MAIL_URL", "hunter2"), ("DATABASE_URL", "hunter2")])
def test_a_message_never_repeats_what_may_be_a_password(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, **{name: value})
    assert value not in str(refused.value)


def test_a_repr_shows_no_password(tmp_path: Path) -> None:
    found = read(tmp_path, SECRET_KEY=LONG, MAIL_URL="smtp://a:hunter2@x", DATABASE_URL="postgresql://a:hunter2@x/y")
    assert LONG not in repr(found) and "hunter2" not in repr(found)


def test_a_misspelt_setting_is_refused_and_the_variables_of_the_tests_are_not(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        read(tmp_path, TRUSTED_PROXY="10.0.0.0/8")
    assert refused.value.field == "ARCHIVE_TRUSTED_PROXY"
    assert read(tmp_path, TEST_POSTGRES="1")


def test_a_second_factor_is_required_where_others_reach_the_archive(tmp_path: Path) -> None:
    assert read(tmp_path, HOST="0.0.0.0").require_second_factor
    assert not read(tmp_path, HOST="localhost").require_second_factor
    assert read(tmp_path, REQUIRE_SECOND_FACTOR="yes").require_second_factor
    assert not read(tmp_path, HOST="0.0.0.0", REQUIRE_SECOND_FACTOR="no").require_second_factor


@pytest.mark.parametrize(("host", "loopback"), [
    ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("localhost", True),
    ("0.0.0.0", False), ("::", False), ("192.168.1.2", False), ("archive.example", False), ("", False)])
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_first_run_makes_the_folders_and_a_secret_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "with a space"
    before = read(folder)
    assert before.secret_key == ""
    made = prepare(before)
    kept = folder / "instance" / "secret"
    assert made.secret_key == kept.read_text().strip() and len(made.secret_key) == 64
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert made.media_dir.is_dir() and made.search_dir.is_dir()
    assert [path.name for path in kept.parent.iterdir()] == ["secret"]


def test_a_second_run_keeps_the_secret(tmp_path: Path) -> None:
    first = prepare(read(tmp_path))
    assert prepare(read(tmp_path)).secret_key == first.secret_key == read(tmp_path).secret_key
    assert prepare(prepare(read(tmp_path))) == first


def test_of_two_first_runs_at_once_both_read_the_same_secret(tmp_path: Path) -> None:
    neither, nor = read(tmp_path), read(tmp_path)  # both have looked before either has made one
    assert prepare(neither).secret_key == prepare(nor).secret_key


def test_a_secret_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    assert prepare(read(tmp_path, SECRET_KEY=LONG)).secret_key == LONG
    assert not (tmp_path / "instance" / "secret").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Invalid) as refused:
        prepare(read(tmp_path / "file"))
    assert refused.value.field == "ARCHIVE_DATA_DIR" and str(tmp_path / "file") in refused.value.reason


def test_a_safe_archive_is_not_refused(tmp_path: Path) -> None:
    refuse_unsafe(prepare(read(tmp_path)), "0.0.0.0")
    refuse_unsafe(prepare(read(tmp_path, DEBUG="yes")), "127.0.0.1")


def test_an_unsafe_archive_is_refused_with_the_reason(tmp_path: Path) -> None:
    good = prepare(read(tmp_path))
    (tmp_path / "file").write_text("")
    for bad, host, name in [(replace(good, debug=True), "0.0.0.0", "DEBUG"),
                            (replace(good, secret_key=""), "127.0.0.1", "SECRET_KEY"),
                            (replace(good, mail_url="smtp://mail.example"), "127.0.0.1", "BASE_URL"),
                            (replace(good, secret_key="s" * 31), "127.0.0.1", "SECRET_KEY"),
                            (replace(good, media_dir=tmp_path / "none"), "127.0.0.1", "MEDIA_DIR"),
                            (replace(good, media_dir=tmp_path / "file"), "127.0.0.1", "MEDIA_DIR")]:
        with pytest.raises(Invalid) as refused:
            refuse_unsafe(bad, host)
        assert refused.value.field == f"ARCHIVE_{name}" and refused.value.reason


def test_a_vault_is_tried_without_leaving_anything_in_it(tmp_path: Path) -> None:
    chosen = prepare(read(tmp_path))
    refuse_unsafe(chosen, "127.0.0.1")
    assert list(chosen.media_dir.iterdir()) == []
