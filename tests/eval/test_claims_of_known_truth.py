"""What is said of a judge: false accepts, losses, what is left undecided, over invented claims."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.datasets.claims import LabelledClaim, missing, read_claims
from eval.datasets.halves import drawn, is_for_choosing, of_half
from eval.tasks.judging import as_document, by_group, informedness, judge_claims, rates, risk_coverage
from service.annotate import AnnotatedAbstract
from service.judge import Claim, Judgement, Label
from service.records.rates import Rate

ABSTRACT = "Heron needs no labels. Heron wades slowly in all four marshes. It may be blind to fish."
LINES = [
    ("Heron needs no labels.", "supported", "close", "Heron needs no labels."),
    ("Heron does without annotation.", "supported", "paraphrase", "Heron needs no labels."),
    ("Heron needs labels.", "contradicted", "negation", "Heron needs no labels."),
    ("Heron is blind to fish.", "not_said", "overclaim", "It may be blind to fish."),
]


class ScriptedJudge:
    """Says what the script holds for a text; `failure` as that of a model that cannot be asked."""

    name, measured = "scripted", False

    def __init__(self, script: Mapping[str, Judgement], failure: str | None = None) -> None:
        self.script, self.failure, self.texts = script, failure, list[int]()

    def support(self, claims: Sequence[Claim], abstracts: Mapping[str, AnnotatedAbstract]) -> tuple[Judgement, ...]:
        assert all(c.paper_id in abstracts for claim in claims for c in claim.citations)
        self.texts.append(len(claims))
        return tuple(self.script.get(claim.text, Judgement("undecided", 0.5)) for claim in claims)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four claims about an even paper, of the choosing half, and one about an odd one; no other set."""
    folder = tmp_path / "data" / "claims"
    folder.mkdir(parents=True)
    papers = [{"corpus": "acl", "n": n, "title": f"Heron {n}", "abstract": ABSTRACT} for n in (0, 1)]
    rows = [{"corpus": "acl", "n": 0, "claim": c, "label": label, "kind": k, "quotes": [q]} for c, label, k, q in LINES]
    rows.append({**rows[0], "n": 1, "judge": "quotes"})
    for name, records in (("papers", papers), ("claims", rows)):
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    monkeypatch.setenv("LITWEAVE_SHARED", str(tmp_path))
    return tmp_path / "data"


@pytest.fixture
def claims(data: Path) -> list[LabelledClaim]:
    return [c for c in read_claims("claims") if c.for_choosing]


def said(**labels: Label) -> dict[str, Judgement]:
    """Judgements by the kind of the claim."""
    return {text: Judgement(labels[kind], 0.9) for text, _, kind, _ in LINES if kind in labels}


def test_a_claim_cites_its_quote_where_it_stands(claims: list[LabelledClaim]) -> None:
    """Offsets are into the abstract, true is what the set calls supported."""
    assert [c.true for c in claims] == [True, True, False, False]
    (citation,) = claims[3].claim.citations
    assert ABSTRACT[citation.start : citation.end] == citation.quote == "It may be blind to fish."


def test_with_the_scope_of_an_abstract_a_claim_cites_all_of_it(data: Path) -> None:
    """One to be judged by its quotes alone has an abstract of that quote, under an id of its own."""
    wide = read_claims("claims", scope="abstract")
    assert len(wide[0].claim.citations) == 3
    assert len(wide[4].claim.citations) == 1
    assert set(wide[4].abstracts).isdisjoint(wide[0].abstracts)


def test_a_false_claim_called_supported_is_a_false_accept(claims: list[LabelledClaim]) -> None:
    """Worked by hand: one of two false ones accepted, one of two true ones shown, the rest undecided or found."""
    script = said(close="supported", paraphrase="undecided", negation="contradicted", overclaim="supported")
    judged = judge_claims(lambda: ScriptedJudge(script), claims)
    found = rates(judged)
    assert found["false called supported"] == Rate(1, 2)
    assert found["true called supported"] == Rate(1, 2)
    assert found["true among what is called supported"] == Rate(1, 2)
    assert found["false called contradicted or not said"] == Rate(1, 2)
    assert found["undecided"] == Rate(1, 4)
    assert informedness(judged) == 0


@pytest.mark.parametrize("label", ["undecided", "not_said", "contradicted", "supported"])
def test_a_judge_that_always_says_one_thing_earns_nothing(claims: list[LabelledClaim], label: Label) -> None:
    """Silent or deaf: what it shows is true by no number, and the figure that sums up is 0."""
    always = {text: Judgement(label, 0.5) for text, *_ in LINES}
    judged = judge_claims(lambda: ScriptedJudge(always), claims)
    assert informedness(judged) == 0
    if label != "supported":
        assert rates(judged)["true among what is called supported"].share is None
        assert risk_coverage(judged) == []
    assert rates(judged)["undecided"].share == (label == "undecided")


def test_a_judge_that_is_right_earns_all(claims: list[LabelledClaim]) -> None:
    script = said(close="supported", paraphrase="supported", negation="contradicted", overclaim="not_said")
    judged = judge_claims(lambda: ScriptedJudge(script), claims)
    assert informedness(judged) == 1
    assert rates(judged)["near-verbatim true ones called supported"] == Rate(1, 1)
    assert rates(judged)["near-verbatim contradicted ones found"] == Rate(1, 1)


