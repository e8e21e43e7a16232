"""The trial of judges: the shipped claims, and `judge --try` with a scripted model, without one, and with one away."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from service.annotate import AnnotatedAbstract
from service.cli import main
from service.errors import ModelUnavailable
from service.judge import Claim, Judgement
from service.judge.hard_facts import hard_fact
from service.judge.policy import MEASURED_FILE, measured_models
from service.judge.trial import trial_claims, try_judge
from service.library import Library
from service.llm import Message
from service.records import Paper
from service.records.rates import Rate
from service.requests import AS_USUAL
from service.review import Review
from service.settings import Settings
from tests.scripted_models import cases_of, review_over

FALSE_KINDS = {
    "number", "direction", "entity_swap", "role_swap", "overclaim", "causation", "scope", "condition", "plausible",
}  # fmt: skip
CLAIMS, ABSTRACTS = trial_claims()
TRUTH = {c.claim.text: c.true for c in CLAIMS}
ACCEPTED = "Tarnwell uses 2.3 times as much memory as Moorline."
DENIED = "Half as many children had severe mucositis with velmucin as with saline."


class Oracle:
    """A judge that knows the truth."""

    name, measured = "oracle", False

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        return tuple(Judgement("supported" if TRUTH[c.text] else "not_said", 0.5) for c in claims)


class Silent(Oracle):
    """A judge that decides nothing."""

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        return tuple(Judgement("undecided", 0.5) for _ in claims)


# The claims


def test_the_trial_is_as_large_and_as_mixed_as_it_says() -> None:
    """Forty, half of them true, half of each field within one, every kind; the first half is not all true."""
    fields = Counter((c.field, c.true) for c in CLAIMS)
    assert len(CLAIMS) == len(TRUTH) == 40
    assert sum(TRUTH.values()) == 20
    assert len(ABSTRACTS) == 8
    assert set(fields.values()) == {9, 10, 11}
    assert {c.kind for c in CLAIMS if c.true} == {"close", "paraphrase", "synthesis", "arithmetic"}
    assert {c.kind for c in CLAIMS if not c.true} == FALSE_KINDS
    assert 5 <= sum(c.true for c in CLAIMS[:20]) <= 15


@pytest.mark.parametrize("trial_claim", CLAIMS, ids=lambda c: c.claim.text[:40])
def test_every_quote_stands_where_it_says_and_is_whole_sentences(trial_claim: Any) -> None:
    """And no claim is verbatim: that would need no judge."""
    assert trial_claim.claim.citations
    for citation in trial_claim.claim.citations:
        abstract = ABSTRACTS[citation.paper_id]
        assert abstract.paper.abstract[citation.start : citation.end] == citation.quote
        assert citation.quote in [abstract.text(i) for i in abstract.evidence]
        assert citation.quote != trial_claim.claim.text


def test_most_false_claims_need_a_judge() -> None:
    """No hard fact gives them away: figures and names stand in the quotes, in another place."""
    false = [c for c in CLAIMS if not c.true]
    assert sum(hard_fact(c.claim, ABSTRACTS) is None for c in false) >= 18


def test_a_judge_that_knows_errs_nowhere() -> None:
    trial = try_judge(Oracle())
    assert (trial.false_accepts, trial.true_lost, trial.undecided) == (Rate(0, 20), Rate(0, 20), Rate(0, 40))


def test_a_silent_judge_accepts_nothing_and_loses_all() -> None:
    trial = try_judge(Silent())
    assert (trial.false_accepts, trial.true_lost, trial.undecided) == (Rate(0, 20), Rate(20, 20), Rate(40, 40))
    assert trial.as_document()["kinds"][0] == {
        "true": True, "kind": "arithmetic",
        "supported": 0, "partly": 0, "contradicted": 0, "not_said": 0, "undecided": 5,
    }  # fmt: skip


# The command


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of one paper."""
    root = tmp_path_factory.mktemp("tried") / "library"
    with Library.open(Settings(library=root), create=True) as opened:
        opened.import_papers([Paper("Heron", "Heron needs no labels.", "heron")])
    return root


