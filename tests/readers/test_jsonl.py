"""JSONL, record by record."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from service.readers import read
from service.records import Origin, Paper, Record, Rejection, Remark

GOOD = '{"title": "Crusts", "abstract": "We bake."}'


def records(tmp_path: Path, *lines: str | bytes) -> list[Record]:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return list(read(path, max_record_bytes=5_000))


def test_every_field_is_read(tmp_path: Path) -> None:
    """The full record, with its origin named by `source`."""
    line = json.dumps(
        {
            "id": "b-1", "title": " Crusts\n and  Crumbs ", "abstract": "\n We bake 5\\%.\nTwice. ",
            "authors": ["Ada  Oven", " "], "year": 2024, "date": "2024-05-01T10:00:00Z", "url": "https://a.b/c",
            "doi": "https://doi.org/10.1000/AbC", "venue": "Bakery", "organisation": "Oven Lab", "author_count": 3,
            "upvotes": 0, "source": "invented", "other": [1],
        }
    )  # fmt: skip
    assert records(tmp_path, "", line) == [
        Paper(
            title="Crusts and Crumbs", abstract="We bake 5\\%.\nTwice.", paper_id="b-1", authors=("Ada Oven",),
            author_count=3, organisation="Oven Lab", year=2024, date="2024-05-01", date_kind="published",
            url="https://a.b/c", doi="10.1000/AbC", venue="Bakery", upvotes=0, origin=Origin("invented", 2),
        )
    ]  # fmt: skip


def test_what_is_absent_is_none(tmp_path: Path) -> None:
    """Null, blank and missing are the same; a number is a fine id; the year follows from the date."""
    line = '{"id": 7, "title": "T", "abstract": "A b", "doi": null, "url": " ", "venue": "", "date": "2023-11"}'
    [found] = records(tmp_path, line)
    assert found == Paper(
        title="T", abstract="A b", paper_id="7", year=2023, date="2023-11", date_kind="published",
        origin=Origin("papers.jsonl", 1),
    )  # fmt: skip


BAD = {
    "cut json": ('{"title": "Cr', "the JSON does not parse"),
    "not json": ("hello", "the JSON does not parse"),
    "list": ("[1]", "expected an object {...} with title and abstract, found a list"),
    "null": ("null", "found null"),
    "no title": ('{"abstract": "We bake."}', "has no title"),
    "neither": ("{}", "has no title"),
    "empty title": ('{"title": " ", "abstract": "We bake."}', "has no title"),
    "invisible title": ('{"title": "\\u200b", "abstract": "We bake."}', "has no title"),
    "number title": ('{"title": 5, "abstract": "We bake."}', "has no title"),
    "abstract as title": ('{"title": "' + "x" * 2001 + '", "abstract": "We bake."}', "title is longer than 2,000"),
    "surrogate": ('{"title": "T", "abstract": "A \\ud800"}', "lone surrogate"),
    "NUL escape": ('{"title": "T", "abstract": "A\\u0000"}', "NUL character"),
    "NUL raw": ('{"title": "T", "abstract": "A\x00"}', "the JSON does not parse"),
    "deep": ("[" * 4_000, "nested too deeply"),
    "endless number": ('{"year": ' + "9" * 4_500 + "}", "the JSON does not parse"),
    "endless line": ('{"title": "T", "abstract": "' + "x" * 5_000_000 + '"}', "longer than 5,000 bytes"),
    "latin-1": ('{"title": "G\xe2teau", "abstract": "A"}'.encode("latin-1"), "byte 0xe2 at column 13 is not valid"),
}


@pytest.mark.parametrize(("line", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_record_is_rejected_with_its_line_and_reason(tmp_path: Path, line: str | bytes, reason: str) -> None:
    """The lines before and after it are papers."""
    before, bad, after = records(tmp_path, GOOD, line, GOOD)
    assert isinstance(before, Paper)
    assert isinstance(after, Paper)
    assert isinstance(bad, Rejection)
    assert (bad.source, bad.line) == ("papers.jsonl", 2)
    assert reason in bad.reason


@pytest.mark.parametrize(
    ("fields", "expected", "remark"),
    [
        ({"year": "2024"}, {"year": 2024}, None),
        ({"year": 2024.0}, {"year": 2024}, None),
        ({"year": float("nan")}, {"year": None}, None),
        ({"year": 99999}, {"year": None}, "year 99999 is no year"),
        ({"year": True}, {"year": None}, "year True is no year"),
        ({"date": "2017///"}, {"date": "2017", "year": 2017}, None),
        ({"date": "soon"}, {"date": None}, "date 'soon' is no date"),
        ({"authors": "Ada Oven; Ben Crust"}, {"authors": ("Ada Oven", "Ben Crust")}, None),
        ({"authors": [{"name": "Ada Oven"}, {"given": "Ben", "family": "Crust"}]},
         {"authors": ("Ada Oven", "Crust, Ben")}, None),
        ({"authors": [1, "Ada Oven"]}, {"authors": ("Ada Oven",)}, None),
        ({"url": "javascript:x()"}, {"url": None}, "is no web address"),
        ({"doi": "10.5555/12345678\\_13"}, {"doi": "10.5555/12345678_13"}, None),
        ({"doi": "see the web"}, {"doi": None}, "is no DOI"),
        ({"upvotes": -1}, {"upvotes": None}, None),
        ({"status": "retracted"}, {"status": "retracted"}, None),
        ({"status": "famous"}, {"status": None}, None),
        ({"id": []}, {"paper_id": ""}, None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_costs_its_field_and_not_the_paper(
    tmp_path: Path, fields: dict[str, object], expected: dict[str, object], remark: str | None
) -> None:
    paper, *remarks = records(tmp_path, json.dumps({"title": "Crusts", "abstract": "We bake."} | fields))
    assert {name: getattr(paper, name) for name in expected} == expected
    told = [r.text for r in remarks if isinstance(r, Remark)]
    assert len(told) == (remark is not None)
    assert all(remark is not None and remark in text for text in told)


@pytest.mark.parametrize("abstract", [None, "", " \n", "t", "nan", "[No abstract available]", "None", "Not available"])
def test_a_paper_without_an_abstract_is_kept_by_its_title(tmp_path: Path, abstract: str | None) -> None:
    """A remark tells of what stood in its place."""
    paper, *remarks = records(tmp_path, json.dumps({"title": "Crusts", "abstract": abstract}))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("Crusts", "")
    told = [r.text for r in remarks if isinstance(r, Remark)]
    assert len(told) == bool((abstract or "").strip())
    assert all("placeholder" in text for text in told)


def test_a_file_may_begin_with_bad_lines(tmp_path: Path) -> None:
    """The format is known by its content further on."""
    assert [type(r) for r in records(tmp_path, "hello", "{oops", GOOD)] == [Rejection, Rejection, Paper]


def test_marks_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    """UTF-8 with a byte order mark, and CRLF."""
    assert len(records(tmp_path, b"\xef\xbb\xbf" + GOOD.encode() + b"\r", GOOD)) == 2


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    """Whatever the suffix; a cut file gives what it holds and then says so."""
    path = tmp_path / "papers.dat"
    lines = "".join(json.dumps({"title": f"T {i}", "abstract": f"A {i * i}"}) + "\n" for i in range(2_000))
    packed = gzip.compress(lines.encode())
    path.write_bytes(packed)
    assert sum(isinstance(r, Paper) for r in read(path, max_record_bytes=5_000)) == 2_000
    path.write_bytes(packed[: len(packed) // 2 + len(packed) // 4])
    *papers, last = read(path, max_record_bytes=5_000)
    assert papers
    assert all(isinstance(r, Paper) for r in papers)
    assert isinstance(last, Rejection)
    assert "damaged or cut off" in last.reason


def test_a_decompression_bomb_stops(tmp_path: Path) -> None:
    """300 MB of one line in 300 kB: the paper before it is read, and the rest is refused in small memory."""
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb") as packed:
        packed.write(GOOD.encode() + b"\n")
        for _ in range(300):
            packed.write(b" " * 1_000_000)
    paper, bomb = read(path, max_record_bytes=5_000)
    assert isinstance(paper, Paper)
    assert isinstance(bomb, Rejection)
    assert "grows over 200-fold" in bomb.reason


def test_blank_lines_without_end_are_not_read_to_the_end(tmp_path: Path) -> None:
    """100,000 are free and twenty a line: 100,041 after two others are enough."""
    path = tmp_path / "papers.jsonl"
    path.write_text(f"{GOOD}\n{{}}\n" + " \n" * 300_000)
    first, second, last = read(path, max_record_bytes=5_000)
    assert isinstance(first, Paper)
    assert isinstance(second, Rejection)
    assert last == Rejection("papers.jsonl", 100_043, "100,041 of 100,043 lines are blank: not read on")


def test_blank_lines_between_records_do_no_harm(tmp_path: Path) -> None:
    """Twenty after each of 6,000 records."""
    path = tmp_path / "papers.jsonl"
    path.write_text("".join(f"{GOOD}\n" + "\n" * 20 for _ in range(6_000)))
    assert sum(isinstance(record, Paper) for record in read(path, max_record_bytes=5_000)) == 6_000


def test_a_file_of_rejections_is_not_read_to_the_end(tmp_path: Path) -> None:
    """Each rejection is kept to be reported: 100,000 are, and one that says so."""
    path = tmp_path / "papers.jsonl"
    path.write_text(f"{GOOD}\n" + "{}\n" * 150_000)
    *_, last = records = list(read(path, max_record_bytes=5_000))
    assert (len(records), last.line, last.reason) == (
        100_002,
        100_002,
        "over 100,000 records are rejected: not read on",
    )


@pytest.mark.parametrize("lost", [4, 12], ids=["the checksum", "more"])
def test_a_small_packed_file_that_is_cut_off_gives_what_comes_before(tmp_path: Path, lost: int) -> None:
    """Also where the whole file is shorter than what is looked at to know its format."""
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress(f"{GOOD}\n{GOOD}\n".encode())[:-lost])
    *papers, last = read(path, max_record_bytes=5_000)
    assert papers
    assert all(isinstance(paper, Paper) for paper in papers)
    assert isinstance(last, Rejection)
    assert "damaged or cut off" in last.reason


def test_a_number_without_end_is_told_in_words(tmp_path: Path) -> None:
    """Not in the interpreter's advice to its programmers."""
    path = tmp_path / "papers.jsonl"
    path.write_text(f'{GOOD}\n{{"title": "T", "abstract": "A.", "year": {"9" * 5000}}}\n')
    _, rejected = read(path, max_record_bytes=50_000)
    assert rejected == Rejection("papers.jsonl", 2, "the JSON does not parse: it holds a number of thousands of digits")
