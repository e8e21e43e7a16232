"""A user's own text over the sample library: what is supported, contradicted, silent, unknown or left alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.api.documents import CheckDocument
from service.app import build
from service.cli import main
from service.errors import ModelCancelled, SourceError
from service.manuscript import Form, read_bib
from service.render.check import check_markdown, check_text, summary
from service.review import Review
from service.review.checking import Check, CheckedClaim, shelf
from service.review.checking.clauses import clauses_of
from service.review.checking.kinds import claims_nothing, leans
from service.sample import papers_path
from service.settings import Settings

PAGE = r"""\documentclass{article}
\newcommand{\tw}{TideWalk\xspace}
\begin{document}
\section{Related work}
% ask whether \cite{private2020} may be cited
In this section we review adapters.
\tw{} lets the rank of every adapter climb during the first third of training and then ebb
away~\citep[see][Sec.~3]{tidewalk2024}. On AbacusGrove it reaches $43.8\%$ accuracy with an
average rank of 8~\citep{tidewalk2024}.
\citet{slacktide2025} extend it to many tasks: across twelve tasks the search cost rises by $71\,\%$.
R$^2$Tune projects the residual of the update onto the discarded subspace~\cite{r2tune2024}, whereas
Gusset-4 learns a rounding offset for each block of 64 weights~\cite{gusset42023}.
The bank was learned from the clinical notes of ten hospitals~\citep{mossbank2024}.
Drystone picks layers before training begins~\citep{larkspur2019}.

Quantised adapters lose much of what they learned when they are folded into quantised base weights.
Unlike \citet{tidewalk2024}, we adapt the rank after training; see \input{more}.
\end{document}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real library over the sample, closed, so that each test opens it as a user would."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    review = build(Settings(library=folder), create=True)
    review.import_paths([papers_path()])
    review.close()
    return folder


@pytest.fixture
def review(library: Path) -> Iterator[Review]:
    review = build(Settings(library=library))
    yield review
    review.close()


def _checked(review: Review, text: str, form: Form = "markdown", bib: str = "") -> Check:
    return review.check(text, form=form, file="text", bibliography=read_bib(bib))


def _one(review: Review, text: str, form: Form = "markdown", bib: str = "") -> CheckedClaim:
    (claim,) = _checked(review, text, form, bib).claims
    return claim


def test_three_errors_and_an_unknown_key_are_found_in_a_page(review: Review) -> None:
    """Each with its line and the quote; what is right is supported, what claims nothing is left alone."""
    checked = _checked(review, PAGE, "latex")
    verdicts = {claim.line: claim.verdict for claim in checked.claims}
    assert verdicts == {
        7: "supported",
        8: "contradicted",
        10: "contradicted",
        11: "supported",
        13: "not_in_corpus",
        14: "not_in_corpus",
        16: "supported",
    }
    counts = checked.counts()
    assert (counts["contradicted"], counts["unsupported"], counts["unknown_keys"], counts["uncited"]) == (2, 1, 1, 1)
    assert (counts["statements"], counts["unjudged"]) == (9, 2)
    assert not checked.ok
    by_line = {claim.line: claim for claim in checked.claims}
    assert "which has 41.8%" in (by_line[8].reason or "")
    assert by_line[10].citations[0].quote == "Across twelve tasks the search cost falls by 71\\%."
    assert by_line[14].unknown_keys == ("larkspur2019",)
    assert [s.key for s in by_line[16].suggested] == ["gusset42023"]
    assert checked.asides == (r"line 17: \input{more} is not followed; check that file too",)


def test_every_quote_stands_in_its_abstract_and_every_span_in_the_text(review: Review) -> None:
    """`quote == abstract[start:end]`, labels have their references, and spans show the sentence as typed."""
    checked = _checked(review, PAGE, "latex")
    abstracts = {p.paper_id: p.abstract for p in review.papers()}
    labels = {r.label: r.paper_id for r in checked.references}
    for claim in checked.claims:
        for quote in (*claim.citations, *claim.suggested):
            assert abstracts[quote.paper_id][quote.start : quote.end] == quote.quote
        assert all(labels[c.label] == c.paper_id for c in claim.citations)
        assert PAGE[: claim.start].count("\n") + 1 == claim.line
        assert PAGE[claim.start : claim.end].rstrip()[-1] in ".}"


TRUE = "TideWalk lets the rank of every adapter climb during the first third of training and then ebb away"


