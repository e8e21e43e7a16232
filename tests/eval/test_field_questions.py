"""What becomes of questions of known answerability: right, wrong paper, uncertain, refused; nothing for silence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.datasets.questions import FieldQuestion, missing, papers_of, read_questions, read_trial_prompts
from eval.runs.suites import Open
from eval.scorers import StoredPaper
from eval.solvers.candidates import READY, Candidate, OtherPapers, litweave_over, scripted
from eval.tasks.field_answering import (
    AnsweredQuestion,
    answer_questions,
    as_document,
    fates,
    informedness,
    shown,
    shows,
)
from service.errors import QueryError
from service.records.rates import Rate
from service.text.normal import title_key
from tests.eval.worked import HERON, PAPERS, STORK, citation

GOLD = "It needs no labels."
ASKED = FieldQuestion("acl", "Does Heron need labels?", "answerable", True, (title_key(HERON.title),), (GOLD,), True)
NEAR = FieldQuestion("acl", "Does Heron need water?", "near miss", False, (title_key(HERON.title),), (), True)


def document(status: str, *quotes: tuple[StoredPaper, str], **changed: Any) -> dict[str, Any]:
    """An answer of one claim a quote."""
    citations = [{**citation(paper, quote, "1"), **changed} for paper, quote in quotes]
    claims = [{"text": "So it is.", "kind": "claim", "support": "exact", "citations": [c]} for c in citations]
    return {"status": status, "missing": [], "sentences": claims, "references": []}


def asked(question: FieldQuestion, answer: Mapping[str, Any]) -> AnsweredQuestion:
    candidate = Candidate(scripted({question.text: answer}), lambda query, k: {}, PAPERS)
    (found,) = answer_questions(candidate, [question])
    return found


@pytest.mark.parametrize(
    ("question", "answer", "fate"),
    [
        (ASKED, document("answered", (HERON, GOLD)), "answered"),
        (ASKED, document("partial", (STORK, "We test Stork-2."), (HERON, GOLD)), "answered"),
        (ASKED, document("answered", (STORK, "We test Stork-2.")), "wrong paper"),
        (ASKED, document("answered", (HERON, GOLD), quote="It needs all labels."), "wrong paper"),
        (ASKED, document("answered", (HERON, GOLD), paper_id=STORK.paper_id), "wrong paper"),
        (ASKED, document("uncertain", (HERON, GOLD)), "uncertain"),
        (ASKED, document("not_in_corpus"), "refused"),
        (ASKED, document("answered"), "refused"),
        (ASKED, document("not_in_corpus", (HERON, GOLD)), "refused"),
        (NEAR, document("answered", (HERON, GOLD)), "answered"),
        (NEAR, document("answered", (STORK, "We test Stork-2.")), "answered"),
        (NEAR, document("not_in_corpus", (HERON, GOLD)), "answered"),
        (NEAR, document("uncertain", (HERON, GOLD)), "uncertain"),
        (NEAR, document("not_in_corpus"), "refused"),
        (NEAR, {"status": "answered"}, "failed"),
    ],
    ids=["right", "among others", "other paper", "invented quote", "quote of another", "uncertain", "refused", "silent",
         "refused with claims", "near miss answered", "from anywhere", "claims under a refusal", "in doubt",
         "rightly refused", "no document"],
)  # fmt: skip
def test_what_became_of_a_question(question: FieldQuestion, answer: Mapping[str, Any], fate: str) -> None:
    """An answer that does not quote the question's own paper is not a right one; the worst reading counts."""
    assert asked(question, answer).fate == fate


def test_the_right_paper_without_the_sentence_that_answers_is_not_the_right_sentence() -> None:
    found = asked(ASKED, document("answered", (HERON, "Heron reaches 33.25 points on MarshBench.")))
    assert (found.own_shown, found.gold_shown) == (True, False)
    assert asked(ASKED, document("uncertain", (HERON, GOLD))).gold_shown


