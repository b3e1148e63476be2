"""Two OHMS files of invented interviews, one of each version, with everything the real samples lack: footnotes, a second language, places
and links in both languages. Nobody in them lives or lived; the town and its flood are those of the sample archive.
"""

from __future__ import annotations

from html import escape

HEAD = ('<?xml version="1.0" encoding="UTF-8"?>\n<ROOT xmlns="https://www.weareavp.com/nunncenter/ohms" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="https://www.weareavp.com/nunncenter/ohms https://www.weareavp.com/nunncenter/ohms/ohms.xsd">')


def ohms(fields: str, version: str = "6.0", title: str = "An invented interview") -> bytes:
    """A file of one record with these fields (XML) behind its title."""
    return (f'{HEAD}<record id="7" dt="2041-05-09"><version>{version}</version><date value="" format="yyyy-mm-dd"/>'
            f"<title>{title}</title>{fields}</record></ROOT>").encode()


def captioned(captions: str, fields: str = "") -> bytes:
    """A 6.0 file whose transcript is this WebVTT."""
    return ohms(f"{fields}<vtt_transcript><![CDATA[{captions}]]></vtt_transcript>")


def lettered(text: str, sync: str = "", fields: str = "") -> bytes:
    """A 5.4 file whose transcript is this text."""
    return ohms(f"<sync>{sync}</sync>{fields}<transcript>{escape(text)}</transcript>", "5.4")


TEXT = """CALVORN: Today is the fourteenth of May. Please begin
wherever you like.

VELLAN: I will begin with the bell[[footnote]]1[[/footnote]], because everybody asks
about the bell. It hung at the end of the quay, and it had a
rope as thick as my wrist.

It was rung for three things. Two strokes meant the ferry[[footnote]]2[[/footnote]].

CALVORN: Who looked after it?

VELLAN: My father did. [pause]

[END OF INTERVIEW]

[[footnotes]]

[[note]]The bell of Low Ombrel is known from
two drawings.[[link]]https://bells.example/low-ombrel[[/link]][[/note]]

[[note]]The ferry ran until 1954 & not later.[[/note]]

[[/footnotes]]
"""
SYNC = "1:|4(4)|5(4)||12(3)|"
"""1:00 `begin` (fourth word of line 4), 2:00 `It`, nothing at 3:00, 4:00 `father`."""

TEXT_RU = """КАЛВОРН: Сегодня четырнадцатое мая. Начните,
с чего хотите.

ВЕЛЛАН: Я начну с колокола[[footnote]]1[[/footnote]], о нём все
спрашивают.

[[footnotes]]
[[note]]Колокол известен по двум рисункам.[[/note]]
[[/footnotes]]
"""
SYNC_RU = "0.5:|4(3)|5(1)"

POINTS = """<index><point><time>0</time><title>The bell</title><title_alt>Колокол</title_alt>
<partial_transcript>I will begin with the bell,
because everybody asks</partial_transcript><partial_transcript_alt>Я начну с колокола</partial_transcript_alt>
<synopsis>The bell and its three uses.</synopsis><synopsis_alt>Колокол и три его дела.</synopsis_alt>
<keywords>bell;rope;quay</keywords><keywords_alt>колокол;канат</keywords_alt>
<subjects>Bells--Low Ombrel;Ferries</subjects><subjects_alt>Колокола</subjects_alt>
<gpspoints><gps>-48.86, -123.38</gps><gps_zoom>14</gps_zoom><gps_text>Low Ombrel</gps_text>
<gps_text_alt>Нижний Омбрель</gps_text_alt></gpspoints>
<gpspoints><gps>-48.811,-123.302</gps><gps_zoom></gps_zoom><gps_text>Tessen</gps_text><gps_text_alt></gps_text_alt></gpspoints>
<hyperlinks><hyperlink>https://bells.example/</hyperlink><hyperlink_text>Bells &amp; ropes</hyperlink_text>
<hyperlink_text_alt>Колокола</hyperlink_text_alt></hyperlinks>
<hyperlinks><hyperlink>https://ferries.example/</hyperlink><hyperlink_text></hyperlink_text>
<hyperlink_text_alt></hyperlink_text_alt></hyperlinks></point>
<point><time>240</time><title>The father</title><title_alt></title_alt><synopsis></synopsis><keywords></keywords>
<gpspoints><gps></gps><gps_zoom></gps_zoom><gps_text></gps_text><gps_text_alt></gps_text_alt></gpspoints>
<hyperlinks><hyperlink></hyperlink><hyperlink_text></hyperlink_text><hyperlink_text_alt></hyperlink_text_alt></hyperlinks></point></index>"""

