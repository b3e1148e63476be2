from __future__ import annotations

import docx
import pytest

from archive_app.errors import Invalid
from archive_app.exchange import word
from archive_app.exchange.cues import Cue, check_times
from tests.exchange.word_files import (
    STRICT,
    bold,
    document,
    packed,
    paragraph,
    parts,
    run,
    style,
    styles,
    table,
)
from tests.exchange.word_files import word as made
from tests.factories.shared import data_folder


def read(*blocks: str, styled: str = "") -> tuple[Cue, ...]:
    return word.parse(made(*blocks, styled=styled)).cues


def spoken(*blocks: str, styled: str = "") -> list[tuple[str, str]]:
    return [(cue.speaker, cue.text) for cue in read(*blocks, styled=styled)]


def timed(*blocks: str) -> list[tuple[int | None, str, str]]:
    return [(cue.start_ms, cue.speaker, cue.text) for cue in read(*blocks)]


def texts(*blocks: str, styled: str = "") -> list[str]:
    return [cue.text for cue in read(*blocks, styled=styled)]


def test_paragraphs_are_segments_and_breaks_inside_them_are_spaces() -> None:
    assert read(paragraph("The ferry ", "stopped\nin the", " spring.\tAfter that "), paragraph(), paragraph("We walked.")) == (
        Cue(None, None, "The ferry stopped in the spring. After that"), Cue(None, None, "We walked."))


def test_a_break_ahead_of_the_words_does_not_join_paragraphs() -> None:
    assert texts(paragraph("One."), paragraph("\n\nTwo."), paragraph("\n"), paragraph("Three.\n")) == ["One.", "Two.", "Three."]
    assert texts(paragraph("One."), table(("\nTwo.", "three.\n"))) == ["One.", "Two. three."]


@pytest.mark.parametrize(
    ("code", "start_ms"),
    [
        ("[00:12:34]", 754_000), ("(12:34)", 754_000), ("[12:34]", 754_000), ("(0:12:34)", 754_000), ("[1:00:00.250]", 3_600_250),
        ("00:12:34:24", 754_000), ("00:12:34;24", 754_000), ("[00:12:34:24]", 754_000), ("00:12:34", 754_000),
        ("0:12:34,5", 754_500), ("[00:12:34 - 00:12:40]", 754_000), ("00:12:34:01 - 00:12:40:11", 754_000),
        ("00:00:00:00", 0), ("[00:00:00]", 0),
    ],
)
def test_time_codes_at_the_start_of_a_line_and_alone_on_one(code: str, start_ms: int) -> None:
    later = "[02:00:00]"
    words = [(start_ms, "", "One."), (7_200_000, "", "Two.")]
    assert timed(paragraph(f"{code} One."), paragraph(f"{later} Two.")) == words
    assert timed(paragraph(code), paragraph("One."), paragraph(f"{later}\nTwo.")) == words
    assert timed(paragraph(f"{code}\tOne."), paragraph(bold(later), " Two.")) == words


def test_minutes_and_seconds_without_brackets_are_a_code_only_alone_on_a_line() -> None:
    assert timed(paragraph("12:34"), paragraph("One."), paragraph("12:40"), paragraph("Two.")) == [(754_000, "", "One."), (760_000, "", "Two.")]
    assert timed(paragraph("12:34 the bell rang."), paragraph("12:40 it rang again.")) == [
        (None, "", "12:34 the bell rang."), (None, "", "12:40 it rang again.")]


@pytest.mark.parametrize("text", ["00:12:34:24.", "[00:61:00]", "[99:99]", "00:12:345", "1992:02:26:1"])
def test_what_is_no_time_stays_words(text: str) -> None:
    assert timed(paragraph(f"{text} One."), paragraph(f"{text} Two.")) == [(None, "", f"{text} One."), (None, "", f"{text} Two.")]


def test_one_code_alone_is_no_time() -> None:
    assert timed(paragraph("[00:12:34] One."), paragraph("Two.")) == [(None, "", "[00:12:34] One."), (None, "", "Two.")]
    assert timed(paragraph(bold("[00:12:34] Ana:"), " One."), paragraph("Two.")) == [
        (None, "", "[00:12:34] Ana: One."), (None, "", "Two.")]