@pytest.mark.parametrize(
    ("quote", "gold", "expected"),
    [
        ("First. It needs no labels.", "It needs no labels.", True),
        ("It needs no labels", "It needs no labels.", True),
        ("needs no labels", "It needs no labels at any stage of training.", False),
        ("It needs no labels at any", "It needs no labels at any stage.", True),
        ("", "It needs no labels.", False),
        ("It needs labels.", "", False),
    ],
    ids=["holds it", "but the stop", "a scrap", "most of it", "nothing", "no gold"],
)
def test_a_scrap_of_the_sentence_does_not_show_it(quote: str, gold: str, expected: bool) -> None:
    assert shows(quote, gold) is expected


def test_a_question_that_fails_stays_in_every_share() -> None:
    """Of three answerable ones one is right, one raises, one has no paper here: a third, not all of one."""

    def solve(case: object) -> dict[str, Any]:
        if "tall" in case.question:  # type: ignore[attr-defined]
            raise QueryError("too tall")
        return document("answered", (HERON, GOLD))

    tall = FieldQuestion("acl", "How tall is it?", "answerable", True, ASKED.own, (GOLD,), True)
    gone = FieldQuestion("acl", "Where is Ibis?", "answerable", True, ("ibis",), (GOLD,), True)
    found = answer_questions(Candidate(solve, lambda query, k: {}, PAPERS), [ASKED, tall, gone])
    assert fates(found)["answered"] == Rate(1, 3)
    assert shown(found)["right sentence shown"] == Rate(1, 3)
    assert as_document(found)["failures"] == [
        "acl, answerable: How tall is it?: QueryError: too tall",
        "acl, answerable: Where is Ibis?: its paper is not in the library",
    ]


@pytest.mark.parametrize(
    ("right", "near", "expected"),
    [
        (document("answered", (HERON, GOLD)), document("not_in_corpus"), 1.0),
        (document("not_in_corpus"), document("not_in_corpus"), 0.0),
        (document("uncertain", (HERON, GOLD)), document("uncertain", (HERON, GOLD)), 0.0),
        (document("answered", (HERON, GOLD)), document("answered", (HERON, GOLD)), 0.0),
        (document("answered", (STORK, "We test Stork-2.")), document("answered", (HERON, GOLD)), -1.0),
    ],
    ids=["right", "refuses everything", "doubts everything", "answers everything", "answers wrongly"],
)
def test_neither_silence_nor_readiness_is_rewarded(
    right: dict[str, Any], near: dict[str, Any], expected: float
) -> None:
    assert informedness([asked(ASKED, right), asked(NEAR, near)]) == expected


def test_without_both_kinds_there_is_no_informedness() -> None:
    assert informedness([asked(ASKED, document("not_in_corpus"))]) is None