FILE_54 = f"""{HEAD}
  <record id="00000412" dt="2031-03-02">
    <version>5.4</version>
    <date value="1991-05-14" format="yyyy-mm-dd"/>
    <date_nonpreferred_format>14 May 1991</date_nonpreferred_format>
    <cms_record_id>cms-9</cms_record_id>
    <title>The bell rope &amp; the quay</title>
    <accession>ombrel-0014</accession>
    <duration>0:05:30</duration>
    <collection_id>water</collection_id>
    <collection_name>The Night of the Water</collection_name>
    <series_id/><series_name>Quays</series_name>
    <repository>Archive of Tessen (invented)</repository>
    <funding>Nobody paid for this.</funding>
    <repository_url/>
    <subject>Bells</subject><subject>Ferries</subject>
    <keyword>rope</keyword><keyword>bell</keyword>
    <interviewee>Hesta Vellan</interviewee><interviewee>Davin Vellan</interviewee>
    <interviewer>Ressa Calvorn</interviewer>
    <format>audio</format>
    <file_name>bell-rope.mp3</file_name>
    <sync>{SYNC}</sync>
    <sync_alt>{SYNC_RU}</sync_alt>
    <transcript_alt_lang>Russian</transcript_alt_lang>
    <translate>1</translate>
    <media_id/><media_url>https://media.example/bell-rope.mp3</media_url>
    <mediafile><host>Other</host><host_clip_id>clip-3</host_clip_id><clip_format>audio</clip_format></mediafile>
    <kembed/>
    <language>English</language>
    <user_notes>Loud river.</user_notes>
    {POINTS}
    <type>Oral history</type>
    <description>A bell, a rope and a river. All of it is invented.</description>
    <rel/>
    <transcript>{escape(TEXT)}</transcript>
    <transcript_alt>{escape(TEXT_RU)}</transcript_alt>
    <rights>Ask the family.</rights>
    <fmt>audio</fmt>
    <usage>Cite as: Vellan, invented.</usage>
    <userestrict>1</userestrict>
  </record>
</ROOT>
""".encode()

CAPTIONS = """WEBVTT

NOTE
TRANSCRIPTION BEGIN

00:00:01.500 --> 00:00:06.000
<v RESSA CALVORN>Bu gün <c.1>mayın on dördüdür</c>.<br><br>Buyurun.

second
00:00:06.000 --> 00:00:12.250
<v SERRA ULVEN>Evimiz iki mərtəbəli idi &amp; anam <c.2>çıraq</c> yandırırdı<c.1></c>.

00:00:12.250 --> 00:00:12.250
Sonra su gəldi.

NOTE
TRANSCRIPTION END

NOTE
ANNOTATIONS BEGIN
Annotation Set Title: Qeydlər
Annotation Set Creator: nobody

NOTE
<annotation ref="1">The <b>day</b> before the water &amp; after.[[link]]https://days.example/?a=1&amp;b=2[[/link]]</annotation>
<annotation ref="2">A lamp. See <a href="https://lamps.example/" target="_blank">lamps</a></annotation>

NOTE
ANNOTATIONS END
"""
CAPTIONS_EN = """00:00:01.500 --> 00:00:06.000
CALVORN: Today is the fourteenth of May.

00:00:06.000 --> 00:00:12.250
ULVEN: Our house had two floors.
CALVORN: And then?
"""
FILE_60 = f"""{HEAD}
  <record id="413" dt="2041-05-09">
    <version>6.0</version>
    <date value="" format="yyyy-mm-dd"/>
    <date_nonpreferred_format>1988~</date_nonpreferred_format>
    <title>Pilləkəndəki çıraq</title>
    <accession>ombrel-0015</accession>
    <duration>00:00:13</duration>
    <collection_id>water</collection_id>
    <collection_name>The Night of the Water</collection_name>
    <repository>Archive of Tessen (invented)</repository>
    <keyword>çıraq</keyword>
    <interviewee>Serra Ulven</interviewee>
    <interviewer>Ressa Calvorn</interviewer>
    <file_name>lamp.mp4</file_name>
    <transcript_alt_lang>English</transcript_alt_lang>
    <translate>0</translate>
    <mediafile><host>Other</host><clip_format>video</clip_format></mediafile>
    <language>Azerbaijani</language>
    <index><point><time>6</time><title>Ev</title><title_alt>The house</title_alt><synopsis>Ev və çıraq.</synopsis>
    <synopsis_alt>The house and the lamp.</synopsis_alt><keywords>ev;çıraq</keywords><keywords_alt>house</keywords_alt>
    <gpspoints><gps>-48.811, -123.302</gps><gps_zoom>9</gps_zoom><gps_text>Tessen</gps_text>
    <gps_text_alt>the town of Tessen</gps_text_alt></gpspoints>
    <hyperlinks><hyperlink>https://lamps.example/</hyperlink><hyperlink_text>Çıraqlar</hyperlink_text>
    <hyperlink_text_alt>Lamps</hyperlink_text_alt></hyperlinks></point></index>
    <description>Uydurulmuş söhbət.</description>
    <vtt_transcript><![CDATA[{CAPTIONS}]]></vtt_transcript>
    <vtt_transcript_alt><![CDATA[{CAPTIONS_EN}]]></vtt_transcript_alt>
    <fmt>video</fmt>
    <usage/>
  </record>
</ROOT>
""".encode()