def test_speakers_with_a_colon() -> None:
    assert spoken(*(paragraph(text) for text in ("ANA: Was it far?", "BEL: No.", "ANA: And then?", "BEL:\tWe walked."))) == [
        ("ANA", "Was it far?"), ("BEL", "No."), ("ANA", "And then?"), ("BEL", "We walked.")]


def test_speakers_in_bold() -> None:
    lines = [paragraph(bold("Mira Arden:"), " We left."), paragraph(bold("Jo Ink"), ": When?"), paragraph(bold("Mira"), bold(" Arden: "), "At night."),
             paragraph("[00:00:05] ", bold("Jo Ink:"), "Alone?"), paragraph(bold("[00:00:09] Mira Arden:"), " No."),
             paragraph(bold("Jo Ink:")), paragraph("Who came?")]
    assert timed(*lines) == [
        (None, "Mira Arden", "We left."), (None, "Jo Ink", "When?"), (None, "Mira Arden", "At night."), (5000, "Jo Ink", "Alone?"),
        (9000, "Mira Arden", "No."), (9000, "Jo Ink", "Who came?")]


def test_speakers_in_bold_without_a_colon_where_a_tab_or_a_line_parts_them_from_the_words() -> None:
    lines = [paragraph(bold("Mira Arden"), "\tWe left."), paragraph(bold("Jo Ink\n"), "When?"), paragraph(bold("Mira Arden")), paragraph("At night."),
             paragraph(bold("Jo Ink"), "\tAlone?")]
    assert spoken(*lines) == [("Mira Arden", "We left."), ("Jo Ink", "When?"), ("Mira Arden", "At night."), ("Jo Ink", "Alone?")]


def test_bold_words_and_headings_stay_words() -> None:
    lines = ["Interview with Mira Arden", "No", "Chapter One", "No"]
    blocks = [paragraph(bold("Interview with Mira Arden")), paragraph(bold("No"), " I did not."), paragraph(bold("Narrator:"), " Mira"),
              paragraph(bold("Date:"), " 1992"), paragraph(bold("Chapter One")), paragraph("Words."), paragraph(bold("No"), " we did not.")]
    assert spoken(*blocks) == [("", lines[0]), ("", "No I did not."), ("", "Narrator: Mira"), ("", "Date: 1992"), ("", "Chapter One"),
                               ("", "Words."), ("", "No we did not.")]


def test_questions_wholly_in_bold_keep_their_words() -> None:
    assert spoken(paragraph(bold("Jo Ink: Was it far?")), paragraph("Ana: No."), paragraph(bold("Jo Ink: And then?")), paragraph("Ana: We walked.")) == [
        ("Jo Ink", "Was it far?"), ("Ana", "No."), ("Jo Ink", "And then?"), ("Ana", "We walked.")]


def test_asterisks_of_a_text_are_its_own() -> None:
    assert texts(paragraph("** not bold ** at all")) == ["** not bold ** at all"]


def test_a_name_in_bold_comes_from_styles_too() -> None:
    styled = styles(style("Voice", kind="character", properties="<w:b/>"), style("Quiet", kind="character", properties="<w:b w:val='0'/>"),
                    style("Base", properties="<w:b/>"), style("Loud", based_on="Base"))
    voice = "<w:rStyle w:val='Voice'/>"
    assert spoken(paragraph(run("Mira Arden:", voice), " We left."), paragraph(run("Mira Arden:", voice), " At night."), styled=styled) == [
        ("Mira Arden", "We left."), ("Mira Arden", "At night.")]
    plain = run(" We left.", "<w:b w:val='false'/>")
    assert spoken(paragraph("Mira Arden:", plain, style="Loud"), paragraph("Mira Arden:", plain, style="Loud"), styled=styled) == [
        ("Mira Arden", "We left.")] * 2


def test_a_table_of_times_and_text() -> None:
    rows = table(("00:00:01", "ANA: One."), ("[0:00:05]", paragraph("BEL: Two.") + paragraph("Still two.")), ("00:00:09:12", "ANA: Three."),
                 ("", "BEL: Four."))
    assert timed(paragraph("Heading"), rows, paragraph("The end.")) == [
        (None, "", "Heading"), (1000, "ANA", "One."), (5000, "BEL", "Two."), (5000, "", "Still two."), (9000, "ANA", "Three."),
        (9000, "BEL", "Four."), (9000, "", "The end.")]