@pytest.mark.parametrize(
    ("citation", "references"),
    [
        ("[@tidewalk2024]", ""),
        ("[@tidewalk2024b]", ""),
        ("[@sample-tidewalk-2024]", ""),
        ("[@marrowby2024tidewalk]", ""),
        ("(Marrowby et al., 2024)", ""),
        ("[1]", "\n\n## References\n\n1. I. Marrowby. TideWalk: Rank Schedules That Rise and Fall for Adapting Small "
                "Language Models. 2024.\n"),
        ("(Marrowby et al., 2024)", "\n\n## References\n\n- Marrowby (2024). TideWalk: Rank schedules that rise and "
                                    "fall for adapting small language models.\n"),
        (r"\cite{tidewalk2024}", ""),
    ],
)  # fmt: skip
def test_a_citation_finds_its_paper(review: Review, citation: str, references: str) -> None:
    """By exported key, id, a scholar's key, author and year, or the text's own list."""
    claim = _one(review, f"{TRUE} {citation}.{references}")
    assert [w.paper_id for w in claim.cited] == ["sample-tidewalk-2024"]
    assert claim.verdict == "supported"


@pytest.mark.parametrize("key", ["tidewalk2024", "tidewalk2024c", "banksharedsubspaces2024", "mossbank2024"])
def test_a_large_library_is_searched_for_a_key_by_its_words(
    review: Review, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where making every key would take long, a key is cut into words that papers hold; a made-up one stays unknown."""
    monkeypatch.setattr(shelf, "_ALL_KEYS", 0)
    claim = _one(review, f"{TRUE} [@{key}; @zzyzx2024].")
    assert [w.status for w in claim.cited] == ["unknown_key" if key.startswith("bank") else "found", "unknown_key"]


def test_a_bib_entry_finds_its_paper_by_title_and_names_what_is_absent(review: Review) -> None:
    """A key of the user's own leads through the .bib; a work that is not in the library is said to be that."""
    bib = (
        "@article{mine, title={{TideWalk}: Rank Schedules that Rise and Fall for Adapting Small Language Models}}\n"
        "@article{gone, title={A Paper That Nobody Imported Here}, year=2019}"
    )
    claim = _one(review, f"{TRUE} [@mine; @gone].", bib=bib)
    assert [(w.key, w.status) for w in claim.cited] == [("mine", "found"), ("gone", "not_in_library")]
    assert claim.cited[1].title == "A Paper That Nobody Imported Here"
    assert claim.verdict == "supported"
    assert claim.reason == "gone is not in the library"


def test_only_absent_works_are_no_fault(review: Review) -> None:
    """What cannot be checked is not wrong; nothing of such a text is in the corpus."""
    checked = _checked(
        review, "Nets of steel fly over the sea [@gone].", bib="@article{gone, title={Steel Nets at Sea}}"
    )
    assert checked.claims[0].verdict == "not_in_corpus"
    assert checked.ok
    assert not checked.in_corpus


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (f"{TRUE} [@tidewalk2024; @gusset42023].", "partly"),
        ("TideWalk lets the rank climb [@tidewalk2024], and Gusset-4 heals hospitals [@gusset42023].", "partly"),
        ("TideWalk lets the rank of every adapter climb, and it was trained on the notes of hospitals [@tidewalk2024].",
         "partly"),
        ("SlackTide falls 0.9 points below TideWalk on unlike tasks [@slacktide2025].", "supported"),
    ],
)  # fmt: skip
def test_what_only_some_of_it_supports_is_partly_supported(review: Review, text: str, verdict: str) -> None:
    """One silent paper of two, one silent part of two, one silent clause of two."""
    assert _one(review, text).verdict == verdict


def test_a_sentence_goes_on_about_what_was_cited_before_it(review: Review) -> None:
    """ "It …" leans on the citation before; it is checked, and needs none of its own."""
    text = f"{TRUE} [@tidewalk2024]. Its peak memory stays at 5.9 GB. It keeps peak memory at 7.9 GB."
    checked = _checked(review, text)
    assert [c.verdict for c in checked.claims[:2]] == ["supported", "supported"]
    assert all(not c.uncited for c in checked.claims)


def test_a_wrongly_cited_sentence_is_offered_its_source(review: Review) -> None:
    """Another paper of the library says it word for word."""
    claim = _one(review, f"{TRUE} [@mossbank2024].")
    assert claim.verdict == "not_in_corpus"
    assert [s.paper_id for s in claim.suggested] == ["sample-tidewalk-2024"]


@pytest.mark.parametrize(
    "text", ["Nothing here cites anything about volcanoes and their eruptions.", "In this section we go on."]
)
def test_a_text_without_citations_that_nothing_supports_is_refused(review: Review, text: str) -> None:
    """There is nothing to check, and that is said."""
    with pytest.raises(SourceError, match="nothing to check"):
        _checked(review, text)


def test_a_check_can_be_stopped(review: Review) -> None:
    """What `stop` raises comes through before the next sentence."""

    def stop() -> None:
        raise ModelCancelled("the client has gone")

    with pytest.raises(ModelCancelled):
        review.check(PAGE, form="latex", file="a.tex", stop=stop)


