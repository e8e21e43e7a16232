"""What a hostile record costs: itself. In every format the records around it are read, in bounded memory and time.

Each attack is written in all formats and read by one child process with limits of its own (see `hostile_child.py`). The
limit of time is generous: it is passed only where work grows with the square of a field's length, or never ends.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from written_formats import WRITERS, Written

from service.readers import read
from service.records import Paper

CHECKOUT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("hostile_child.py")
FIRST, LAST = Written("First crust"), Written("Last crust")
XML = ("pubmed-xml", "jats", "endnote-xml", "arxiv-atom")
HERE = "TheHostileAbstract"
_MEGABYTES = 1_500
_SECONDS = 200

Outcomes = Mapping[str, Mapping[str, Any]]


def outcomes(folder: Path, files: Mapping[str, str | bytes], seconds: int = _SECONDS) -> Outcomes:
    """What reading each file gives, by name."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (folder / name).write_bytes(data)
    command = [sys.executable, str(CHILD), str(_MEGABYTES), str(seconds), *(str(folder / name) for name in files)]
    paths = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    ran = subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True, check=False,
        timeout=280,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2_000:] or f"stopped with {ran.returncode} after {ran.stdout[-300:]}"
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [outcome.pop("file") for outcome in found] == list(files)
    return dict(zip(files, found, strict=True))


def in_all(evil: Written, *, by: Callable[[str], str] = str) -> dict[str, str]:
    """In each format a file of three records, of which the second is `evil`; `by` changes what is written."""
    return {key: by(writer([FIRST, evil, LAST])) for key, writer in WRITERS.items()}


