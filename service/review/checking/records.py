"""What a check returns, with the JSON document that it prints."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from service.manuscript import Form
from service.records import Accounting, Citation, Reference

Verdict: TypeAlias = Literal["supported", "partly", "contradicted", "not_in_corpus"]
Standing: TypeAlias = Literal["found", "not_in_library", "unknown_key"]


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A work as the text cites it, and what became of looking it up.

    `found`: it is `paper_id`; `not_in_library`: the text's references have it (`title`), the library does not;
    `unknown_key`: no list of references has the key, nor does it lead to a paper by itself.
    """

    key: str
    status: Standing
    paper_id: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A paper that supports a sentence which does not cite it. `key`: as the text's own references have it."""

    paper_id: str
    key: str
    title: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A sentence with its verdict. `start` and `end` span it in the file, in characters; lines count from 1.

    `citations` show why: the quotes that support or contradict it, else the nearest ones. `reason` says what is
    wrong, or what to know; `None` where nothing is. `unsupported`: a paper was found and does not say it.
    """

    text: str
    line: int
    start: int
    end: int
    cited: tuple[CitedWork, ...]
    verdict: Verdict
    reason: str | None = None
    citations: tuple[Citation, ...] = ()
    suggested: tuple[Suggestion, ...] = ()

    @property
    def unknown_keys(self) -> tuple[str, ...]:
        return tuple(work.key for work in self.cited if work.status == "unknown_key")

    @property
    def unsupported(self) -> bool:
        return self.verdict == "not_in_corpus" and any(work.status == "found" for work in self.cited)

    @property
    def uncited(self) -> bool:
        """Supported, and cites nothing."""
        return not self.cited and self.verdict == "supported"

    @property
    def wrong(self) -> bool:
        """Whether it needs to be mended before the text goes out: contradicted, unsupported, or an unknown key."""
        return self.verdict == "contradicted" or self.unsupported or bool(self.unknown_keys)

    @property
    def doubtful(self) -> bool:
        """Whether it is worth a look, and wrong only under `--strict`: partly supported, or without its citation."""
        return not self.wrong and (self.verdict == "partly" or self.uncited)


@dataclass(frozen=True, slots=True)
class Check:
    """A user's text, checked. `statements` counts its sentences, of which `claims` were judged; the rest claim nothing.

    `asides`: what of the file was not read.
    """

    file: str
    form: Form
    statements: int
    claims: tuple[CheckedClaim, ...]
    references: tuple[Reference, ...]
    accounting: Accounting
    asides: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not any(claim.wrong for claim in self.claims)

    @property
    def strictly_ok(self) -> bool:
        return not any(claim.wrong or claim.doubtful for claim in self.claims)

    @property
    def in_corpus(self) -> bool:
        """Whether the library has anything to do with the text."""
        return any(c.citations or c.suggested or any(w.status == "found" for w in c.cited) for c in self.claims)

    def counts(self) -> dict[str, int]:
        """How many claims there are of each verdict, and of what a reader looks for."""
        verdicts = [claim.verdict for claim in self.claims]
        works = {(w.key, w.status) for claim in self.claims for w in claim.cited}
        return {
            "statements": self.statements,
            "claims": len(self.claims),
            "unjudged": self.statements - len(self.claims),
            "supported": verdicts.count("supported"),
            "partly": verdicts.count("partly"),
            "contradicted": verdicts.count("contradicted"),
            "not_in_corpus": verdicts.count("not_in_corpus"),
            "unsupported": sum(claim.unsupported for claim in self.claims),
            "uncited": sum(claim.uncited for claim in self.claims),
            "unknown_keys": sum(status == "unknown_key" for _, status in works),
            "not_in_library": sum(status == "not_in_library" for _, status in works),
        }

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `check`."""
        references = []
        for reference in self.references:
            document = asdict(reference)
            del document["date_kind"], document["venue"]
            references.append({**document, "authors": list(reference.authors)})
        return {
            "file": self.file,
            "format": self.form,
            "claims": [_claim(claim) for claim in self.claims],
            "counts": self.counts(),
            "ok": self.ok,
            "asides": list(self.asides),
            "references": references,
            "composer": self.accounting.composer,
            "prompt_versions": dict(self.accounting.prompt_versions),
            "tokens_in": self.accounting.tokens_in,
            "tokens_out": self.accounting.tokens_out,
            "cost_usd": self.accounting.cost_usd,
            "elapsed_ms": self.accounting.elapsed_ms,
        }


def _claim(claim: CheckedClaim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "line": claim.line,
        "start": claim.start,
        "end": claim.end,
        "cited": [asdict(work) for work in claim.cited],
        "verdict": claim.verdict,
        "reason": claim.reason,
        "citations": [asdict(citation) for citation in claim.citations],
        "suggested": [asdict(suggestion) for suggestion in claim.suggested],
    }
