"""A model may fill a table; it may not make a cell false. Real corpus, scripted model."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from service.errors import ModelCancelled, ModelUnavailable
from service.library import Library
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.readers import read
from service.records import Comparison
from service.review.aspects import columns
from service.review.compare import Rows, compare
from service.review.coverage import Coverage
from service.review.held import LibraryCorpus
from service.sample import papers_path
from service.settings import Settings

QUESTION = "Compare TideWalk and Gusset-4"
NAMES = ("memory", "limit")
TIDEWALK_MEMORY = "Peak memory stays at 5.9 GB, which fits a consumer card."
GUSSET_MEMORY = "A 1.3B model can be adapted in 3.4 GB of memory, i.e. on a laptop without a discrete card."


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    root: Path = tmp_path_factory.mktemp("table") / "library"
    with Library.open(Settings(library=root), create=True) as library:
        library.import_papers(read(papers_path(), max_record_bytes=1_000_000))
        yield LibraryCorpus(library)


def compared(corpus: LibraryCorpus, step: Step, *, question: str = QUESTION) -> tuple[Comparison, ScriptedModel]:
    """The comparison with a model that takes `step` at every call."""
    model = ScriptedModel([step], forever=True)
    writer = ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits(None, None)), None, b"secret")
    made = compare(
        corpus, Coverage(corpus), question, columns=columns(NAMES), rows=Rows(4), writer=writer
    )  # fmt: skip
    return made, model


def reply(**cells: tuple[str, str] | None) -> str:
    listed = [{"column": name, "value": cell and cell[0], "quote": cell and cell[1]} for name, cell in cells.items()]
    return json.dumps({"cells": listed})


def shown(messages: Sequence[Message]) -> str:
    return "\n".join(m.text for m in messages)


def rows_only(fill: Callable[[str], str]) -> Callable[[Sequence[Message]], str]:
    """A model that finds no point of agreement, and fills rows by what it is shown."""
    return lambda messages: fill(shown(messages)) if "Columns:" in shown(messages) else '{"points": []}'


def values(made: Comparison) -> list[dict[str, str | None]]:
    assert made.matrix is not None
    return [{name: cell.value if cell else None for name, cell in row.cells.items()} for row in made.matrix.rows]


def good(text: str) -> str:
    if TIDEWALK_MEMORY[:20] in text:
        return reply(memory=("peak memory 5.9 GB", TIDEWALK_MEMORY), limit=None)
    return reply(memory=("3.4 GB of memory", GUSSET_MEMORY), limit=("no activations below eight bits",
                 "We did not study activations below eight bits"))  # fmt: skip


def test_one_call_a_paper_fills_its_row_with_true_quotes(corpus: LibraryCorpus) -> None:
    """Two rows and one map make three calls; values are the model's, offsets ours."""
    made, model = compared(corpus, rows_only(good))
    assert len([m for m in model.calls if "Columns:" in shown(m)]) == 2
    assert len(model.calls) == 3
    assert [v["memory"] for v in values(made)] == ["peak memory 5.9 GB", "3.4 GB of memory"]
    assert made.accounting.composer == "scripted"
    assert made.accounting.prompt_versions == {"matrix": "1", "agreement": "1"}
    assert made.matrix is not None
    cell = made.matrix.rows[0].cells["memory"]
    assert cell is not None
    assert cell.citations[0].quote == TIDEWALK_MEMORY


@pytest.mark.parametrize(
    ("value", "quote"),
    [
        pytest.param("peak memory 4.9 GB", TIDEWALK_MEMORY, id="number that is in no quote"),
        pytest.param("peak memory 5.9 MB", TIDEWALK_MEMORY, id="unit"),
        pytest.param("5.9 GB on GrandCard-7", TIDEWALK_MEMORY, id="name that is in no quote"),
        pytest.param("memory 5.9 GB", "Peak memory is 5.9 GB everywhere", id="fabricated quote"),
        pytest.param("penguins live on ice shelves", TIDEWALK_MEMORY, id="words of its own"),
    ],
)
def test_a_cell_the_quote_does_not_carry_is_repaired_once_then_made_by_rules(
    corpus: LibraryCorpus, value: str, quote: str
) -> None:
    """The rule-made cell stands instead, and `dropped` names the refused one."""

    def fill(text: str) -> str:
        return reply(memory=(value, quote), limit=None) if TIDEWALK_MEMORY[:20] in text else good(text)

    made, model = compared(corpus, rows_only(fill))
    assert len(model.calls) == 4, "one repair, of one row"
    assert values(made)[0]["memory"] == "Peak memory stays at 5.9 GB, which fits a consumer card"
    assert [d.text for d in made.dropped] == [value]


