"""RIS, EndNote tagged and Web of Science together: the real files, any text at all, and files made to hurt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.readers import Reader
from service.readers.endnote_tagged import EndnoteTagged
from service.readers.lines import SourceText, open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.readers.ris import Ris
from service.readers.wos import WebOfScience
from service.records import Paper, Rejection

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats"
READERS: dict[str, Reader] = {"ris": Ris(), "enw": EndnoteTagged(), "wos": WebOfScience()}
STARTS = {"ris": ("TY  -",), "enw": ("%0", "%A", "%E"), "wos": ("PT ",)}
VAST = {
    "ris": "TY  - JOUR\nTI  - Vast\nN1  - {}\nER  - \n\nTY  - JOUR\nTI  - Crusts\nER  - \n",
    "enw": "%0 Book\n%T Vast\n%X {}\n\n%0 Book\n%T Crusts\n",
    "wos": "FN X\nVR 1.0\nPT J\nTI Vast\nAB {}\nER\n\nPT J\nTI Crusts\nER\nEF\n",
}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared files are not here")
@pytest.mark.parametrize(
    ("key", "name", "papers", "rejected", "abstracts"),
    [
        ("ris", "ris/asreview__baseline_reference_types.ris", 0, 61, 0),
        ("ris", "ris/asreview__ovid_zotero.ris", 6, 0, 6),
        ("ris", "ris/asreview__pubmed_zotero.ris", 6, 0, 6),
        ("ris", "ris/rispy__example_basic.ris", 1, 0, 0),
        ("ris", "ris/rispy__example_custom_list_tags.ris", 0, 1, 0),
        ("ris", "ris/rispy__example_extraneous_data.ris", 2, 0, 2),
        ("ris", "ris/rispy__example_full.ris", 2, 0, 2),
        ("ris", "ris/rispy__example_full_without_whitespace.ris", 2, 0, 2),
        ("ris", "ris/rispy__example_multiline.ris", 0, 3, 0),
        ("ris", "wos_endnote/asreview__ris_issue_1099.txt", 7, 0, 7),
        ("ris", "wos_endnote/asreview__web_of_science.txt", 10, 0, 10),
        ("wos", "ris/rispy__example_wos.ris", 2, 0, 2),
        ("wos", "wos_endnote/jabref__IsiImporterTest1.isi", 1, 0, 0),
        ("wos", "wos_endnote/jabref__IsiImporterTestInspec.isi", 2, 0, 1),
        ("enw", "wos_endnote/jabref__Endnote.pattern.A.enw", 0, 1, 0),
        ("enw", "wos_endnote/jabref__Endnote.pattern.E.enw", 0, 1, 0),
    ],
)
def test_every_record_of_the_real_files_comes_out(
    key: str, name: str, papers: int, rejected: int, abstracts: int
) -> None:
    """As many as the file has lines that start one, and no other reader takes it; those rejected have no title."""
    text = open_text(SHARED / name)
    assert [other for other, reader in READERS.items() if reader.recognises(text.head)] == [key]
    raw = list(READERS[key].records(Opened(text, name, 1_000_000)))
    starts = sum(line.startswith(STARTS[key]) for line in text.whole().split("\n"))
    assert len(raw) == starts == papers + rejected
    found = [next(papers_of(record, name)) for record in raw if isinstance(record, RawRecord)]
    assert sum(isinstance(record, Rejection) for record in found) == rejected
    assert sum(bool(record.abstract) for record in found if isinstance(record, Paper)) == abstracts


@pytest.mark.parametrize("key", READERS)
@pytest.mark.parametrize(
    "filling",
    [
        pytest.param(" " * 5_000_000, id="5 MB of spaces"),
        pytest.param("\n" * 2_000_000, id="2 million blank lines"),
        pytest.param("y\n" * 500_000, id="half a million wrapped lines"),
        pytest.param("\n   y" * 500_000, id="half a million indented lines"),
        pytest.param("AB  - x\n%X x\nAB x\n" * 100_000, id="a field repeated"),
        pytest.param("(retracted article " * 100_000, id="many beginnings of a pattern"),
        pytest.param("<" * 1_000_000, id="a million beginnings of a tag"),
    ],
)
def test_hostile_fillings_leave_the_other_record(tmp_path: Path, key: str, filling: str) -> None:
    """Going over what was read so far for each line would not come to an end here."""
    path = tmp_path / "vast"
    path.write_text(VAST[key].format("x" + filling), encoding="utf-8")
    found = list(READERS[key].records(Opened(open_text(path), path.name, 50_000_000)))
    assert [record.title for record in found if isinstance(record, RawRecord)] == ["Vast", "Crusts"]
    kept = list(READERS[key].records(Opened(open_text(path), path.name, 100_000)))
    if not filling.isspace():  # what is blank may be let go
        assert isinstance(kept[0], Rejection)
        assert "LITWEAVE_MAX_RECORD_BYTES" in kept[0].reason
    assert [record.title for record in kept[1:] if isinstance(record, RawRecord)] == ["Crusts"]


LINES = st.lists(
    st.one_of(
        st.sampled_from(["TY  - JOUR", "ER  - ", "TI  - Crusts", "TY - BOOK", "ER", "EF", "PT J", "TI x", "AU", ""]),
        st.sampled_from(["%0 Book", "%T x", "FN X", "VR 2.0", "  ", "PT\tAU\tTI\tAB\tUT", 'J\tRoe, A\t"x\ty\tz']),
        st.builds("{}  - {}".format, st.sampled_from(["AB", "AU", "UR", "UK", "DA", "PY", "ID"]), st.text(max_size=30)),
        st.builds("%{} {}".format, st.sampled_from(list("ADR8UXTFMZ")), st.text(max_size=30)),
        st.builds("{} {}".format, st.sampled_from(["AU", "AF", "CA", "PY", "PD", "PM", "ID"]), st.text(max_size=30)),
        st.text(max_size=30),
    ),
    max_size=30,
)


@pytest.mark.parametrize(("key", "start"), [("ris", "TY  - JOUR"), ("ris", "TY - BOOK"), ("enw", "%0 Book")])
@given(lines=LINES)
def test_any_text_gives_a_record_for_each_start(
    tmp_path_factory: pytest.TempPathFactory, key: str, start: str, lines: list[str]
) -> None:
    """No text makes a reader raise, and no line that starts a record vanishes."""
    found = _read_any(tmp_path_factory, key, lines)
    assert len(found) >= sum(line == start for line in lines)


@given(lines=LINES)
def test_any_text_gives_a_record_for_each_pt(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    """Of Web of Science's plain text; a file whose first line is one of tags is read as tab-delimited."""
    found = _read_any(tmp_path_factory, "wos", ["FN X", *lines])
    assert len(found) >= lines.count("PT J")
    _read_any(tmp_path_factory, "wos", ["PT\tAU\tTI\tAB\tUT", *lines])


def _read_any(factory: pytest.TempPathFactory, key: str, lines: list[str]) -> list[RawRecord | Rejection]:
    path = factory.getbasetemp() / f"any.{key}"
    text = "\n".join(lines)
    path.write_text(text, encoding="utf-8")
    found = list(READERS[key].records(Opened(SourceText(path, "utf-8", text), path.name, 1_000_000)))
    for record in found:
        if isinstance(record, RawRecord):
            assert list(papers_of(record, path.name))
    return found
