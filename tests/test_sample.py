"""The sample corpus is invented, consistent and rich enough, and its cases agree with it."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.sample import papers_path

CASES_PATH = Path(__file__).resolve().parents[1] / "eval" / "cases" / "sample.jsonl"
SOURCE = "litweave sample corpus: an invented paper, not a real one"
PAPER_FIELDS = {"id", "title", "abstract", "authors", "year", "date", "venue", "url", "doi", "source"}
CASE_FIELDS = {
    "id", "corpus", "question", "kind", "answerable", "gold", "nuggets", "missing", "provenance",
}  # fmt: skip
SHARED_BENCHMARKS = {
    "AbacusGrove": 6, "ParlorBench": 11, "NettleSet": 4, "HarborQA": 8,
    "LedgerHop": 4, "TessaVox": 7, "CellTrace-140": 4, "FurrowLeaf": 5,
}  # fmt: skip
NOWHERE_IN_THE_CORPUS = ("CobaltRank", "VesperAlign", "VireoAlign", "PendleMath", "protein", "volcan", "wafer")


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


PAPERS = _records(papers_path())
CASES = _records(CASES_PATH)
ABSTRACTS: dict[str, str] = {paper["title"]: paper["abstract"] for paper in PAPERS}
ANSWERABLE = [case for case in CASES if case["answerable"] != "no"]


def _normalised(text: str) -> str:
    """Without LaTeX escapes, case and white space; written apart from the scorer's own folding."""
    return " ".join(re.sub(r"\\([%&_#])", r"\1", text).replace("$", "").casefold().split())


def _stands_in(phrase: str, text: str) -> bool:
    """`phrase` occurs in `text` and is not the middle of a longer number: 9.5 is not in 39.5."""
    return re.search(rf"(?<![\d.]){re.escape(_normalised(phrase))}(?!\d)", _normalised(text)) is not None


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("41.8%", r"reaches 41.8\% accuracy", True),
        ("Found  None", "we looked and found\nnone.", True),
        ("9.5", r"against 39.5\%", False),
        ("1.4", r"is 1.47\%", False),
    ],
)
def test_the_check_for_nuggets_can_tell_a_number_from_a_part_of_one(phrase: str, text: str, expected: bool) -> None:
    """The comparison below would pass anything if it matched inside longer numbers."""
    assert _stands_in(phrase, text) is expected


def test_there_are_67_papers_with_distinct_ids_titles_and_abstracts() -> None:
    """Issue 2 asks for at least 60; two titles that differ in case only would be merged at import."""
    assert len(PAPERS) == 67
    for field in ("id", "title", "abstract"):
        assert len({paper[field].casefold() for paper in PAPERS}) == len(PAPERS), field


@pytest.mark.parametrize("paper", PAPERS, ids=[paper["id"] for paper in PAPERS])
def test_each_paper_says_it_is_invented_and_is_well_formed(paper: dict[str, Any]) -> None:
    """Nobody may take a sample for a real paper: no DOI, no URL, and the source says what it is."""
    assert set(paper) == PAPER_FIELDS
    assert paper["source"] == SOURCE
    assert paper["url"] is None
    assert paper["doi"] is None
    assert re.fullmatch(r"sample-[a-z0-9-]+-20\d\d", paper["id"])
    assert date.fromisoformat(paper["date"]).year == paper["year"]
    assert paper["id"].endswith(f"-{paper['year']}")
    assert 2021 <= paper["year"] <= 2026
    assert 90 <= len(paper["abstract"].split()) <= 220


def test_links_in_abstracts_lead_to_the_reserved_domain_only() -> None:
    """example.org is reserved, so no link of an invented paper can reach somebody's site."""
    links = [link for text in ABSTRACTS.values() for link in re.findall(r"https?://\S+", text)]
    assert len(links) == 5
    assert {urlsplit(link).hostname for link in links} == {"example.org"}


def test_a_few_papers_have_no_authors() -> None:
    """The renderers have to cope with a missing author list, so that the demo must show one."""
    assert Counter(bool(paper["authors"]) for paper in PAPERS) == {True: 64, False: 3}


