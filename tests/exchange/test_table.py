from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.errors import Invalid
from archive_app.exchange.table import COLUMNS, literal, named, read_table, split_list, split_parts
from tests.exchange.mutate import mutations
from tests.factories.shared import data_folder


def test_a_table_with_a_mark_quotes_and_lines_in_cells() -> None:
    table = read_table(
        "folder/people.csv",
        '\ufeffidentifier, names ,note\r\np-1,Arden|en|,"one\r\ntwo, ""three"""\r\n\r\n,,\r\np-2,Berin,\r\n'.encode(),
    )
    assert (table.kind, table.columns) == ("people", ("identifier", "names", "note"))
    assert [(row.number, row.line, row.values["identifier"], row.values["note"], row.values["born"]) for row in table.rows] == [
        (1, 2, "p-1", 'one\ntwo, "three"', ""),
        (4, 6, "p-2", "", ""),
    ]


def test_the_columns_say_which_table_it_is_where_the_name_does_not() -> None:
    assert read_table("my export.csv", b"identifier,source,wording\n").kind == "statements"
    assert read_table("my export.csv", b"identifier,narrators,access\n").kind == "manifest"


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        (b"identifier,colour\n", "colour", "Column 2"),
        (b"identifier,Title\n", "Title", "'title'"),
        (b"identifier,title,title\n", "title", "twice"),
        (b"identifier,,title\n", "table", "Column 2"),
        (b"", "table", "empty"),
        (b"\n", "table", "empty"),
        (b"identifier\nab\0c", "table", "zero byte"),
        (b"identifier\n\xe9", "table", "byte offset 11"),
        (b'"identifier\n', "table", "never closed"),
    ],
)
def test_a_table_that_cannot_be_trusted_is_refused_whole(data: bytes, field: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_table("manifest.csv", data)
    assert refused.value.field == field and says in refused.value.reason


def test_a_table_other_than_the_manifest_needs_identifiers() -> None:
    with pytest.raises(Invalid, match="identifier"):
        read_table("people.csv", b"names\nx\n")
    assert read_table("manifest.csv", b"title\nx\n").rows[0].values["identifier"] == ""


def test_rows_that_cannot_be_read_are_problems_of_their_own() -> None:
    table = read_table("manifest.csv", b'identifier,title\na-1,one\na-2\na-3,"b"c\na-4,one,two\na-5,five\na-6,"open\nand on\n')
    assert [(row.number, row.line, row.values.get("identifier"), row.problem is None) for row in table.rows] == [
        (1, 2, "a-1", True),
        (2, 3, None, False),
        (3, 4, None, False),
        (4, 5, None, False),
        (5, 6, "a-5", True),
        (6, 7, None, False),
    ]
    reasons = [row.problem.reason for row in table.rows if row.problem]
    assert (
        "Line 3 has 1 cells" in reasons[0] and "line 4" in reasons[1] and "line 7" in reasons[3] and "never closed" in reasons[3]
    )


def test_columns_without_names_at_the_end_are_a_spreadsheets_habit() -> None:
    table = read_table("manifest.csv", b"identifier,title,,\na-1,one,,\na-2,two,x,\n")
    assert [row.problem is None for row in table.rows] == [True, False]


def test_every_shared_table_is_read_without_a_problem() -> None:
    folder = data_folder()
    counts = {}
    for path in sorted([*folder.glob("*/manifest.csv"), *folder.glob("statements/*.csv")]):
        table = read_table(path.name, path.read_bytes())
        assert table.kind == path.stem and not any(row.problem for row in table.rows)
        counts[f"{path.parent.name}/{path.stem}"] = len(table.rows)
    assert counts == {
        "columns/manifest": 30,
        "mixed/manifest": 4,
        "timed/manifest": 60,
        "wpa/manifest": 2534,
        "statements/events": 1,
        "statements/places": 2,
        "statements/sources": 1,
        "statements/statements": 14,
    }


def test_mutated_tables_never_raise_anything_but_invalid() -> None:
    seeds = [b'identifier,title,keywords\r\na-1,"one, ""two""",x;y\r\na-2,three,\\;|\r\n', b"identifier,names\np-1,Arden|en|\n"]
    for data in mutations(seeds, 300, seed=24):
        try:
            read_table("manifest.csv", data)
        except Invalid as refused:
            assert refused.field and refused.reason


def test_lists_and_parts() -> None:
    assert split_list(" a ; b\\;c ;; d\\|e|f ;") == ["a", "b;c", "d\\|e|f"]
    assert split_parts("d\\|e | f |") == ["d|e", "f", ""]
    assert split_list("") == [] and literal("a\\|b") == "a|b"


@given(st.lists(st.text(alphabet="ab |;", min_size=1, max_size=6).map(str.strip).filter(bool), max_size=5))
def test_what_is_escaped_comes_back(items: list[str]) -> None:
    cell = ";".join(item.replace(";", "\\;").replace("|", "\\|") for item in items)
    assert [literal(item) for item in split_list(cell)] == items
    line = "|".join(item.replace("|", "\\|") for item in items)
    assert not items or split_parts(line) == items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Arden, Mira", ("Arden, Mira", "")),
        (" Two, Reader [tr] ", ("Two, Reader", "tr")),
        ("Ərdən, Mirə [az-Latn]", ("Ərdən, Mirə", "az-Latn")),
        ("Smith [the elder]", ("Smith [the elder]", "")),
        ("[az]", ("[az]", "")),
    ],
)
def test_names_with_a_language(text: str, expected: tuple[str, str]) -> None:
    assert named(text) == expected


def test_every_table_of_the_contract_has_its_columns() -> None:
    assert set(COLUMNS) == {"manifest", "collections", "people", "places", "events", "sources", "statements"}
    assert all(
        columns[0] == "identifier" and "access" in columns and len(set(columns)) == len(columns) for columns in COLUMNS.values()
    )