@pytest.mark.parametrize(
    ("text", "cites", "nothing"),
    [
        ("In this section we review adapters of low rank for small models.", False, True),
        ("The rest of this paper is organised as follows and in order.", False, True),
        ("Section 3 describes the data sets and their splits in detail.", False, True),
        ("What is the best rank for an adapter of a small model?", False, True),
        ("However, we train for three epochs.", True, True),
        ("Unlike TideWalk, we adapt after training.", True, True),
        ("TideWalk needs 5.9 GB.", True, False),
        ("Adapters of low rank save memory on small consumer cards.", False, False),
    ],
)
def test_what_claims_nothing_is_left_alone(text: str, cites: bool, nothing: bool) -> None:
    """The text about itself, its authors about their own work, questions."""
    assert claims_nothing(text, cites=cites) is nothing


def test_leaning_and_clauses() -> None:
    """Pronouns lean; clauses are cut where each says something."""
    assert leans("It needs 5 GB.")
    assert leans("However, the method is slow.")
    assert not leans("Adapters are slow.")
    assert clauses_of("A net flies over the sea, but rain falls on the land.") == (
        "A net flies over the sea",
        "rain falls on the land.",
    )
    assert clauses_of("A net flies, but slowly.") == ("A net flies, but slowly.",)


def test_the_report_says_what_to_mend_first(review: Review) -> None:
    """Gravest first, each with FILE:LINE, the quote and what to do; nothing in it acts on a terminal."""
    checked = _checked(review, PAGE, "latex")
    report = check_text(checked)
    headings = [line for line in report.splitlines() if line.endswith(")") and line[0].isupper() and "(" in line]
    assert headings[0] == "Contradicted by the paper it cites (2)"
    assert "text:8: On AbacusGrove it reaches 43.8%" in report
    assert "Do: cite \\cite{gusset42023}: Gusset-4 says:" in report
    assert report.endswith(summary(checked) + "\n")
    assert summary(checked) == (
        "text: 2 contradicted, 1 not in the cited abstract, 1 unknown key, 1 without citation, 2 supported; "
        "2 of 9 sentences were left unjudged."
    )
    hostile = _one(review, f"{TRUE} \x1b[31m [@tidewalk2024].")
    assert "\x1b" not in hostile.text
    assert "## Missing citations" in check_markdown(checked)


def test_the_command_reads_files_and_sets_its_exit_code(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 where something is wrong, 0 where nothing is, 3 where the library has nothing to do with it."""

    def run(name: str, text: str, *options: str) -> tuple[int, dict[str, object]]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        code = main(["check", str(tmp_path / name), "--library", str(library), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    code, document = run("page.tex", PAGE)
    assert code == 1
    assert CheckDocument.model_validate(document).counts["contradicted"] == 2
    assert run("good.md", f"{TRUE} [@tidewalk2024].")[0] == 0
    uncited = "Quantised adapters lose much of what they learned when they are folded into quantised base weights.\n"
    assert run("uncited.md", uncited)[0] == 0
    assert run("uncited.md", uncited, "--strict")[0] == 1
    (tmp_path / "refs.bib").write_text("@article{k, title={Steel Nets at Sea}}", encoding="utf-8")
    assert run("far.tex", r"Nets of steel fly over the sea \cite{k}. \bibliography{refs}")[0] == 3
    assert run("latin.md", "")[0] == 1


def test_the_command_opens_no_bibliography_outside_the_folder(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    r"""`\bibliography{../secret}` of a stranger's text is named, not read; `--bib` reads it."""
    (tmp_path / "secret.bib").write_text("@article{k, title={Steel Nets at Sea}}", encoding="utf-8")
    (tmp_path / "in").mkdir()
    text = tmp_path / "in" / "a.tex"
    text.write_text(r"Nets of steel fly over the sea \cite{k}. \bibliography{../secret}", encoding="utf-8")
    arguments = ["check", str(text), "--library", str(library), "--json"]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["claims"][0]["cited"][0]["status"] == "unknown_key"
    assert "was not opened" in err
    assert main([*arguments, "--bib", str(tmp_path / "secret.bib")]) == 3


def test_the_route_checks_a_text_and_opens_nothing(review: Review, tmp_path: Path) -> None:
    """The text and its .bib come in the body; a path in the text is only a word."""
    secret = tmp_path / "secret.bib"
    secret.write_text("@article{tidewalk2024, title={Other}}", encoding="utf-8")
    with TestClient(create_app(review), base_url="http://localhost") as client:
        body = {"text": PAGE.replace("more", str(secret)), "format": "latex", "file": "../../page.tex"}
        done = client.post("/v1/checks", json=body)
        assert done.status_code == 200
        document = CheckDocument.model_validate(done.json())
        assert (document.file, document.counts["contradicted"], document.ok) == ("../../page.tex", 2, False)
        bib = "@article{mine, title={TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models}}"
        body = {"text": f"{TRUE} [@mine].", "format": "markdown", "bib": bib}
        assert client.post("/v1/checks", json=body).json()["claims"][0]["verdict"] == "supported"
        assert client.post("/v1/checks", json={"text": "x", "format": "word"}).status_code == 422
        assert client.post("/v1/checks", json={"text": " ", "format": "latex"}).status_code == 422