def test_what_a_judge_could_not_be_asked_is_scored_nowhere(claims: list[LabelledClaim]) -> None:
    """Undecided because the model was away is no verdict; what was decided without the model still counts."""
    script = said(negation="contradicted")
    judged = judge_claims(lambda: ScriptedJudge(script, "no route to host"), claims)
    assert as_document(judged)["not_asked"] == 3
    assert rates(judged)["false called contradicted or not said"] == Rate(1, 1)
    assert rates(judged)["undecided"] == Rate(0, 1)


def test_claims_are_judged_25_to_a_judge(claims: list[LabelledClaim]) -> None:
    """So that a model's budget and deadline are those of one text."""
    made: list[ScriptedJudge] = []

    def new() -> ScriptedJudge:
        made.append(ScriptedJudge({}))
        return made[-1]

    assert len(judge_claims(new, claims * 10)) == 40
    assert [judge.texts for judge in made] == [[25], [15]]


def test_the_curve_falls_with_the_score(claims: list[LabelledClaim]) -> None:
    """The true one stands above the false one: half covered without risk, then half of what is shown is false."""
    script = {LINES[0][0]: Judgement("supported", 0.9), LINES[3][0]: Judgement("supported", 0.6)}
    curve = risk_coverage(judge_claims(lambda: ScriptedJudge(script), claims))
    assert [(p.score, p.coverage, p.risk) for p in curve] == [(0.9, 0.5, 0.0), (0.6, 0.5, 0.5)]


def test_groups_keep_true_and_false_apart(claims: list[LabelledClaim]) -> None:
    found = by_group(judge_claims(lambda: ScriptedJudge(said(overclaim="supported")), claims))
    assert found["false, kind overclaim"]["supported"] == Rate(1, 1)
    assert found["false, field acl"]["supported"] == Rate(1, 2)
    assert found["true, field acl"]["supported"] == Rate(0, 2)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 20, 0.0, 0.1611), (8, 10, 0.4902, 0.9433), (0, 0, 0.0, 1.0), (5, 5, 0.5655, 1.0)]
)
def test_intervals_are_those_of_wilson(hits: int, n: int, low: float, high: float) -> None:
    """Worked values; a share of nothing is no number and its interval says nothing."""
    rate = Rate(hits, n)
    assert rate.interval == pytest.approx((low, high), abs=1e-4)
    assert (rate.share is None) == (n == 0)


def test_halves_share_nothing_and_leave_nothing_out() -> None:
    keys = [*range(50), *(f"paper {i}" for i in range(50))]
    halves = [{k for k in keys if of_half(h, for_choosing=is_for_choosing(k))} for h in ("choose", "report", "all")]
    assert not halves[0] & halves[1]
    assert halves[0] | halves[1] == halves[2] == set(keys)
    assert min(len(halves[0]), len(halves[1])) > 30


def test_a_draw_is_the_same_each_time_and_in_order() -> None:
    assert list(drawn(range(100), 5)) == list(drawn(range(100), 5)) == sorted(drawn(range(100), 5))
    assert list(drawn(range(3), None)) == list(drawn(range(3), 5)) == [0, 1, 2]


# The command


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["claims", *arguments])
    streams = capsys.readouterr()
    return code, " ".join(streams.out.split()), " ".join(streams.err.split())


def test_the_command_judges_the_choosing_half(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sets that are not there are skipped by name; the false ones are not called supported by alignment."""
    file = tmp_path / "out.json"
    code, out, err = run(capsys, "--json", str(file), "--kinds")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert code == 0
    assert found["judge"] == "alignment"
    assert found["claims"]["claims"] == 4
    assert found["claims"]["rates"]["false called supported"]["hits"] == 0
    assert found["claims"]["rates"]["true called supported"]["hits"] == 1
    assert "skipped scifact: there is no" in err
    assert "final figures" not in err
    assert "false, kind overclaim" in out
    assert missing("claims") is None


def test_the_reported_half_is_only_shown_with_a_word_of_caution(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--half", "report", "--sets", "claims")
    assert code == 0
    assert "final figures only" in err
    assert "claims: 1 claims" in out


@pytest.mark.parametrize("arguments", [("--sets", "wiki"), ("--most", "0"), ("--judge", "model")])
def test_what_cannot_be_measured_is_a_usage_error(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    for name in ("LITWEAVE_MODEL", "LITWEAVE_JUDGE_MODEL"):
        monkeypatch.delenv(name, raising=False)
    assert run(capsys, *arguments)[0] == 2


def test_a_model_that_is_away_leaves_claims_unscored(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens at the port: hard facts and verbatim sentences are decided, the rest is named, exit code 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("LITWEAVE_MODEL", "openai/away")
        monkeypatch.setenv("LITWEAVE_API_BASE", f"http://127.0.0.1:{taken.getsockname()[1]}/v1")
        monkeypatch.setenv("LITWEAVE_MODEL_DEADLINE_S", "3")
        file = tmp_path / "out.json"
        code, out, _ = run(capsys, "--judge", "model", "--sets", "claims", "--json", str(file))
    found = json.loads(file.read_text(encoding="utf-8"))
    assert code == 1
    assert found["judge"] == "openai/away"
    assert found["claims"]["not_asked"] == 3
    assert "not asked, so not scored: 3 claims" in out
