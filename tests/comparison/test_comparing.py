"""Papers side by side: which rows and columns, what is missing, what a model may fill, and where papers disagree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

import pytest

from service.annotate import AnnotatedAbstract
from service.errors import ModelCancelled, ModelUnavailable
from service.judge import Claim, Judge, Judgement
from service.judge.alignment import AlignmentJudge
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.records import Comparison, Filters, Paper
from service.requests import CompareRequest
from service.review.comparison import compared, prepare, table_for
from service.review.question import Query
from service.review.question.words import query_from_words
from tests.memory_corpus import MemoryCorpus, paper

HERON = "We train Heron without labels. Heron has the licence MIT. Heron reaches 74.0% on GustBench."
KITE = "We align small models with KITE. KITE learns from 1,200 pairs. KITE reaches 78.2% on GustBench."
COLD_HELPS = "We treated 160 women after birth. Cooling of the abdomen reduced blood loss after delivery."
COLD_FAILS = "We treated 144 women after birth. Cooling of the abdomen did not reduce blood loss after delivery."
PAPERS = (
    paper("Heron Without Labels", HERON, paper_id="heron", year=2023),
    paper("KITE: Gentle Alignment", KITE, paper_id="kite", year=2021),
    paper("Cooling after birth", COLD_HELPS, paper_id="helps", year=2016),
    paper("Ice after birth", COLD_FAILS, paper_id="fails", year=2019),
)


@pytest.fixture(scope="module")
def corpus() -> MemoryCorpus:
    return MemoryCorpus(PAPERS)


class Kind:
    """A judge that supports everything but claims with one of these words."""

    name, measured = "kind", True

    def __init__(self, *refused: str) -> None:
        self.refused = refused

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        bad = Judgement("contradicted", 0.0, reason="the quotes say otherwise")
        return tuple(bad if any(w in c.text for w in self.refused) else Judgement("supported", 1.0) for c in claims)


def asking(model: ScriptedModel) -> ModelRequest:
    return ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits(None, None)), None, b"secret")


def run(
    corpus: MemoryCorpus,
    question: str,
    *,
    columns: tuple[str, ...] = (),
    ids: tuple[str, ...] = (),
    by_year: bool = False,
    step: Step | None = None,
    judge: Judge | None = None,
) -> tuple[Comparison, ScriptedModel | None]:
    """The comparison, with what always holds checked: exact quotes, an answer or a reason in every cell."""
    query: Query = query_from_words(question, corpus)
    request = CompareRequest(question, columns, by_year=by_year, filters=Filters(ids) if ids else None)
    model = None if step is None else ScriptedModel([step], forever=True)
    writer = (
        None
        if model is None
        else ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits(None, None)), None, b"secret")
    )
    made = compared(prepare(corpus, request, query), writer, judge or AlignmentJudge())
    abstracts = {p.paper_id: p.abstract for p in PAPERS}
    labels = {r.paper_id: r.label for r in made.references}
    for row in made.matrix.rows if made.matrix else ():
        assert made.matrix is not None
        assert tuple(row.cells) == made.matrix.columns
        assert {name for name, cell in row.cells.items() if cell is None} == set(row.empty)
        for citation in (c for cell in row.cells.values() if cell for c in cell.citations):
            assert citation.label == labels[citation.paper_id]
            assert abstracts[row.paper_id][citation.start : citation.end] == citation.quote
    assert (made.matrix is None) is (made.status == "not_in_corpus")
    return made, model


def values(made: Comparison) -> list[dict[str, str]]:
    assert made.matrix is not None
    return [{n: cell.value if cell else row.empty[n] for n, cell in row.cells.items()} for row in made.matrix.rows]


def test_ids_keep_their_order_and_an_unknown_one_is_named(corpus: MemoryCorpus) -> None:
    """Whatever the question."""
    made, _ = run(corpus, "pairs", ids=("kite", "nobody", "heron"))
    assert [r.paper_id for r in made.references] == ["kite", "heron"]
    assert (made.status, made.missing) == ("partial", ("no paper nobody",))


def test_rows_go_by_year(corpus: MemoryCorpus) -> None:
    """Oldest first."""
    made, _ = run(corpus, "pairs", ids=("heron", "kite"), by_year=True)
    assert [r.year for r in made.references] == [2021, 2023]


def test_a_column_that_no_paper_fills_is_missing(corpus: MemoryCorpus) -> None:
    """The others stay, each empty cell with its reason."""
    made, _ = run(corpus, "Compare Heron and KITE", columns=("licence", "n"), ids=("heron", "kite"))
    assert made.missing == ("n",)
    assert values(made) == [{"licence": "Heron has the licence MIT"}, {"licence": "not_reported"}]


def test_no_cell_at_all_is_no_table(corpus: MemoryCorpus) -> None:
    """It is said what is missing."""
    made, _ = run(corpus, "Compare Heron and KITE", columns=("wing span",), ids=("heron", "kite"))
    assert (made.status, made.matrix, made.missing) == ("not_in_corpus", None, ("wing span",))


def test_a_table_over_papers_that_only_come_near_says_so(corpus: MemoryCorpus) -> None:
    """As an answer does, with the nearest papers; where it is sure there are no leads."""
    made, _ = run(corpus, "blood loss after delivery in obese teenage mothers")
    assert made.status == "uncertain"
    assert made.nearest
    sure, _ = run(corpus, "cooling of the abdomen and blood loss after delivery")
    assert (sure.status, sure.nearest) == ("answered", ())


def test_papers_that_found_the_opposite_stand_under_one_point(corpus: MemoryCorpus) -> None:
    """Aligned outcome, aligned cause, no change against a change; the change states the point."""
    made, _ = run(corpus, "cooling", columns=("n",), ids=("fails", "helps"))
    (point,) = made.agreement
    assert [(c.stance, c.citations[0].paper_id) for c in point.claims] == [
        ("supports", "helps"),
        ("contradicts", "fails"),
    ]


def test_what_systems_reach_is_no_point_of_agreement(corpus: MemoryCorpus) -> None:
    """Each is right about itself."""
    made, _ = run(corpus, "Compare Heron and KITE", columns=("result",), ids=("heron", "kite"))
    assert made.agreement == ()


def test_a_comparative_answer_gets_its_table(corpus: MemoryCorpus) -> None:
    """By the aspects asked for; one paper is no comparison."""
    query = query_from_words("pairs", corpus)
    papers = prepare(corpus, CompareRequest("pairs", filters=Filters(("heron", "kite"))), query).papers
    made = table_for(papers, ("licence",))
    assert made is not None
    assert [row.paper_id for row in made.rows] == ["heron", "kite"]
    assert table_for(papers[:1], ("licence",)) is None


def filling(cells: Mapping[str, Mapping[str, tuple[str, str] | None]], points: object = ()) -> Callable[..., str]:
    """A model that fills rows by title, and gives these points."""

    def answer(messages: Sequence[Message]) -> str:
        text = "\n".join(m.text for m in messages)
        ids = {title: i for i, title in re.findall(r'<source id="(\w+)" mark="\w+">\n\w+\| Title - ([\w]+)', text)}
        if "Columns:" not in text:
            return json.dumps({"points": points(ids) if callable(points) else []})
        rows = [
            {"source": ids[title], "cells": [
                {"column": name, "value": cell and cell[0], "quotes": [cell[1]] if cell else []}
                for name, cell in row.items()]}
            for title, row in cells.items()
        ]  # fmt: skip
        return json.dumps({"rows": rows})

    return answer


GOOD: dict[str, dict[str, tuple[str, str] | None]] = {
    "Heron": {
        "data": ("no labels", "We train Heron without labels."),
        "licence": ("MIT", "Heron has the licence MIT."),
    },
    "KITE": {"data": ("1,200 pairs", "KITE learns from 1,200 pairs."), "licence": None},
}


def table(corpus: MemoryCorpus, step: Step, judge: Judge | None = None) -> tuple[Comparison, ScriptedModel]:
    made, model = run(
        corpus, "Compare Heron and KITE", columns=("data", "licence"), ids=("heron", "kite"), step=step,
        judge=judge or Kind(),
    )  # fmt: skip
    assert model is not None
    return made, model


def test_one_call_fills_the_whole_table(corpus: MemoryCorpus) -> None:
    """And one more maps agreement; what the model says is not reported is not."""
    made, model = table(corpus, filling(GOOD))
    assert len(model.calls) == 2
    assert values(made) == [
        {"data": "no labels", "licence": "MIT"},
        {"data": "1,200 pairs", "licence": "not_reported"},
    ]
    assert made.judge is not None
    assert (made.judge.name, made.judge.measured) == ("kind", True)
    assert made.accounting.composer == "scripted"
    assert set(made.accounting.prompt_versions) == {"table", "agreement"}


def test_a_cell_that_the_judge_refuses_is_empty_and_named(corpus: MemoryCorpus) -> None:
    """The rules' own cell does not stand in for it."""
    made, _ = table(corpus, filling(GOOD), Kind("MIT"))
    assert values(made)[0] == {"data": "no labels"}
    assert made.missing == ("licence",)
    assert made.dropped[0].text == "MIT"