@pytest.fixture(autouse=True)
def no_figures(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LITWEAVE_MODEL", "LITWEAVE_JUDGE_MODEL"):
        monkeypatch.delenv(name, raising=False)
    (library / MEASURED_FILE).unlink(missing_ok=True)


def knowing(messages: Sequence[Message]) -> str:
    """The truth about every statement of the prompt, but for one accepted and one denied."""
    verdicts = []
    for statement, case_id in cases_of(messages):
        label = "supported" if TRUTH[statement] else "not_said"
        label = {ACCEPTED: "supported", DENIED: "contradicted"}.get(statement, label)
        verdicts.append({"id": case_id, "label": label, "part": None, "reason": "so \x1b[31mit is"})
    return json.dumps({"verdicts": verdicts})


def away(messages: Sequence[Message]) -> str:
    raise ModelUnavailable("no route to the model")


def tried(reply: Callable[[Sequence[Message]], str], library: Path, *options: str) -> tuple[int, int]:
    """The exit code, and how often the model was called."""
    reviews: list[Any] = []

    def build(settings: Settings, *, create: bool, repair: bool) -> Review:
        review, model = review_over(settings.library, reply)
        reviews.append(model)
        return review

    code = main(["judge", "--try", "--library", str(library), *options], build=build)
    return code, len(reviews[0].calls)


def test_a_models_errors_are_printed_and_kept(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One false accept, one true one denied and one vetoed by its figures; two calls, and none from a cache."""
    for _ in range(2):
        code, calls = tried(knowing, library)
        assert (code, calls) == (0, 2)
    out = capsys.readouterr().out
    assert " 1 of 20  0.050 [0.009, 0.236]" in out
    assert f"- supported, role_swap: {ACCEPTED}" in out
    assert f"- contradicted, arithmetic: {DENIED}" in out
    assert "Kept in the library" in out
    assert "\x1b" not in out
    (figures,) = measured_models(library / MEASURED_FILE).values()
    assert (figures.false_accepts, figures.n) == (0.05, 20)
    assert figures.true_lost == pytest.approx(0.05 + 0.05 * vetoed())


def vetoed() -> int:
    """True claims that hard facts deny, whatever the model says."""
    return sum(c.true and hard_fact(c.claim, ABSTRACTS) is not None for c in CLAIMS)


def test_documents_say_from_then_on_that_the_judge_was_measured(library: Path) -> None:
    """Before the trial `measured` is false."""
    review, _ = review_over(library, knowing)
    try:
        writer = review._model.writer(AS_USUAL)
        before = review._model.judge(writer).measured
        review.try_judge()
        assert (before, review._model.judge(writer).measured) == (False, True)
    finally:
        review.close()


def test_the_document_holds_every_verdict(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tried(knowing, library, "--json")[0] == 0
    document = json.loads(capsys.readouterr().out)
    assert document["false_accepts"] == pytest.approx(
        {"hits": 1, "n": 20, "share": 0.05, "low": 0.0089, "high": 0.2361}, abs=1e-4
    )
    assert document["failure"] is None
    assert [v["text"] for v in document["verdicts"] if v["label"] == "supported" and not v["true"]] == [ACCEPTED]
    assert {k["kind"] for k in document["kinds"] if not k["true"]} == FALSE_KINDS


def test_a_model_that_is_away_is_not_called_measured(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything stays undecided for want of an answer, which is no measurement: exit code 1, nothing kept."""
    assert tried(away, library)[0] == 1
    assert "Not kept: the model could not be asked" in capsys.readouterr().out
    assert measured_models(library / MEASURED_FILE) == {}


def test_without_a_model_alignment_is_measured_and_said_to_be(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It accepts none of the false claims and finds some true; nothing is kept, for its figures are known."""
    assert main(["judge", "--try", "--library", str(library)]) == 0
    out = capsys.readouterr().out
    assert "Judge: alignment." in out
    assert "No model is configured" in out
    assert "false accepts    0 of 20" in out
    assert not (library / MEASURED_FILE).exists()


def test_the_command_alone_says_what_it_can_do(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", "--library", str(library)]) == 2
    assert "litweave judge --try" in capsys.readouterr().err


def test_without_a_library_there_is_nowhere_to_keep_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped place is said to be none, instead of being made."""
    assert main(["judge", "--try", "--library", str(tmp_path / "none")]) == 1
    assert "there is no library" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
