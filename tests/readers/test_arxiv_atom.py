"""arXiv's feeds, entry by entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.arxiv_atom import ArxivAtom
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Origin, Paper, Rejection

START = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/x</id>
  <title>arXiv Query</title>
"""
ENTRY = """  <entry>
    <id>http://arxiv.org/abs/{number}</id>
    <title>Crusts
  of rye</title>
    <updated>2021-07-16T08:15:48Z</updated>
    <published>2020-05-28T08:15:48Z</published>
    <summary>  We bake where $p &lt; 5\\%$ &amp; cool the
token &lt;s&gt;rye&lt;/s&gt; twice.</summary>
    <author><name>Ada Oven</name><arxiv:affiliation>Oven Lab</arxiv:affiliation></author>
    <author><name>Cy de la Crumb</name></author>
    <link href="https://arxiv.org/pdf/{number}" rel="related" title="pdf"/>
    {more}
  </entry>
"""
GOOD = ENTRY.format(number="2005.14124v2", more="")


def raw(tmp_path: Path, content: str | bytes) -> list[RawRecord | Rejection]:
    path = tmp_path / "feed.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    text = open_text(path)
    assert ArxivAtom().recognises(text.head)
    return list(ArxivAtom().records(Opened(text, "feed.xml", 1_000_000)))


def papers(tmp_path: Path, *entries: str) -> list[Paper | Rejection]:
    found = raw(tmp_path, START + "".join(entries) + "</feed>")
    out = [p for r in found for p in (papers_of(r, "feed.xml") if isinstance(r, RawRecord) else (r,))]
    return [p for p in out if isinstance(p, Paper | Rejection)]


def test_every_field_is_read(tmp_path: Path) -> None:
    """Versions folded, line breaks read as spaces, TeX and what only looks like markup kept."""
    more = "<arxiv:doi>10.5555/Rye.1</arxiv:doi><arxiv:journal_ref>Bakery\n 7 (2021)</arxiv:journal_ref>"
    assert papers(tmp_path, ENTRY.format(number="2005.14124v2", more=more)) == [
        Paper(
            title="Crusts of rye",
            abstract="We bake where $p < 5\\%$ & cool the token <s>rye</s> twice.",
            paper_id="arxiv:2005.14124", authors=("Ada Oven", "Cy de la Crumb"), author_count=2,
            year=2020, date="2020-05-28", date_kind="published", url="https://arxiv.org/abs/2005.14124",
            doi="10.5555/Rye.1", venue="Bakery 7 (2021)", origin=Origin("feed.xml", 5),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "folded"),
    [("2005.14124v1", "2005.14124"), ("2005.14124", "2005.14124"), ("quant-ph/0201082v12", "quant-ph/0201082")],
)
def test_versions_and_old_numbers_are_folded(tmp_path: Path, number: str, folded: str) -> None:
    [found] = raw(tmp_path, START + ENTRY.format(number=number, more="") + "</feed>")
    assert isinstance(found, RawRecord)
    assert found.ids == {"arxiv": folded}


def test_of_two_dois_the_first_counts(tmp_path: Path) -> None:
    [found] = papers(tmp_path, ENTRY.format(number="2005.14124", more="<arxiv:doi>10.5555/a 10.5555/b</arxiv:doi>"))
    assert isinstance(found, Paper)
    assert found.doi == "10.5555/a"


def test_the_error_page_is_no_paper(tmp_path: Path) -> None:
    """arXiv's own words are the reason."""
    entry = """<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>
    <summary>incorrect id
    format for abc</summary><author><name>arXiv api core</name></author></entry>"""
    [found] = papers(tmp_path, entry)
    reason = "arXiv answered with an error, not papers: 'incorrect id format for abc': correct the query"
    assert found == Rejection("feed.xml", 5, reason)


def test_a_paper_may_be_called_error(tmp_path: Path) -> None:
    [found] = papers(tmp_path, GOOD.replace("Crusts\n  of rye", "Error"))
    assert isinstance(found, Paper)


def test_an_id_that_arxiv_does_not_know_is_named(tmp_path: Path) -> None:
    """Older feeds hold an entry of nothing but the id."""
    [found] = papers(tmp_path, "<entry><id>http://arxiv.org/abs/9901.99999</id></entry>")
    assert isinstance(found, Rejection)
    assert "arXiv knows no paper 'http://arxiv.org/abs/9901.99999'" in found.reason