def test_two_papers_may_have_the_same_cell(corpus: MemoryCorpus) -> None:
    """The second is no repetition."""
    same: dict[str, dict[str, tuple[str, str] | None]] = {
        "Heron": {"data": ("GustBench", "Heron reaches 74.0% on GustBench."), "licence": None},
        "KITE": {"data": ("GustBench", "KITE reaches 78.2% on GustBench."), "licence": None},
    }
    made, _ = table(corpus, filling(same))
    assert [v["data"] for v in values(made)] == ["GustBench", "GustBench"]


def test_a_row_that_the_model_leaves_out_stays_as_extracted(corpus: MemoryCorpus) -> None:
    """So does a column."""
    made, _ = table(corpus, filling({"KITE": {"data": GOOD["KITE"]["data"]}}))
    assert values(made)[0]["licence"] == "Heron has the licence MIT"
    assert values(made)[1] == {"data": "1,200 pairs", "licence": "not_reported"}


def test_a_cell_is_never_filled_from_another_paper(corpus: MemoryCorpus) -> None:
    """Its quote stands in no abstract under that id."""
    made, _ = table(corpus, filling({**GOOD, "Heron": {"data": GOOD["KITE"]["data"], "licence": None}}))
    assert values(made)[0]["data"] == "not_found"
    assert made.dropped