# The data and the command, over invented papers


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One field, acl, with a question and a near miss in each half, and one of them asked of rct too."""
    folders = {name: tmp_path / "data" / name for name in ("claims", "acl_anthology")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    papers = [{"corpus": "acl", "n": n, "title": f"Heron {n}", "abstract": HERON.abstract} for n in range(4)]
    other = {"title": "Stork-2 Carries More", "abstract": STORK.abstract, "year": "2023"}
    questions = [
        {"corpus": "acl", "n": n, "question": text, "answerable": not n % 2, "kind": "?", "quotes": quotes}
        for n, text, quotes in (
            (0, "Does Heron need labels?", [GOLD]),
            (1, "Does Heron need water?", []),
            (2, "Which labels?", [GOLD]),
            (3, "Whose water?", []),
        )
    ]
    for path, rows in (
        (folders["claims"] / "papers.jsonl", papers),
        (folders["claims"] / "questions.jsonl", questions),
        (folders["acl_anthology"] / "corpus.jsonl", [other]),
    ):
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    monkeypatch.setenv("LITWEAVE_SHARED", str(tmp_path))
    return tmp_path / "data"


def opening(script: Mapping[str, Mapping[str, Any]], imported: list[dict[str, Any]]) -> Open:
    """A stand-in for litweave over the papers it is given."""

    @contextmanager
    def open_candidate(files: tuple[Path, ...]) -> Iterator[Candidate]:
        imported[:] = [json.loads(line) for line in files[0].read_text(encoding="utf-8").splitlines()]
        papers = {str(i): StoredPaper(str(i), p["title"], p["abstract"]) for i, p in enumerate(imported)}
        yield Candidate(scripted(script), lambda query, k: {}, papers)

    return open_candidate


def test_a_question_and_its_near_miss_are_of_one_half(data: Path) -> None:
    found = read_questions()
    assert [(q.text, q.kind) for q in found if q.for_choosing] == [
        ("Does Heron need labels?", "answerable"),
        ("Does Heron need labels?", "another field"),
        ("Does Heron need water?", "near miss"),
    ]
    assert {q.own for q in found if q.kind == "another field"} == {()}


def test_the_library_holds_the_questioned_papers_and_others(data: Path) -> None:
    assert [p.title for p in papers_of("acl")] == ["Heron 0", "Heron 1", "Heron 2", "Heron 3", "Stork-2 Carries More"]
    assert missing("acl") is None
    assert "evidence_inference" in (missing("rct") or "")


def test_prompts_of_trials_become_questions(data: Path) -> None:
    folder = data / "evidence_inference"
    folder.mkdir()
    prompt = {"paper_id": "7", "intervention": "tea ", "comparator": "water", "outcome": "sleep", "evidence": ["Tea."]}
    rows = [{**prompt, "evidence_in_abstract": True}, {**prompt, "evidence_in_abstract": False}]
    (folder / "prompts.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (folder / "corpus.jsonl").write_text(json.dumps({"id": "7", "title": "Tea", "abstract": "Tea."}), encoding="utf-8")
    (question,) = read_trial_prompts()
    assert question.text == "What is the effect of tea compared with water on sleep?"
    assert (question.own, question.gold, question.answerable) == ((title_key("Tea"),), ("Tea.",), True)


def test_the_command_tells_each_kind_and_field(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the choosing half: the answerable one right, the near miss left uncertain; rct is skipped by name."""
    heron = StoredPaper("0", "Heron 0", HERON.abstract)
    script = {
        "Does Heron need labels?": document("answered", (heron, GOLD)),
        "Does Heron need water?": document("uncertain", (heron, GOLD)),
    }
    imported: list[dict[str, Any]] = []
    file = tmp_path / "out.json"
    code = main(["questions", "--json", str(file)], open_candidate=opening(script, imported))
    streams = capsys.readouterr()
    found = json.loads(file.read_text(encoding="utf-8"))
    told = {(g["kind"], g["field"]): g for g in found["groups"]}
    assert code == 0
    assert len(imported) == 5
    assert imported[-1]["year"] == 2023
    assert told["answerable", "acl"]["fates"]["answered"]["hits"] == 1
    assert told["answerable", "all"]["shown"]["right sentence shown"]["hits"] == 1
    assert told["near miss", "acl"]["fates"]["uncertain"]["hits"] == 1
    assert found["informedness"] == 1.0
    assert "+1.000" in streams.out
    assert "skipped rct: there is no" in " ".join(streams.err.split())


def test_the_reported_half_is_only_shown_with_a_word_of_caution(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And a question that the solver cannot answer makes the exit code 1, and is named."""
    code = main(["questions", "--half", "report", "--fields", "acl"], open_candidate=opening({}, []))
    streams = capsys.readouterr()
    assert code == 1
    assert "final figures only" in " ".join(streams.err.split())
    assert "failed: acl, answerable: Which labels?" in streams.out


def test_unknown_fields_are_a_usage_error(data: Path) -> None:
    assert main(["questions", "--fields", "alchemy"]) == 2


def test_a_kept_library_is_made_once(data: Path, tmp_path: Path) -> None:
    """The second time it answers from what the first imported; a library of other papers is refused."""
    file = tmp_path / "papers.jsonl"
    file.write_text(json.dumps({"title": HERON.title, "abstract": HERON.abstract}), encoding="utf-8")
    with litweave_over((file,), tmp_path / "kept") as first:
        titles = [p.title for p in first.papers.values()]
    made = (tmp_path / "kept" / READY).stat().st_mtime_ns
    with litweave_over((file,), tmp_path / "kept") as again:
        assert [p.title for p in again.papers.values()] == titles == [HERON.title]
        (found,) = answer_questions(again, [ASKED])
    assert found.failure is None
    assert (tmp_path / "kept" / READY).stat().st_mtime_ns == made
    file.write_text("", encoding="utf-8")
    with pytest.raises(OtherPapers, match="delete it"), litweave_over((file,), tmp_path / "kept"):
        pass
