"""The report of a check: gravest first, what was not decided with its quote, and every sentence accounted for."""

from __future__ import annotations

from dataclasses import replace

from scripted_review import HERON, HERON_SCORES, REFERENCES

from service.records import Accounting, JudgeName
from service.records.checks import Check, CheckedClaim, CitedWork, Suggestion, Unjudged, Verdict
from service.render.check import check_markdown, check_text, summary
from service.review.checking.sentence_kinds import OWN_WORK, QUESTION

HERON_CITED = CitedWork("heron2023", "found", HERON.paper_id, HERON.title)
NEAR = Suggestion(HERON.paper_id, "heron2023", HERON.title, HERON_SCORES.quote, HERON_SCORES.start, HERON_SCORES.end)


def claim(verdict: Verdict, line: int, part: str | None = None) -> CheckedClaim:
    return CheckedClaim(
        text=f"Heron scores 75.0% on line {line} [heron2023].",
        line=line,
        start=0,
        end=10,
        cited=(HERON_CITED,),
        verdict=verdict,
        reason=None if verdict == "supported" else "whether the abstract says it was not decided",
        citations=(HERON_SCORES,),
        part=part,
    )


def check(*claims: CheckedClaim, unjudged: tuple[Unjudged, ...] = (), measured: bool = True) -> Check:
    return Check(
        file="a.md",
        form="markdown",
        statements=len(claims) + len(unjudged),
        claims=claims,
        references=REFERENCES[1:],
        accounting=Accounting("rules"),
        unjudged=unjudged,
        judge=JudgeName("scripted", measured),
    )


def test_undecided_sentences_come_last_with_the_quote_and_the_words_to_look_for() -> None:
    """Behind what is known to be wrong; the quote "comes nearest", it does not "say"."""
    report = check_text(check(claim("undecided", 3, "75.0%"), claim("contradicted", 9)))
    assert report.index("a.md:9") < report.index("Not decided: read the quote beside the sentence (1)")
    told = report[report.index("a.md:3") :]
    assert "Not borne out: “75.0%”" in told
    assert "comes nearest with: “Heron scores 74.0% on GustBench.”" in told


def test_the_summary_counts_the_undecided_and_names_the_judge() -> None:
    """With the way to measure a judge that never was."""
    made = check(claim("supported", 1), claim("undecided", 2), measured=False)
    assert summary(made) == (
        "a.md: 1 not decided, 1 supported; 2 of 2 sentences were judged; judged by scripted, which was never "
        "measured here: litweave judge --try."
    )


def test_a_text_of_which_nothing_was_decided_is_not_reported_as_fine() -> None:
    """The last line says that nothing was decided; one decided sentence is enough for it not to."""
    assert "nothing was decided" in summary(check(claim("undecided", 1)))
    assert "nothing was decided" not in summary(check(claim("undecided", 1), claim("supported", 2)))


def test_every_unjudged_sentence_is_accounted_for() -> None:
    """By reason and line; with --verbose whole, and a near paper is not offered to be cited."""
    unjudged = (
        Unjudged("We train.", 4, 0, 9, "it is about the authors' own work"),
        Unjudged("We test.", 6, 0, 8, "it is about the authors' own work"),
        Unjudged("Herons score well.", 8, 0, 18, "it cites nothing", (NEAR,)),
    )
    made = check(claim("supported", 1), unjudged=unjudged)
    told = check_text(made).partition("Passed over: nothing to judge in them, or no paper to judge them by\n")[2]
    assert told.startswith("    it is about the authors' own work: lines 4, 6\n    it cites nothing: line 8\n")
    report = check_text(made, verbose=True)
    assert "a.md:4: We train.: it is about the authors' own work" in report
    assert "Heron Without Labels (heron2023), which may not say it:" in report
    assert "Do: cite" not in report
    assert "## Passed over" in check_markdown(made)


def test_the_last_line_says_what_was_judged_and_why_the_rest_was_not() -> None:
    """Not a bare count of what is left, as if most of the text had failed."""
    own = [Unjudged("We train.", n, 0, 9, OWN_WORK) for n in (4, 6)]
    unjudged = (*own, Unjudged("Why?", 8, 0, 4, QUESTION))
    said = summary(check(claim("supported", 1), unjudged=unjudged))
    assert "1 of 4 sentences were judged and 3 passed over (2 about your own work, 1 asked as a question)" in said


def test_an_unknown_key_is_said_once_with_all_its_lines() -> None:
    """A later sentence is only told where there is more to say of it."""
    unknown = (CitedWork("nobody2024", "unknown_key"),)
    bare = [
        replace(claim("not_in_corpus", n), cited=unknown, reason="no reference has the key nobody2024", citations=())
        for n in (3, 7, 9)
    ]
    more = replace(bare[0], line=11, suggested=(NEAR,))
    report = check_text(check(*bare, more))
    assert "Unknown citation keys (2)" in report
    assert report.count("a.md:3:") == 1
    assert "Also cited in lines 7, 9." in report
    assert "a.md:7:" not in report
    assert "a.md:11:" in report


def test_nothing_of_a_text_acts_on_a_terminal() -> None:
    """Neither a part nor a reason nor a judge's name."""
    hostile = replace(claim("undecided", 3, "\x1b[31m75"), reason="\x1b[0m no")
    made = replace(check(hostile), judge=JudgeName("\x1b]0;x", measured=False))
    assert "\x1b" not in check_text(made) + check_markdown(made)