def test_null_is_believed(corpus: LibraryCorpus) -> None:
    """TideWalk's limit, which rules would find, is left empty by the model."""
    made, _ = compared(corpus, rows_only(good))
    assert values(made)[0]["limit"] is None


def test_a_row_whose_call_fails_is_extractive_and_says_so(corpus: LibraryCorpus) -> None:
    """The others are the model's; the composer names both."""

    def fill(text: str) -> str:
        if TIDEWALK_MEMORY[:20] in text:
            raise ModelUnavailable("the server at 127.0.0.1 is down")
        return good(text)

    made, _ = compared(corpus, rows_only(fill))
    assert values(made)[0]["memory"] == "Peak memory stays at 5.9 GB, which fits a consumer card"
    assert values(made)[1]["memory"] == "3.4 GB of memory"
    assert made.accounting.composer == "scripted, extractive where it failed"
    assert [d for d in made.dropped if "TideWalk" in d.text and "is down" in d.reason]


def test_a_failing_model_leaves_the_table_that_rules_make(corpus: LibraryCorpus) -> None:
    """Every call fails: each is reported, and the composer is the extractive one."""
    made, _ = compared(corpus, ModelUnavailable("the server is down"))
    plain = compare(corpus, Coverage(corpus), QUESTION, columns=columns(NAMES), rows=Rows(4))
    assert made.matrix == plain.matrix
    assert made.accounting.composer == "extractive"
    assert len(made.dropped) == 3


def test_a_caller_that_leaves_ends_it(corpus: LibraryCorpus) -> None:
    """Nobody waits for a comparison any more."""
    with pytest.raises(ModelCancelled):
        compared(corpus, ModelCancelled("the caller went away"))


MORE = "We find no evidence that additional passages distract small readers"
FEWER = "Additional passages thus distract small readers, contrary to what has been reported"


def mapped(corpus: LibraryCorpus, *claims: tuple[str, str, str]) -> Comparison:
    """Comparison of the two passage papers, the model's map holding these claims (stance, text, quote)."""

    def answer(messages: Sequence[Message]) -> str:
        text = shown(messages)
        if "Columns:" in text:
            raise ModelUnavailable("rows are not what is tested here")
        ids = dict(re.findall(r'<source id="(\w+)" mark="\w+">\n\w+\| Title - (\w+)', text))
        by_title = {title: source for source, title in ids.items()}
        told = [
            {"stance": stance, "text": said, "quotes": [{"source": by_title["More" if "no evidence" in quote or
             "increases" in quote else "Fewer"], "quote": quote}]}
            for stance, said, quote in claims
        ]  # fmt: skip
        return json.dumps({"points": [{"point": "Additional passages distract small readers.", "claims": told}]})

    model = ScriptedModel([answer], forever=True)
    writer = ModelRequest(model, Parameters(), Deadline(60), RequestBook(Limits(None, None)), None, b"secret")
    return compare(
        corpus, Coverage(corpus), "Do small readers profit from more retrieved passages?",
        columns=columns(("approach", "memory", "limit")), rows=Rows(6), writer=writer,
    )  # fmt: skip


def test_the_models_map_stands_where_its_claims_are_carried_and_opposed(corpus: LibraryCorpus) -> None:
    """One point of two papers, stated by who supports it."""
    made = mapped(
        corpus,
        ("supports", "Additional passages distract small readers.", FEWER),
        ("contradicts", "There is no evidence that additional passages distract small readers.", MORE),
    )
    point = made.agreement[0]
    assert point.point == "Additional passages distract small readers."
    assert [c.stance for c in point.claims] == ["supports", "contradicts"]


def test_a_contradiction_that_is_none_is_not_shown(corpus: LibraryCorpus) -> None:
    """Both claims say the same: the second is dropped, and with it the point; the rules' own point stays."""
    same = ("contradicts", "Additional passages distract small readers.", FEWER)
    made = mapped(corpus, ("supports", "Additional passages distract small readers.", FEWER), same)
    assert any("does not contradict" in d.reason for d in made.dropped)
    assert all(p.point != "Additional passages distract small readers." for p in made.agreement)
