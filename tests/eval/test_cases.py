"""Reading cases strictly, and the shipped ones: true to the sample corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval import corpora
from eval.cases import CaseError, holds_paraphrases, read_cases, read_paraphrases, shipped
from eval.folding import occurs, title_identity

GOOD: dict[str, Any] = {
    "id": "a",
    "corpus": "sample",
    "question": "Q?",
    "kind": "factual",
    "answerable": "yes",
    "gold": ["T"],
    "nuggets": [{"alternatives": ["x", "y"], "vital": True}],
    "provenance": "test",
}


def write(path: Path, *rows: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


def test_a_case_is_read(tmp_path: Path) -> None:
    """Fields as written; blank lines are nothing."""
    (case,) = read_cases([write(tmp_path / "c.jsonl", "", GOOD, " ")])
    assert (case.id, case.gold, case.nuggets[0].alternatives) == ("a", ("T",), ("x", "y"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"nugets": []}, id="unknown field"),
        pytest.param({"kind": "odd"}, id="unknown kind"),
        pytest.param({"corpus": "other"}, id="unknown corpus"),
        pytest.param({"id": " "}, id="blank id"),
        pytest.param({"question": ""}, id="blank question"),
        pytest.param({"gold": "T"}, id="gold isn't a list"),
        pytest.param({"gold": [], "nuggets": []}, id="answerable with nothing to score"),
        pytest.param({"nuggets": [{"alternatives": [], "vital": True}]}, id="nugget without alternatives"),
        pytest.param({"nuggets": [{"alternatives": ["{}"], "vital": True}]}, id="nugget that folds to nothing"),
        pytest.param({"nuggets": [{"alternatives": ["x"], "vital": "yes"}]}, id="vital isn't true or false"),
        pytest.param({"answerable": "no"}, id="answerable contradicts kind"),
        pytest.param({"kind": "unanswerable", "answerable": "no"}, id="unanswerable with gold"),
        pytest.param({"kind": "half-answerable", "answerable": "partly"}, id="half without missing"),
        pytest.param({"missing": ["m"]}, id="whole with missing"),
        pytest.param({"max_sentences": 0}, id="no sentences allowed"),
        pytest.param({"provenance": None}, id="no provenance"),
    ],
)
def test_a_bad_case_is_refused_with_file_and_line(tmp_path: Path, change: dict[str, Any]) -> None:
    """The third line is bad, and the message says so."""
    path = write(tmp_path / "c.jsonl", GOOD, "", {**GOOD, "id": "b", **change})
    with pytest.raises(CaseError, match=r"^c\.jsonl:3: "):
        read_cases([path])


@pytest.mark.parametrize("line", ["{", "[]", "null", "\ufeff{}", '{"id": NaN}', "[" * 100_000, "\x00"])
def test_a_malformed_line_is_refused(tmp_path: Path, line: str) -> None:
    """Whatever isn't one JSON object a line."""
    with pytest.raises(CaseError, match=r"^c\.jsonl:2: "):
        read_cases([write(tmp_path / "c.jsonl", GOOD, line)])


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """Latin-1 is not UTF-8."""
    path = tmp_path / "c.jsonl"
    path.write_bytes(json.dumps(GOOD).encode().replace(b"Q?", b"\xe9?"))
    with pytest.raises(CaseError, match=r"^c\.jsonl:1: "):
        read_cases([path])


def test_an_id_used_twice_is_refused_across_files(tmp_path: Path) -> None:
    """The message names both places."""
    one, two = write(tmp_path / "one.jsonl", GOOD), write(tmp_path / "two.jsonl", "", GOOD)
    with pytest.raises(CaseError, match=r"^two\.jsonl:2: .*'a'.* one\.jsonl:1"):
        read_cases([one, two])


def test_a_missing_file_is_refused_and_an_empty_one_holds_nothing(tmp_path: Path) -> None:
    """Not there is an error; empty is empty."""
    with pytest.raises(CaseError, match=r"none\.jsonl"):
        read_cases([tmp_path / "none.jsonl"])
    assert read_cases([write(tmp_path / "c.jsonl")]) == ()


@pytest.mark.parametrize(("gold", "titles"), [("T", ("T",)), (["T", "U"], ("T", "U"))])
def test_a_paraphrase_has_one_gold_title_or_several(tmp_path: Path, gold: Any, titles: tuple[str, ...]) -> None:
    """A title or a list of titles."""
    row = {"id": "p", "corpus": "sample", "query": "q", "gold": gold}
    (paraphrase,) = read_paraphrases([write(tmp_path / "paraphrases.jsonl", row)])
    assert paraphrase.titles == titles


@pytest.mark.parametrize("gold", ["", [], [""], None, 3])
def test_a_paraphrase_without_gold_is_refused(tmp_path: Path, gold: Any) -> None:
    """Nothing to find."""
    row = {"id": "p", "corpus": "sample", "query": "q", "gold": gold}
    with pytest.raises(CaseError):
        read_paraphrases([write(tmp_path / "paraphrases.jsonl", row)])


def test_paraphrase_files_are_told_by_name() -> None:
    """By a word in the file name."""
    assert holds_paraphrases(Path("listings_paraphrases.jsonl"))
    assert not holds_paraphrases(Path("paraphrases/listings.jsonl"))


def test_the_shipped_files_are_read() -> None:
    """Every line of every shipped file is good, and no id is used twice."""
    assert len(read_cases(shipped(paraphrases=False))) >= 50
    assert len(read_paraphrases(shipped(paraphrases=True))) >= 30


def test_shipped_cases_fit_the_sample_corpus() -> None:
    """Gold titles are titles of the corpus, and each nugget stands in a gold abstract, in some wording."""
    rows = [json.loads(line) for f in corpora.files("sample") for line in f.read_text().splitlines() if line]
    abstracts = {title_identity(r["title"]): f"{r['title']}\n{r['abstract']}" for r in rows}
    assert len(abstracts) >= 60
    faults = []
    for case in read_cases(shipped(paraphrases=False)):
        if case.corpus == "sample":
            gold = [abstracts.get(title_identity(t)) for t in case.gold]
            text = "\n".join(g or "" for g in gold)
            faults += [f"{case.id}: no such paper"] if None in gold else []
            lost = [n for n in case.nuggets if not any(occurs(a, text) for a in n.alternatives)]
            faults += [f"{case.id}: no wording of {n.alternatives[0]!r} stands in a gold paper" for n in lost]
    assert faults == []
