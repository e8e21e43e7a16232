"""What papers were found to say of a text, one by one and together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.judge.model import Judgement, Label
from service.records import Citation
from service.records.checks import CitedWork, Verdict

_SHOWN_QUOTES: Final = 4
_VERDICTS: dict[Label, Verdict] = {
    "supported": "supported",
    "partly": "partly",
    "contradicted": "contradicted",
    "not_said": "not_in_corpus",
    "undecided": "undecided",
}
_REASONS: dict[Verdict, str] = {
    "not_in_corpus": "the abstract does not say it",
    "undecided": "whether the abstract says it was not decided",
}
_SAYS: dict[Verdict, int] = {"supported": 4, "partly": 3, "undecided": 2, "contradicted": 1, "not_in_corpus": 0}


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its reason, the words that are not borne out, and the quotes to read; `title` of one paper."""

    verdict: Verdict
    reason: str | None = None
    part: str | None = None
    citations: tuple[Citation, ...] = ()
    score: float = 0.0
    title: str = ""


def finding_of(judgement: Judgement, title: str, citations: tuple[Citation, ...]) -> Finding:
    """A judgement on one paper, in the terms of a check."""
    verdict = _VERDICTS[judgement.label]
    reason = judgement.reason or _REASONS.get(verdict)
    return Finding(verdict, reason, judgement.part, citations, judgement.score, title)


def worth(finding: Finding) -> tuple[int, float]:
    """Orders findings by how much the paper says of the text; higher is more."""
    return _SAYS[finding.verdict], finding.score


def together(found: Sequence[Finding]) -> Finding:
    """Of papers or parts that all have to bear a text out: a contradiction anywhere counts, and what only some bear
    out is partly supported; undecided where one is, unless part of it is already known not to be borne out.
    """
    if len(found) < 2:
        return found[0] if found else Finding("not_in_corpus")
    verdicts = {f.verdict for f in found}
    if "contradicted" in verdicts:
        return next(f for f in found if f.verdict == "contradicted")
    verdict: Verdict = "not_in_corpus"
    if verdicts == {"supported"}:
        verdict = "supported"
    elif "undecided" in verdicts and "partly" not in verdicts:
        verdict = "undecided"
    elif verdicts & {"supported", "partly"}:
        verdict = "partly"
    short = [f for f in found if f.verdict == "undecided"] if verdict == "undecided" else list(found)
    short = [f for f in short if f.verdict != "supported"]
    quotes = tuple(dict.fromkeys(c for f in (*short, *found) for c in f.citations))[:_SHOWN_QUOTES]
    return Finding(
        verdict,
        next((f.reason for f in short if f.reason), None),
        next((f.part for f in short if f.part), None),
        quotes,
    )


def with_keys(reason: str | None, works: Sequence[CitedWork]) -> str | None:
    """The reason, with the keys that lead nowhere."""
    unknown = [w.key or "(empty)" for w in works if w.status == "unknown_key"]
    absent = [w.key for w in works if w.status == "not_in_library"]
    said = [f"no reference has the key {', '.join(unknown)}"] if unknown else []
    if absent:
        said.append(f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not in the library")
    return "; ".join(filter(None, (reason, *said))) or None
