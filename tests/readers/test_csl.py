"""CSL-JSON, taken apart and read as papers; what of both is recognised. All items but the last test's are invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.csl import CslJson, CslYaml
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection, Remark

Reads = Callable[[str], list[Paper | Rejection]]
REAL = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats" / "csl_json"
GOOD = '{"id": "good", "type": "article-journal", "title": "A good loaf", "issued": {"date-parts": [[2020]]}}'


def opened(path: Path) -> Opened:
    return Opened(open_text(path), path.name, 4_000_000)


def outcomes(reader: CslJson | CslYaml, path: Path) -> list[Paper | Rejection]:
    found: list[Paper | Rejection] = []
    for record in reader.records(opened(path)):
        papers = papers_of(record, path.name) if isinstance(record, RawRecord) else iter((record,))
        found += [outcome for outcome in papers if not isinstance(outcome, Remark)]
    return found


@pytest.fixture
def json_reads(tmp_path: Path) -> Reads:
    def read(text: str) -> list[Paper | Rejection]:
        (tmp_path / "library.json").write_text(text)
        return outcomes(CslJson(), tmp_path / "library.json")

    return read


def titles(found: list[Paper | Rejection]) -> list[str]:
    return [outcome.title if isinstance(outcome, Paper) else f"line {outcome.line}" for outcome in found]


def test_an_item_becomes_a_paper_with_all_of_its_fields(json_reads: Reads) -> None:
    item = {
        "id": "http://example.org/items/1",
        "citation-key": "okonjo2020",
        "type": "report",
        "title": 'Crust <i>at</i> 10<sup>3</sup> degrees &amp; <span class="nocase">Rye</span>',
        "author": [
            {"family": "Louw", "given": "T. A. W.", "non-dropping-particle": "van der"},
            {"family": "Artagnan", "given": "C.", "dropping-particle": "d'"},
            {"family": "Reagle", "given": "Joseph", "suffix": "Jr."},
            {"literal": "The Rye Team"},
            {"family": "World Health Organization"},
            {"given": "Plato"},
        ],
        "issued": {"date-parts": [["2020", 3, 5], ["2021"]]},
        "container-title": ["Loaf Letters", "LL"],
        "publisher": "Ministry of Rye",
        "DOI": "10/abc",
        "URL": "https://doi.org/10.5555/crust",
        "abstract": "<jats:p>Forty loaves were baked.</jats:p>",
        "note": "PMID: 123456\narXiv: 2001.01234",
    }
    (record,) = json_reads(json.dumps([item]))
    assert isinstance(record, Paper)
    assert record.title == "Crust at 10^3 degrees & Rye"
    assert record.authors[:3] == ("van der Louw, T. A. W.", "d'Artagnan, C.", "Reagle, Jr., Joseph")
    assert [name.strip("{}") for name in record.authors[3:]] == ["The Rye Team", "World Health Organization", "Plato"]
    assert (record.date, record.year, record.venue) == ("2020-03-05", 2020, "Loaf Letters")
    assert (record.doi, record.organisation, record.abstract) == (
        "10.5555/crust",
        "Ministry of Rye",
        "Forty loaves were baked.",
    )


def test_numbers_of_other_services_are_read_from_their_fields_and_the_note(tmp_path: Path) -> None:
    items = [
        {"type": "article", "title": "A", "number": "arXiv:2001.01234v2", "publisher": "arXiv", "id": 7},
        {"type": "article", "title": "B", "PMID": 123456, "note": "arXiv:1412.6980 [cs]", "citation-key": "b"},
    ]
    (tmp_path / "a.json").write_text(json.dumps(items))
    first, second = CslJson().records(opened(tmp_path / "a.json"))
    assert isinstance(first, RawRecord)
    assert isinstance(second, RawRecord)
    assert (first.ids, first.key) == ({"arxiv": "2001.01234"}, "7")
    assert (second.ids, second.key) == ({"arxiv": "1412.6980", "pmid": "123456"}, "b")


@pytest.mark.parametrize(
    "text",
    [f"[{GOOD},\n{GOOD}]", f'{{"items": [{GOOD}, {GOOD}]}}', f'{{"a": {GOOD}, "b": {GOOD}}}', f"{GOOD}\n{GOOD}\n"],
    ids=["list", "under-items", "by-id", "one-behind-another"],
)
def test_json_is_read_in_every_shape_that_programs_write(json_reads: Reads, text: str) -> None:
    assert CslJson().recognises(text)
    assert titles(json_reads(text)) == ["A good loaf"] * 2


def test_a_field_of_another_kind_costs_that_field(json_reads: Reads) -> None:
    odd = {"type": [[]], "author": [[], 5, None, {"family": {}}], "issued": [[[]]], "DOI": {}, "note": [1], "id": []}
    assert titles(json_reads(json.dumps([{"title": ["A loaf"], **odd}]))) == ["A loaf"]


def test_one_object_is_one_paper(json_reads: Reads) -> None:
    assert titles(json_reads(GOOD)) == ["A good loaf"]


@pytest.mark.parametrize(
    ("damaged", "line"),
    [
        ('{"id": "x", "type": "book", "title": "never closed,\n "author": "x"}', 2),
        ('{"id": "x" "title": "no comma"}', 2),
        ('{"id": "x", "title": ' + "[" * 200_000 + "}", 2),
        ('{"id": ' + "9" * 10_000 + ', "title": "x"}', 2),
        ("null", 2),
        ('{"id": "x", "title": "nul \\u0000"}', 2),
        ('{"id": "x", "title": "half \\ud800"}', 2),
        ('{"id": "x", "type": "book"}', 2),
    ],
)
def test_a_damaged_item_is_rejected_on_its_line_and_costs_no_other(json_reads: Reads, damaged: str, line: int) -> None:
    found = json_reads(f"[{GOOD},\n{damaged},\n{GOOD}]")
    assert titles(found) == ["A good loaf", f"line {line}", "A good loaf"]


def test_a_list_that_is_cut_off_gives_what_is_whole(json_reads: Reads) -> None:
    assert titles(json_reads(f'[{GOOD},\n{GOOD},\n{{"id": "x", "tit')) == ["A good loaf", "A good loaf", "line 3"]


def test_blanks_between_items_are_passed_over(json_reads: Reads) -> None:
    blank = " " * 3_000_000
    assert titles(json_reads(f"[{blank}{GOOD}{blank},{blank}{GOOD}]")) == ["A good loaf"] * 2


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"status": "retracted"}, "retracted"),
        ({"note": "PMID: 1\nRetracted"}, "retracted"),
        ({"keyword": "rye, retracted publication"}, "retracted"),
        ({"note": "This preprint has been withdrawn by the authors."}, "withdrawn"),
        ({"note": "On retracted articles", "keyword": "withdrawn"}, None),
        ({"status": "in press"}, None),
    ],
)
def test_a_paper_is_retracted_only_where_that_is_certain(
    json_reads: Reads, fields: dict[str, str], status: str | None
) -> None:
    (paper,) = json_reads(json.dumps([{"type": "article", "title": "A loaf", **fields}]))
    assert isinstance(paper, Paper)
    assert paper.status == status


def test_a_file_without_items_says_so(json_reads: Reads) -> None:
    with pytest.raises(SourceError, match="holds no CSL-JSON items"):
        json_reads("[]")


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (f"\n\n[{GOOD}]", "csl-json"),
        ("---\nreferences:\n- id: a\n  title: T\n  type: article-journal\n...\n", "csl-yaml"),
        ("- id: a\n  type: book\n  title: T\n", "csl-yaml"),
        ('[{"title": "T", "abstract": "A", "authors": ["B"], "type": "x"}]', None),
        ('{"message-type": "work", "message": {"type": "book", "title": ["T"], "issued": {"date-parts": []}}}', None),
        ('{"title": "T", "abstract": "A"}\n{"title": "U", "abstract": "B"}\n', None),
        ("cff-version: 1.2.0\nreferences:\n- type: article\n  title: T\n  authors: []\n", None),
        ("- title of a list\n- type: a word\n", None),
        ("@article{k,\n title = {T}}", None),
    ],
)
def test_only_csl_is_recognised(head: str, known: str | None) -> None:
    assert [reader.key for reader in (CslJson(), CslYaml()) if reader.recognises(head)] == ([known] if known else [])


# Items counted in each file by hand.
@pytest.mark.skipif(not REAL.exists(), reason="the shared files are not here")
@pytest.mark.parametrize(
    ("start", "reader", "papers", "abstracts"),
    [
        ("zotero-bbt__CSL-YAML", CslYaml(), 11, 1),
        ("zotero-bbt__Date_export", CslJson(), 15, 0),
        ("zotero-bbt__Deterministic", CslJson(), 26, 0),
    ],
)
def test_real_files_lose_no_item(start: str, reader: CslJson | CslYaml, papers: int, abstracts: int) -> None:
    (path,) = REAL.glob(f"{start}*")
    assert reader.recognises(opened(path).head)
    found = outcomes(reader, path)
    assert [type(outcome) for outcome in found] == [Paper] * papers
    assert sum(isinstance(outcome, Paper) and bool(outcome.abstract) for outcome in found) == abstracts