@pytest.mark.parametrize(("benchmark", "papers"), SHARED_BENCHMARKS.items())
def test_each_shared_benchmark_occurs_in_enough_abstracts(benchmark: str, papers: int) -> None:
    """A comparison needs at least four papers that use the same benchmark."""
    assert sum(benchmark in text for text in ABSTRACTS.values()) == papers
    assert papers >= 4


def test_two_surveys_and_a_negative_result_are_there() -> None:
    """The questions about surveys and failed attempts have something to find."""
    assert sum("survey" in title.casefold() for title in ABSTRACTS) == 2
    assert sum("negative result" in title.casefold() for title in ABSTRACTS) == 1


def test_two_pairs_of_papers_contradict_each_other() -> None:
    """Each pair states opposite conclusions about the same task, on the same benchmark."""
    by_id = {paper["id"]: paper["abstract"] for paper in PAPERS}
    rank = by_id["sample-rank-matters-2024"], by_id["sample-rank-plateau-2025"]
    assert "adapter rank strongly affects instruction following" in rank[0]
    assert "adapter rank has no measurable effect on instruction following" in rank[1]
    assert all("ParlorBench" in text for text in rank)
    passages = by_id["sample-more-passages-2024"], by_id["sample-fewer-passages-2025"]
    assert "no evidence that additional passages distract small readers" in passages[0]
    assert "Additional passages thus distract small readers" in passages[1]
    assert all("HarborQA" in text for text in passages)


def test_every_kind_of_case_is_there_in_the_counted_numbers() -> None:
    """The balance is fixed, so that a dropped case shows; issue 2 asks for 30 cases, 8 unanswerable."""
    assert Counter(case["kind"] for case in CASES) == {
        "factual": 19,
        "comparative": 17,
        "aggregation": 14,
        "contradiction": 6,
        "unanswerable": 17,
        "half-answerable": 8,
    }


def test_case_ids_and_questions_are_distinct_and_the_fields_are_known() -> None:
    """A doubled question would weigh twice."""
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert len({_normalised(case["question"]) for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) - {"max_sentences", "cells"} == CASE_FIELDS
        assert case["corpus"] == "sample"
        assert "second pass" in case["provenance"]


@pytest.mark.parametrize("case", ANSWERABLE, ids=[case["id"] for case in ANSWERABLE])
def test_gold_titles_and_nuggets_of_a_case_are_in_the_corpus(case: dict[str, Any]) -> None:
    """A gold title is exact, and each nugget is stated by a gold abstract in one of its wordings."""
    assert case["gold"]
    assert case["nuggets"]
    assert any(nugget["vital"] for nugget in case["nuggets"])
    assert len(set(case["gold"])) == len(case["gold"])
    gold = [ABSTRACTS[title] for title in case["gold"]]
    for nugget in case["nuggets"]:
        stated = any(_stands_in(phrase, text) for phrase in nugget["alternatives"] for text in gold)
        assert stated, nugget["alternatives"]


@pytest.mark.parametrize("case", ANSWERABLE, ids=[case["id"] for case in ANSWERABLE])
def test_every_gold_paper_of_a_case_states_one_of_its_nuggets(case: dict[str, Any]) -> None:
    """A gold paper that contributes nothing could never be missed in an answer."""
    phrases = [phrase for nugget in case["nuggets"] for phrase in nugget["alternatives"]]
    for title in case["gold"]:
        assert any(_stands_in(phrase, ABSTRACTS[title]) for phrase in phrases), title


def test_unanswerable_cases_have_neither_gold_nor_nuggets() -> None:
    """There is nothing to find for them; half-answerable ones, and only they, name what is missing."""
    for case in CASES:
        assert (case["answerable"] == "no") == (case["kind"] == "unanswerable")
        assert (case["answerable"] == "partly") == (case["kind"] == "half-answerable") == bool(case["missing"])
        if case["kind"] == "unanswerable":
            assert case["gold"] == []
            assert case["nuggets"] == []


@pytest.mark.parametrize("name", NOWHERE_IN_THE_CORPUS)
def test_what_the_unanswerable_cases_ask_about_is_not_in_the_corpus(name: str) -> None:
    """The refusals are right only as long as no abstract mentions these."""
    asked = " ".join(case["question"] for case in CASES if case["answerable"] != "yes")
    assert name.casefold() in asked.casefold()
    assert all(name.casefold() not in f"{title} {text}".casefold() for title, text in ABSTRACTS.items())
