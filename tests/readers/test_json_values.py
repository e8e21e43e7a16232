"""Whole documents and lines of JSON, sound, broken, cut off and hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.json_outline import outline
from service.readers.json_values import Value, values
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.records import Rejection

LISTS = re.compile(r'"items":\s?\[')


def unfold(parsed: object) -> Sequence[object]:
    held = parsed.get("items") if isinstance(parsed, dict) else None
    return held if isinstance(held, list) else (parsed,)


def read(tmp_path: Path, content: str | bytes) -> list[tuple[int, object]]:
    """Numbers with what was parsed, or with the reason for a rejection."""
    path = tmp_path / "some.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = values(Opened(open_text(path), "some.json", 10_000), unfold=unfold, lists=LISTS)
    return [(v.number, v.parsed) if isinstance(v, Value) else (v.line, v.reason) for v in found]


ONE_AND_TWO = [(1, {"a": 1}), (2, {"a": 2})]
SHAPES = {
    "array": '[{"a": 1}, {"a": 2}]',
    "array over lines": '[\n {"a": 1},\n {"a": 2}\n]\n',
    "array with one object a line": '\n\n[{"a": 1},\n{"a": 2}]',
    "object that holds them": '{"n": 2, "items": [{"a": 1}, {"a": 2}]}',
    "array of such": '[{"items": [{"a": 1}]}, {"items": []}, {"items": [{"a": 2}]}]',
    "one after another": '{\n"a": 1\n}\n{\n"a": 2\n}',
    "comma at the end": '[{"a": 1}, {"a": 2},]',
    "byte order marks": '\ufeff[{"a": 1},\ufeff{"a": 2}]',
    "lines": '{"a": 1}\n{"a": 2}',
    "replies a line": '{"items": [{"a": 1}]}\n[{"a": 2}]',
}  # fmt: skip


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_gives_its_records_in_order(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == ONE_AND_TWO


def test_lines_are_numbered_as_lines_and_others_by_place(tmp_path: Path) -> None:
    """Blank lines count in one, not in the other."""
    assert read(tmp_path, '\n{"a": 1}\n\n{"a": 2}\n') == [(2, {"a": 1}), (4, {"a": 2})]
    assert read(tmp_path, '\n[\n\n{"a": 1}]') == [(1, {"a": 1})]


def test_an_empty_list_has_no_records(tmp_path: Path) -> None:
    assert read(tmp_path, "[]") == read(tmp_path, '{"items": []}') == []


BROKEN = {
    "no quotes": ("{a: 2}", "line 3, column 2: the JSON does not parse: Expecting property name"),
    "comma in an object": ('{"a": 2,}', "line 3, column 9: the JSON does not parse"),
    "a word": ("oops", "line 3, column 1: the JSON does not parse: Expecting value"),
    "deep": ("[" * 200_000 + "]" * 200_000, "line 3, column 1: the JSON is nested too deeply for a paper"),
    "endless number": ('{"a": ' + "9" * 5_000 + "}", "a number of thousands of digits"),
    "bad escape": (r'{"a": "\x", "b": "[{\"]"}', "Invalid \\escape"),
}


@pytest.mark.parametrize(("broken", "reason"), BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("around", ["[\n{},\n{},\n{},\n{},\n{}\n]", '{"items": [\n{},\n{},\n{},\n{},\n{}\n]}'])
def test_a_broken_element_costs_itself(tmp_path: Path, around: str, broken: str, reason: str) -> None:
    """Two of five are broken; both are rejected in their places."""
    around = around.replace("{},\n", "%s,\n").replace("{}\n]", "%s\n]")
    found = read(tmp_path, around % ('{"a": 1}', broken, '{"a": 3}', broken, '{"a": 5}'))
    assert [found[0], found[2], found[4]] == [(1, {"a": 1}), (3, {"a": 3}), (5, {"a": 5})]
    assert [number for number, _ in found] == [1, 2, 3, 4, 5]
    assert reason in str(found[1][1])
    assert reason.replace("line 3", "line 5") in str(found[3][1])


def test_a_broken_line_costs_itself(tmp_path: Path) -> None:
    before, bad, after = read(tmp_path, '{"a": 1}\n{"a": 2\n{"a": 3}')
    assert (before, after) == ((1, {"a": 1}), (3, {"a": 3}))
    assert bad == (2, "the JSON does not parse: Expecting ',' delimiter at column 8")


def test_a_file_that_is_cut_off_gives_what_comes_before(tmp_path: Path) -> None:
    """In an element, between two, and in an object that holds the list."""
    for start in ("[", '{"n": 9, "items": ['):
        *found, last = read(tmp_path, start + '{"a": 1},\n{"a": 2},\n{"a": "x')
        assert found == ONE_AND_TWO
        assert last[0] == 3
        assert "line 3, column 7" in str(last[1])
        *found, last = read(tmp_path, start + '{"a": 1},\n{"a": 2},\n')
        assert found == ONE_AND_TWO
        assert "line 3, column 1: the file ends in the middle of a list: fetch it again" in str(last[1])


@pytest.mark.parametrize("content", ['{"a": 1', '{"a": ' * 100_000, '{"a" 1}', "{" + "9" * 5_000])
def test_a_document_of_which_nothing_can_be_read_is_an_error_of_the_file(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match=r"some\.json: line 1, column \d+: the JSON"):
        read(tmp_path, content)


def test_what_is_no_number_is_missing(tmp_path: Path) -> None:
    """NaN and Infinity as pandas writes them, and a number too large for any."""
    assert read(tmp_path, "[NaN, Infinity, -Infinity, 1e999, 2.5]") == [
        (1, None), (2, None), (3, None), (4, None), (5, 2.5)
    ]  # fmt: skip


def test_many_faults_are_told_with_the_lines_they_are_on(tmp_path: Path) -> None:
    """Each of 20,000, though after the first one elements are cut out before they are parsed."""
    content = "[" + "".join(f'{{"a": {n}}},\n{{oops}},\n' for n in range(20_000)) + "]"
    found = read(tmp_path, content)
    assert [number for number, _ in found] == list(range(1, 40_001))
    assert [parsed for _, parsed in found[::2]] == [{"a": n} for n in range(20_000)]
    assert str(found[-1][1]).startswith("line 40000, column 2: ")


def test_bytes_of_another_encoding_stay_to_be_rejected(tmp_path: Path) -> None:
    """As lone surrogates, in the record that has them."""
    assert read(tmp_path, b'[{"a": "G\xe2teau"}, {"a": 2}]') == [(1, {"a": "G\udce2teau"}), (2, {"a": 2})]


def test_the_outline_names_places_kinds_and_first_values() -> None:
    shape = outline('{"k": "v", "l": [null, {"m": {"n": 4}}], "o": {"p":\n "a \\" {b"}}')
    assert shape == {
        "": "{", ".k": '"v', ".l": "[", ".l[]": "null", ".l[].m": "{", ".l[].m.n": "4", ".o": "{", ".o.p": '"a \\" {b'
    }  # fmt: skip


@pytest.mark.parametrize("cut", range(1, 60))
def test_the_outline_of_a_beginning_is_the_beginning_of_the_outline(cut: int) -> None:
    """Wherever the head stops, but for the value it stops in."""
    whole = json.dumps([{"id": "a\\", "n": [1, {"t": "b"}], "u": {"v": False}, "w": "é"}])
    cut_off, full = list(outline(whole[:cut]).items()), list(outline(whole).items())
    assert cut_off[:-1] == full[: max(len(cut_off) - 1, 0)]


@pytest.mark.parametrize("head", ["", "x", "<a>", "@article{a,", "TY  - JOUR", '"a"', "%PDF"])
def test_what_is_no_json_has_no_outline(head: str) -> None:
    assert outline(head) == {}


def test_deep_nesting_has_an_outline_of_its_top() -> None:
    assert len(outline("[" * 65_000)) == 7


def test_a_rejection_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("[oops]")
    [found] = values(Opened(open_text(path), "feed", 10_000), unfold=unfold, lists=LISTS)
    assert isinstance(found, Rejection)
    assert found.source == "feed"