def test_an_empty_feed_is_no_error(tmp_path: Path) -> None:
    assert papers(tmp_path) == []


NOTES = {
    "<arxiv:comment>This paper has been withdrawn by the author</arxiv:comment>": "withdrawn",
    "<arxiv:comment>20 pages. Replaces the withdrawn 1901.00001</arxiv:comment>": None,
    "<arxiv:comment>The article was retracted.</arxiv:comment>": "retracted",
    "": None,
}


@pytest.mark.parametrize(("comment", "status"), NOTES.items())
def test_withdrawal_comments_are_the_status(tmp_path: Path, comment: str, status: str | None) -> None:
    [found] = papers(tmp_path, ENTRY.format(number="2005.14124", more=comment))
    assert isinstance(found, Paper)
    assert found.status == status


def test_a_summary_that_is_a_withdrawal_is_the_status(tmp_path: Path) -> None:
    """One that only speaks of withdrawals is not."""
    notice = "<summary>This paper has been withdrawn due to an error.</summary>"
    told = "<summary>We ask when a paper of others was withdrawn from the shelf.</summary>"
    found = papers(tmp_path, *(f"<entry><id>x</id><title>T</title>{summary}</entry>" for summary in (notice, told)))
    assert [paper.status for paper in found if isinstance(paper, Paper)] == ["withdrawn", None]


def test_daily_feeds_are_read(tmp_path: Path) -> None:
    """Their authors are one text, their abstracts have a heading, and their date is the day of the listing."""
    entry = """<entry><id>oai:arXiv.org:2005.14124v1</id><title>Crusts</title><published>2020-05-29T00:00:00-04:00
    </published><summary>arXiv:2005.14124v1 Announce Type: replace-cross
    Abstract: We bake.</summary><dc:creator>Ada Oven, Cy de la Crumb</dc:creator></entry>"""
    [found] = papers(tmp_path, entry)
    assert isinstance(found, Paper)
    assert (found.paper_id, found.authors) == ("arxiv:2005.14124", ("Ada Oven", "Cy de la Crumb"))
    assert (found.abstract, found.date, found.date_kind) == ("We bake.", "2020-05-29", "listed")


def test_a_damaged_entry_costs_itself(tmp_path: Path) -> None:
    """Also one nested too deeply, and one that uses an entity."""
    broken = GOOD.replace("<author>", "<author", 1)
    deep = GOOD.replace("twice", "<a>" * 100_000 + "</a>" * 100_000)
    entity = GOOD.replace("twice", "&secret;")
    found = papers(tmp_path, GOOD, broken, GOOD, deep, GOOD, entity, GOOD)
    assert [type(record) for record in found] == [Paper, Rejection] * 3 + [Paper]
    assert [record.line for record in found if isinstance(record, Rejection)] == [18, 44, 70]


def test_a_feed_that_breaks_off_says_so(tmp_path: Path) -> None:
    """In an entry, between two, and before the first."""
    in_entry = raw(tmp_path, START + GOOD + GOOD[:200])
    assert [type(record) for record in in_entry] == [RawRecord, Rejection]
    between = raw(tmp_path, START + GOOD)
    assert [type(record) for record in between] == [RawRecord, Rejection]
    assert isinstance(between[1], Rejection)
    assert "breaks off" in between[1].reason
    with pytest.raises(SourceError, match="breaks off"):
        raw(tmp_path, START)


BOMB = '<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("used", ["&b;", "&f;"])
def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path, used: str) -> None:
    content = START.replace("<feed", BOMB + "<feed", 1) + GOOD.replace("twice", used) + GOOD + "</feed>"
    bad, good = raw(tmp_path, content)
    assert isinstance(good, RawRecord)
    assert isinstance(bad, Rejection)
    assert "entity" in bad.reason


def test_other_feeds_and_files_are_not_taken() -> None:
    blog = '<feed xmlns="http://www.w3.org/2005/Atom"><id>https://a.b/</id><entry><id>https://a.b/1</id>'
    for head in (
        blog + "<summary>https://arxiv.org/abs/2005.14124</summary>", "", "<html>", '{"a": "arxiv.org/"}',
        "<PubmedArticleSet>", "<article xmlns:x='http://www.w3.org/2005/Atom'>arxiv.org/",
    ):  # fmt: skip
        assert not ArxivAtom().recognises(head)
