"""`draft` with a plan, an abstract and a style; `survey`: what reaches the core, stdout and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.api import create_app, documents
from service.cli import main
from service.requests import DraftRequest, SurveyRequest
from service.settings import Settings
from tests.scripted_review import DRAFT, SURVEY, ScriptedReview


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


def run(review: ScriptedReview, *arguments: str) -> int:
    def build(_settings: Settings, *, create: bool, repair: bool) -> ScriptedReview:
        return review

    return main(list(arguments), build=build)


def test_plan_only_prints_a_plan_that_is_taken_back(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text on stdout, handed back with --plan, leads to a draft."""
    assert run(review, "draft", "kites", "--plan-only") == 0
    plan = tmp_path / "plan.txt"
    plan.write_text(capsys.readouterr().out, encoding="utf-8")
    assert run(review, "draft", "kites", "--plan", str(plan)) == 0
    (_, planned), (_, drafted) = review.calls
    assert planned == DraftRequest("kites")
    assert drafted == DraftRequest("kites", plan=plan.read_text(encoding="utf-8"), plan_name=str(plan))


def test_plan_only_with_json_prints_one_document(review: ScriptedReview, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the form that docs/contract.md states."""
    assert run(review, "draft", "kites", "--plan-only", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["themes"] == [{"title": "small models", "sentences": [{"say": "approach", "papers": ["p-kite"]}]}]
    assert set(document) == {"topic", "themes", "gap", "left_out", "missing"}


def test_a_topic_that_the_corpus_lacks_has_no_plan(review: ScriptedReview) -> None:
    """Exit code 3, as for the draft itself."""
    assert run(review, "draft", "volcano", "--plan-only") == 3


@pytest.mark.parametrize("content", [b"stray words", b"theme: a\n- x [nobody]", b"\xff\xfe", None])
def test_a_bad_plan_is_a_usage_error(
    review: ScriptedReview, tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong, of unknown papers, no UTF-8, not there: exit code 2 and the file's name."""
    plan = tmp_path / "plan.txt"
    if content is not None:
        plan.write_bytes(content)
    assert run(review, "draft", "kites", "--plan", str(plan)) == 2
    assert "plan.txt" in capsys.readouterr().err
    assert "draft" not in [what for what, _ in review.calls]


def test_a_survey_prints_contents_sections_and_progress(
    review: ScriptedReview, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text on stdout; which section is at work on stderr."""
    assert run(review, "survey", "alignment", "--sections", "3", "--resume") == 0
    streams = capsys.readouterr()
    for part in ("Small models", "Timeline", "Open problems", "It is slow."):
        assert part in streams.out
    assert "Part 1 of 1: Small models" in streams.err
    assert review.calls == [("survey", SurveyRequest("alignment", 1500, 3, True))]
    assert run(review, "survey", "volcano") == 3


@pytest.mark.parametrize("form", ["md", "latex", "html"])
def test_every_written_form_holds_the_survey(
    review: ScriptedReview, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its sections, dates and open problems."""
    assert run(review, "survey", "alignment", "--format", form) == 0
    text = capsys.readouterr().out
    assert "Small models" in text
    assert "2023-05-01" in text
    assert "It is slow" in text


def test_surveys_over_http_are_the_document_of_the_command(review: ScriptedReview) -> None:
    """Same document, of the declared shape; unknown keys are refused."""
    client = TestClient(create_app(review), base_url="http://127.0.0.1")
    response = client.post("/v1/surveys", json={"topic": "alignment", "words": 400, "sections": 2})
    assert response.json() == SURVEY.as_document()
    documents.SurveyDocument.model_validate_json(response.content)
    assert client.post("/v1/surveys", json={"topic": "alignment", "pages": 2}).status_code == 422


def test_the_body_alone_is_cited_by_the_keys_of_a_bib_of_ones_own(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No preamble, no bibliography; a work that the .bib has by title keeps its key there."""
    title = DRAFT.references[0].title
    (tmp_path / "mine.bib").write_text(f"@misc{{mine:2024-a, title = {{{title}}}}}\n", encoding="utf-8")
    options = ["draft", "adapters", "--body-only", "--bib", str(tmp_path / "mine.bib")]
    assert run(review, *options) == 0
    out = capsys.readouterr().out
    assert r"\documentclass" not in out
    assert r"\bibliography" not in out.partition("% references.bib")[0]
    assert r"\cite{mine:2024-a}" in out
    assert run(review, *options, "--format", "md") == 2
    assert "--format latex" in capsys.readouterr().err