def test_a_table_of_speakers_and_text() -> None:
    assert spoken(table(("Mira", "We left."), ("Jo Ink", "When?"), ("Mira", "At night."), ("Jo Ink", "Alone?"), ("", "Or not?"))) == [
        ("Mira", "We left."), ("Jo Ink", "When?"), ("Mira", "At night."), ("Jo Ink", "Alone?"), ("Jo Ink", "Or not?")]
    assert spoken(table(("Mira:", "We left."), ("Jo Ink:", "When?"), ("Mira:", "At night."), ("Jo Ink:", "Alone?")))[3] == ("Jo Ink", "Alone?")


def test_a_table_with_names_of_columns_and_with_ends() -> None:
    cues = read(table(("Start Time", "End Time", "Speaker Name", "Transcript"), ("00:00:01", "00:00:04", "Mira", paragraph("We left.") + paragraph("At night.")),
                      ("00:00:04", "00:00:09", "", "Alone.")))
    assert cues == (Cue(1000, 4000, "We left.", "Mira"), Cue(1000, 4000, "At night.", "Mira"), Cue(4000, 9000, "Alone.", "Mira"))
    assert spoken(table(("Speaker", "Text"), ("Mira", "We left."))) == [("Mira", "We left.")]


def test_columns_of_a_table_that_mean_nothing_are_told_and_two_of_words_are_both_kept() -> None:
    parsed = word.parse(made(table(("Time", "Text", "Reviewer remarks"), ("00:00:01", "We left.", "do not print"))))
    assert (parsed.cues, len(parsed.warnings)) == ((Cue(1000, None, "We left."),), 1)
    assert "Reviewer remarks" in parsed.warnings[0] and "do not print" not in parsed.warnings[0]
    both = texts(table(("Text", "Transcript"), ("We left.", "Getdik.")))
    assert both == ["Text Transcript", "We left. Getdik."]
    doubtful = timed(table(("Time", "Text"), ("00:00:01", "We left."), ("later", "At night.")))
    assert doubtful == [(1000, "", "We left."), (1000, "", "later At night.")]


def test_a_table_that_is_no_layout_keeps_every_word() -> None:
    assert texts(table(("Interviewer", "Jo Ink"), ("Place", "Low Ombrel"), ("Begun at", "12:30")), paragraph("Words.")) == [
        "Interviewer Jo Ink", "Place Low Ombrel", "Begun at 12:30", "Words."]
    merged = table(("00:00:01", "One."), ("A heading across",), ("00:00:05", "Two."))
    assert timed(merged) == [(1000, "", "One."), (1000, "", "A heading across"), (5000, "", "Two.")]
    nested = table((table(("00:00:01", "One.")) + paragraph("Two."),))
    assert texts(nested) == ["00:00:01", "One.", "Two."]


def test_the_clock_restarts_behind_a_mark_of_a_new_tape() -> None:
    cues = read(*(paragraph(text) for text in ("[00:00:01] ANA: One.", "[00:00:29] BEL: Two.", "[END OF TAPE 1]", "[00:00:02] ANA: Three.",
                                              "[00:00:05] BEL: Four.")))
    assert [(cue.start_ms, cue.speaker) for cue in check_times(cues, 100_000, (60_000, 40_000)).cues] == [
        (1000, "ANA"), (29_000, "BEL"), (None, ""), (62_000, "ANA"), (65_000, "BEL")]
    rows = table(("00:00:01", "One."), ("", "[END OF TAPE 1]"), ("00:00:00", "Two."), ("00:00:03", "Three."))
    assert [cue.start_ms for cue in check_times(read(rows), None, (60_000, 40_000)).cues] == [1000, None, 60_000, 63_000]


def test_deleted_words_are_no_words_and_inserted_ones_are() -> None:
    gone = "<w:del w:id='1'><w:r><w:delText>SECRETWORD </w:delText></w:r><w:r><w:t>SECRETWORD</w:t></w:r></w:del>"
    moved = "<w:moveFrom w:id='2'>" + run("SECRETWORD") + "</w:moveFrom>"
    added = "<w:ins w:id='3'>" + run("Then ") + "<w:del w:id='4'>" + run("SECRETWORD") + "</w:del></w:ins><w:moveTo w:id='5'>" + run("we ") + "</w:moveTo>"
    parsed = word.parse(made(paragraph(gone, added, run("left."), moved), paragraph(gone), table(("SECRETWORD",), row_properties="<w:del w:id='6'/>")))
    assert [cue.text for cue in parsed.cues] == ["Then we left."]
    (warning,) = parsed.warnings
    assert "5 tracked deletions" in warning and "SECRETWORD" not in warning