def around(found: Outcomes) -> dict[str, list[str]]:
    """The titles read, less those of the records around the hostile one, which all have to be there."""
    lost = {key: o for key, o in found.items() if not {FIRST.title, LAST.title} <= set(o.get("titles", ()))}
    assert lost == {}
    return {key: [title for title in o["titles"] if title not in (FIRST.title, LAST.title)] for key, o in found.items()}


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [" ", "\n", "<!--", "<sup>", "{", " and ", "<math>"],
    ids=["spaces", "lines", "comments", "tags", "braces", "names", "formulas"],
)
def test_a_field_of_one_thing_repeated_is_read_in_linear_time(tmp_path: Path, unit: str) -> None:
    """In every field at once, near the limit for a record."""
    fill = "x" + unit * (100_000 // len(unit)) + "y"
    around(outcomes(tmp_path, in_all(Written(fill, fill, fill, "10.1/" + fill, "1999" + fill, fill))))


@pytest.mark.slow
def test_megabytes_of_space_between_records_are_no_record(tmp_path: Path) -> None:
    """Before and behind each: spaces, tabs and line ends."""
    space = " \t" * 1_250_000 + "\n" * 10_000
    files = {}
    for key, writer in WRITERS.items():
        text = writer([FIRST, Written("Middle"), LAST])
        cut = "}, {" if key not in ("bibtex",) and "}, {" in text else "\n"
        first, _, rest = text.partition(cut)
        files[key] = f"{first}}},{space}{{{rest}" if cut == "}, {" else text.replace("\n\n", f"\n{space}\n")
    found = outcomes(tmp_path, files)
    assert {key: titles for key, titles in around(found).items() if titles != ["Middle"]} == {}


@pytest.mark.slow
def test_a_record_of_fifty_megabytes_is_refused_with_a_reason(tmp_path: Path) -> None:
    found = outcomes(tmp_path, in_all(Written("Vast", "crust " * 8_500_000)))
    assert {key: titles for key, titles in around(found).items() if titles} == {}
    for key, outcome in found.items():
        [reason] = outcome["reasons"]
        assert any(said in reason for said in ("is longer than", "would be")), (key, reason)


@pytest.mark.parametrize("depth", ["open", "closed"])
def test_nesting_without_end_costs_one_record(tmp_path: Path, depth: str) -> None:
    """200,000 levels, of arrays, elements and braces. What follows an array that is left open cannot be told apart."""
    pairs = {"markup": ("<a>", "</a>"), "braces": ("{", "}"), "arrays": ("[", "]")}
    for name, (opening, closing) in pairs.items():
        deep = opening * 200_000 + closing * (200_000 if depth == "closed" else 0)
        files = in_all(Written("Deep", HERE), by=lambda text, deep=deep: text.replace(f'"{HERE}"', deep, 1))
        folder = tmp_path / name
        folder.mkdir()
        found = outcomes(folder, {key: text.replace(HERE, deep) for key, text in files.items()})
        if depth == "open":
            found = {key: o for key, o in found.items() if "cannot be told apart" not in str(o.get("reasons"))}
            assert len(found) > 10
        around(found)


@pytest.mark.parametrize(
    ("declared", "used"),
    [
        pytest.param('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;", id="a local file"),
        pytest.param('<!ENTITY x SYSTEM "http://192.0.2.1/x">', "&x;", id="another machine"),
        pytest.param('<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;', "crust", id="a parameter entity"),
        pytest.param(
            '<!ENTITY b "ha">' + "".join(f'<!ENTITY b{n} "{f"&b{n - 1 or str()};" * 10}">' for n in range(1, 12)),
            "&b11;",
            id="a billion laughs",
        ),
    ],
)
def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path, declared: str, used: str) -> None:
    written = in_all(Written("Evil", HERE), by=lambda text: text.replace(HERE, used))
    files = {key: f"<!DOCTYPE a [{declared}]>\n{text}" for key, text in written.items() if key in XML}
    found = outcomes(tmp_path, files)
    around(found)
    assert "root:" not in json.dumps(found)
    uses_entity = used.startswith("&")
    assert all(("entity" in str(outcome["reasons"])) == uses_entity for outcome in found.values())


def test_what_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    """NUL characters and lone surrogates. BibTeX drops a NUL as it drops other control characters."""
    nul = outcomes(tmp_path, in_all(Written("Evil \0 x", "a\0b")))
    assert {key for key, titles in around(nul).items() if titles} == {"bibtex"}
    half = outcomes(tmp_path, in_all(Written("Evil \ud800 x", "a\udfffb")))
    assert {key for key, titles in around(half).items() if titles} == set()


def test_overrides_of_direction_are_taken_out(tmp_path: Path) -> None:
    found = around(outcomes(tmp_path, in_all(Written("Evil \u202efdp.exe\u2066", "a\u202eb"))))
    assert set(map(tuple, found.values())) == {("Evil fdp.exe",)}


@pytest.mark.parametrize("title", ["=cmd|' /C calc'!A0", "\\input{/etc/passwd} \\write18{id}", "@import"])
def test_commands_are_text(tmp_path: Path, title: str) -> None:
    """Nothing is opened or run; BibTeX's braces go, as they do in any title."""
    found = around(outcomes(tmp_path, in_all(Written(title))))
    assert {tuple(titles) for key, titles in found.items() if key != "bibtex"} == {(title,)}


MILLION = {
    "jsonl": '{"title": "First crust"}\n' + "1\n" * 1_000_000,
    "json": '[{"title": "First crust"}' + ",1" * 1_000_000 + "]",
    "ris": "TY  - JOUR\nTI  - First crust\nER  - \n" + "TY  - \n" * 1_000_000,
    "enw": "%0 Book\n%T First crust\n\n" + "%0\n" * 1_000_000,
    "wos": "FN C\nVR 1.0\nPT J\nTI First crust\nER\n" + "PT J\n" * 1_000_000,
    "nbib": "PMID- 1\nTI  - First crust\n\n" + "PMID- \n\n" * 1_000_000,
    "endnote-xml": "<xml><records><record><titles><title>First crust</title></titles></record>"
    + "<record/>" * 1_000_000,
    "csl-yaml": "references:\n- id: a\n  type: book\n  title: First crust\n  author:\n  - family: O\n"
    + "- a\n" * 1_000_000,
}  # fmt: skip


@pytest.mark.slow
def test_a_million_records_of_nothing_are_not_read_to_the_end(tmp_path: Path) -> None:
    for key, outcome in outcomes(tmp_path, MILLION).items():
        assert outcome["papers"] == 1, key
        assert outcome["rejections"] == 100_001, key
        assert "not read on" in outcome["reasons"][-1], key


@pytest.mark.slow
def test_a_bomb_is_refused_in_every_format(tmp_path: Path) -> None:
    """Gzip data of a good beginning and 600 MB of the same two letters behind it."""
    packer = zlib.compressobj(wbits=31)
    vast = b"".join(packer.compress(b"a " * 500_000) for _ in range(600)) + packer.flush()
    files = {}
    for key, text in in_all(Written("Evil", HERE)).items():
        files[key] = gzip.compress(text.partition(HERE)[0].encode()) + vast
    for key, outcome in outcomes(tmp_path, files).items():
        said = outcome.get("error") or outcome["reasons"][-1]
        assert "grows over 200-fold" in said, (key, said)


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\u2028"], ids=["half a character", "NUL", "a line end"])
def test_a_doi_or_key_that_is_no_text_costs_itself(tmp_path: Path, odd: str) -> None:
    """It would make the whole record one that cannot be stored."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"title": "Rye", "doi": f"10.5555/a{odd}b", "id": f"k{odd}x"}, {"title": "Spelt"}]))
    papers = [found for found in read(path, max_record_bytes=1_000) if isinstance(found, Paper)]
    assert [(paper.title, paper.doi, paper.paper_id) for paper in papers] == [("Rye", None, ""), ("Spelt", None, "")]