def test_an_undecided_cell_stands_only_word_for_word(corpus: MemoryCorpus) -> None:
    """Never green by default."""
    made, _ = table(corpus, filling(GOOD), AlignmentJudge())
    assert values(made)[1]["data"] == "1,200 pairs"
    assert values(made)[0]["data"] == "not_found"


def test_a_model_that_fails_leaves_the_extractive_table(corpus: MemoryCorpus) -> None:
    """And it is said."""
    made, _ = table(corpus, ModelUnavailable("the server is down"))
    plain, _ = run(corpus, "Compare Heron and KITE", columns=("data", "licence"), ids=("heron", "kite"))
    assert made.matrix == plain.matrix
    assert made.accounting.composer == "extractive"
    assert any("the server is down" in d.reason for d in made.dropped)


def test_a_caller_that_leaves_ends_it(corpus: MemoryCorpus) -> None:
    """Nobody waits for a comparison any more."""
    with pytest.raises(ModelCancelled):
        table(corpus, ModelCancelled("the caller went away"))


def test_many_papers_are_filled_in_batches_side_by_side() -> None:
    """Twenty-six papers take three calls, and the rows keep their order."""
    many = [Paper(f"Study {n}", f"We enrolled {n + 20} adults in study {n}.", f"s{n}") for n in range(26)]
    held = MemoryCorpus(many)
    ids = tuple(p.paper_id for p in many)
    model = ScriptedModel(['{"rows": [], "points": []}'], forever=True)
    request = CompareRequest("adults", ("n",), rows=26, filters=Filters(ids))
    made = compared(prepare(held, request, query_from_words("adults", held)), asking(model), Kind())
    assert len(model.calls) == 4, "three batches and one map"
    assert [v["n"] for v in values(made)] == [f"{n + 20} adults" for n in range(26)]


def test_a_point_of_the_model_needs_two_papers_that_are_borne_out(corpus: MemoryCorpus) -> None:
    """Where the judge refuses one of two claims the point goes, and that is said."""

    def points(ids: Mapping[str, str]) -> list[object]:
        claims = [
            {"stance": "supports", "text": "Cooling reduced blood loss.",
             "quotes": [{"source": ids["Cooling"], "quote": "Cooling of the abdomen reduced blood loss"}]},
            {"stance": "contradicts", "text": "Cooling did not reduce blood loss.",
             "quotes": [{"source": ids["Ice"], "quote": "Cooling of the abdomen did not reduce blood loss"}]},
        ]  # fmt: skip
        return [{"point": "Cooling reduces blood loss.", "claims": claims}]

    cells = {"Cooling": {"n": ("160 women", "We treated 160 women after birth.")}}
    args = {"columns": ("n",), "ids": ("helps", "fails"), "step": filling(cells, points)}
    made, _ = run(corpus, "cooling", judge=Kind(), **args)  # type: ignore[arg-type]
    assert [c.text for c in made.agreement[0].claims] == [
        "Cooling reduced blood loss.",
        "Cooling did not reduce blood loss.",
    ]
    refused, _ = run(corpus, "cooling", judge=Kind("did not"), **args)  # type: ignore[arg-type]
    assert any("fewer than two papers" in d.reason for d in refused.dropped)