def test_paragraphs_whose_mark_was_deleted_are_one() -> None:
    assert texts(paragraph("We left ", mark="<w:del w:id='1'/>"), paragraph("at night."), paragraph("Alone.")) == ["We left at night.", "Alone."]
    assert texts(paragraph("We left.", mark="<w:del w:id='1'/>")) == ["We left."]
    assert texts(table((paragraph("In a cell.", mark="<w:del w:id='1'/>"),)), paragraph("Behind.")) == ["In a cell.", "Behind."]


def test_hidden_words_are_no_words() -> None:
    styled = styles(style("Normal", default=True), style("Secret", kind="character", properties="<w:vanish/>"), style("Under", based_on="Closed"),
                    style("Closed", properties="<w:vanish/>"))
    hidden = [run("SECRETWORD", "<w:vanish/>"), run("SECRETWORD", "<w:vanish w:val='true'/>"), run("SECRETWORD", "<w:rStyle w:val='Secret'/>"),
              run("SECRETWORD", "<w:b/><w:specVanish/>")]
    parsed = word.parse(made(paragraph(*hidden, "We left."), paragraph("SECRETWORD", style="Under"),
                             paragraph(run(" At night.", "<w:vanish w:val='0'/>"), style="Closed"), styled=styled))
    assert [cue.text for cue in parsed.cues] == ["We left.", "At night."]
    assert "hidden text" in parsed.warnings[0] and "SECRETWORD" not in parsed.warnings[0]
    everything = styles(style("Normal", default=True, properties="<w:vanish/>"))
    with pytest.raises(Invalid):
        word.parse(made(paragraph("SECRETWORD"), styled=everything))
    with pytest.raises(Invalid):
        word.parse(made(paragraph("SECRETWORD"), styled=styles(defaults="<w:vanish/>")))


