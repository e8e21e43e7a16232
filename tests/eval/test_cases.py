"""Reading cases strictly, and the shipped ones: true to the sample corpus."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from eval.__main__ import main
from eval.datasets import corpora
from eval.datasets.cases import (
    Case,
    CaseError,
    CorpusName,
    Kind,
    holds_paraphrases,
    read_cases,
    read_paraphrases,
    shipped,
)
from eval.documents.folding import occurs, title_identity, words
from eval.runs.suites import plans, plans_of
from service.readers import read
from service.records import Paper

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


def faults_of(cases: Iterable[Case], abstracts: Mapping[str, str]) -> list[str]:
    """Gold titles that no paper has, and nuggets that stand in no gold abstract in any wording."""
    faults = []
    for case in cases:
        gold = [abstracts.get(title_identity(t)) for t in case.gold]
        text = "\n".join(g or "" for g in gold)
        faults += [f"{case.id}: no such paper"] if None in gold else []
        lost = [n for n in case.nuggets if not any(occurs(a, text) for a in n.alternatives)]
        faults += [f"{case.id}: no wording of {n.alternatives[0]!r} stands in a gold paper" for n in lost]
    return faults


def abstracts_of(corpus: CorpusName) -> dict[str, str]:
    """Title and abstract by the identity of the title."""
    papers = [p for file in corpora.files(corpus) for p in read(file, max_record_bytes=1_000_000)]
    return {title_identity(p.title): f"{p.title}\n{p.abstract}" for p in papers if isinstance(p, Paper)}


@pytest.mark.parametrize("corpus", ["sample", "poisoned", "crowded", "listings"])
def test_shipped_cases_fit_their_corpus(corpus: CorpusName) -> None:
    """Gold titles are titles of the corpus, and each nugget stands in a gold abstract, in some wording."""
    if not corpora.files(corpus):
        pytest.skip(corpora.absence(corpus))
    asked = [c for c in read_cases(shipped(paraphrases=False)) if c.corpus == corpus]
    assert asked
    assert faults_of(asked, abstracts_of(corpus)) == []


def stems(text: str) -> set[str]:
    """The first five letters of every word of more than three."""
    return {w[:5] for w in words(text) if len(w) > 3}


def test_a_distractor_shares_its_questions_words_with_another_paper() -> None:
    """Some paper that isn't gold holds at least half of the question's long words, endings aside."""
    abstracts = abstracts_of("crowded")
    asked = [c for c in read_cases(shipped(paraphrases=False)) if c.kind == "distractor"]
    assert len(asked) >= 10
    alone = []
    for case in asked:
        wanted = stems(case.question) - {"what", "which", "much", "many", "does", "with", "have", "take", "long"}
        gold = {title_identity(t) for t in case.gold}
        near = [len(wanted & stems(text)) for title, text in abstracts.items() if title not in gold]
        if 2 * max(near) < len(wanted):
            alone.append(case.id)
    assert alone == []


def test_no_question_is_asked_twice() -> None:
    """Neither within a suite nor in two."""
    questions = [title_identity(c.question) for c in read_cases(shipped(paraphrases=False))]
    assert len(questions) == len(set(questions))


def test_a_suite_apart_is_reported_apart(tmp_path: Path) -> None:
    """Of two cases over one corpus the one marked blind is in its own suite; asking for a suite gives that alone."""
    path = write(tmp_path / "c.jsonl", GOOD, {**GOOD, "id": "b", "suite": "blind"})
    assert [c.reported_in for c in read_cases([path])] == ["sample", "blind"]
    (plan,) = plans("all", cases=path)
    assert plan.suites == ("sample", "blind")
    assert [plan.suites for plan in plans_of(["blind"])] == [("blind",)]
    assert {c.suite for c in plans("blind")[0].cases} == {"blind"}
    assert {c.suite for c in plans("listings")[0].cases} == {None}


def test_cases_are_counted_by_kind_and_suite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three cases: two factual ones in two suites and an unanswerable one."""
    bare = {"id": "n", "corpus": "sample", "question": "Q", "kind": "unanswerable", "answerable": "no"}
    rows = (GOOD, {**GOOD, "id": "b", "suite": "blind"}, {**bare, "provenance": "test"})
    assert main(["cases", str(write(tmp_path / "c.jsonl", *rows)), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    suites = {"sample": {"factual": 1, "unanswerable": 1}, "blind": {"factual": 1}}
    assert found == {"cases": 3, "suites": suites, "paraphrases": 0}


def test_every_kind_is_there() -> None:
    """At least 120 cases, and ten of every kind."""
    counts = Counter(c.kind for c in read_cases(shipped(paraphrases=False)))
    assert counts.total() >= 120
    assert {kind: n for kind, n in counts.items() if n < 10} == {}
    assert set(counts) == set(get_args(Kind))