def test_comments_notes_headers_and_text_boxes_are_no_words() -> None:
    box = paragraph("SECRETWORD")
    inside = ("<w:r><w:commentReference w:id='1'/></w:r><w:r><w:footnoteReference w:id='1'/></w:r><w:r><w:endnoteReference w:id='1'/></w:r>"
              f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>{box}</w:txbxContent></w:drawing></mc:Choice>"
              f"<mc:Fallback><w:pict><w:txbxContent>{box}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
              "<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>SECRETWORD</w:instrText><w:fldChar w:fldCharType='end'/></w:r>"
              "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("SECRETWORD") + "</w:sdtContent></w:sdt>")
    more = {f"word/{name}.xml": document(paragraph("SECRETWORD")).encode() for name in ("comments", "footnotes", "endnotes", "header1", "footer1")}
    parsed = word.parse(made(paragraph("We left.", inside), more=more))
    assert [cue.text for cue in parsed.cues] == ["We left."]
    (warning,) = parsed.warnings
    assert "1 comment," in warning and "2 notes" in warning and "text boxes" in warning and "SECRETWORD" not in warning


def test_words_inside_links_controls_and_fields_are_words() -> None:
    inside = ("<w:hyperlink>" + run("We ") + "</w:hyperlink><w:smartTag>" + run("left ") + "</w:smartTag><w:sdt><w:sdtContent>" + run("at ")
              + "</w:sdtContent></w:sdt><w:fldSimple w:instr='DATE'>" + run("night") + "</w:fldSimple>"
              "<w:r><w:noBreakHyphen/><w:t>fall</w:t><w:softHyphen/><w:t>.</w:t></w:r>")
    whole = "<w:sdt><w:sdtContent>" + paragraph("Alone.") + table(("In a table.",)) + "</w:sdtContent></w:sdt>"
    assert texts(paragraph(inside), whole) == ["We left at night-fall.", "Alone.", "In a table."]
    ruby = "<w:r><w:ruby><w:rubyPr/><w:rt>" + run("kokoro") + "</w:rt><w:rubyBase>" + run("心") + "</w:rubyBase></w:ruby></w:r>"
    assert texts(paragraph("A ", ruby, " is.")) == ["A 心(kokoro) is."]


def test_words_struck_through_or_blackened_are_kept_and_told() -> None:
    parsed = word.parse(made(paragraph("We ", run("left", "<w:strike/>"), run(" at night", "<w:highlight w:val='black'/>"), run(" alone", "<w:shd w:fill='000000'/>"))))
    assert [cue.text for cue in parsed.cues] == ["We left at night alone"]
    assert "struck through" in parsed.warnings[0] and "black" in parsed.warnings[1]
    assert word.parse(made(paragraph(run("We left", "<w:strike w:val='0'/><w:highlight w:val='yellow'/>")))).warnings == ()


def test_lines_of_a_preformatted_text_are_lines() -> None:
    styled = styles(style("PreformattedText", "Preformatted Text"), style("Body", "Body Text"))
    lines = ("We left in the", "spring.", "", "At night.")
    assert texts(*(paragraph(line, style="PreformattedText") for line in lines), styled=styled) == ["We left in the spring.", "At night."]
    assert texts(*(paragraph(line, style="Body") for line in lines), styled=styled) == ["We left in the", "spring.", "At night."]
    long = "A paragraph that nobody cut into lines, " * 5
    assert texts(*(paragraph(line, style="PreformattedText") for line in (long, "Two.", "", "Three.")), styled=styled) == [long.strip(), "Two.", "Three."]


def test_the_strict_namespace_is_read_too() -> None:
    members = parts(document(paragraph(bold("Ana:"), " One."), paragraph(bold("Ana:"), " Two."), namespace=STRICT), styles(namespace=STRICT))
    members = {name: data.replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
               for name, data in members.items()}
    assert [(cue.speaker, cue.text) for cue in word.parse(packed(members)).cues] == [("Ana", "One."), ("Ana", "Two.")]


def test_nothing_but_nothing_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        word.parse(made(paragraph(), paragraph("   ")))
    assert refused.value.field == "transcripts" and "no words" in refused.value.reason


def test_a_real_document_with_three_files_on_two_tapes() -> None:
    data = (data_folder() / "transcripts" / "sample-oh-timecode-need-sequencing.docx").read_bytes()
    parsed = word.parse(data)
    assert {cue.speaker for cue in parsed.cues} == {"CARUSO", "SUBJECT", "LEE", ""}
    assert [cue.text for cue in parsed.cues if cue.text.startswith("[END")] == [
        "[END OF AUDIO, FILE 1.1]", "[END OF AUDIO, FILE 1.2]", "[END OF INTERVIEW]", "[END OF AUDIO, FILE 2.1]", "[END OF INTERVIEW]"]
    checked = check_times(parsed.cues, 4_700_000, (60_000, 1_700_000, 2_940_000)).cues
    starts = [cue.start_ms for cue in checked if cue.start_ms is not None]
    assert starts == sorted(starts)
    assert (checked[0].start_ms, starts.count(61_000), starts.count(1_760_000)) == (1000, 1, 1)
    assert checked[-3].start_ms == 1_760_000 + 2_852_000 and checked[-3].text == "Thank you, Dr. Walder."
    loose = [cue.start_ms for cue in check_times(parsed.cues, None).cues if cue.start_ms is not None]
    assert loose == sorted(loose) and loose[-1] == 38_000 + 1_656_000 + 2_852_000


def test_a_real_document_cut_into_lines() -> None:
    cues = word.parse((data_folder() / "transcripts" / "chunk_test.docx").read_bytes()).cues
    assert len(cues) == 11 and cues[4].text.startswith("A LITTLE more than a hundred years ago, a poor man, by the name")


@pytest.mark.parametrize("name", ["chunk_test", "sample-oh-timecode-need-sequencing"])
def test_no_word_of_a_real_document_is_lost(name: str) -> None:
    path = data_folder() / "transcripts" / f"{name}.docx"
    shown = " ".join(each.text for each in docx.Document(str(path)).paragraphs)
    cues = word.parse(path.read_bytes()).cues
    read_back = {token.strip("[]:") for cue in cues for token in f"{cue.speaker} {cue.text}".split()}
    assert {token.strip("[]:") for token in shown.split() if not token.startswith("[00:")} == read_back
