"""A user's own text, checked, with the JSON document of `check`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from service.records.results import judged_by, tail
from service.records.texts import Accounting, Citation, JudgeName, Reference

Verdict: TypeAlias = Literal["supported", "partly", "contradicted", "not_in_corpus", "undecided"]
Resolved: TypeAlias = Literal["found", "not_in_library", "unknown_key"]
ReferencePlace: TypeAlias = Literal["library", "snapshot", "online"]
_DECIDED = ("supported", "partly", "contradicted")


@dataclass(frozen=True, slots=True)
class CitedWork:
    """A work as the text cites it, and what became of looking it up.

    `found`: it is `paper_id`; `not_in_library`: the text's references have it (`title`), the library does not;
    `unknown_key`: no list of references has the key, nor does it lead to a paper by itself.
    """

    key: str
    status: Resolved
    paper_id: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A paper to cite or to read beside a sentence, by one of its own. `key`: as the text's references have it."""

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
    wrong, or what to know; `part` are the words that are not borne out; `None` where there is nothing to say.
    `suggested` papers say the sentence, all of it; `near` ones only come near to it.
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
    part: str | None = None
    near: tuple[Suggestion, ...] = ()

    @property
    def unknown_keys(self) -> tuple[str, ...]:
        return tuple(work.key for work in self.cited if work.status == "unknown_key")

    @property
    def unsupported(self) -> bool:
        """A paper was found, and its abstract does not say it."""
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
        """Whether it is worth a look, and wrong only under `--strict`: partly supported, undecided, or uncited."""
        return not self.wrong and (self.verdict in ("partly", "undecided") or self.uncited)


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A sentence without a verdict, and why it has none. `near`: a paper that comes near to it, where one does."""

    text: str
    line: int
    start: int
    end: int
    reason: str
    near: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A field of an entry as it is, and as it should be; `None` where that is not known, and then maybe what to do.

    `field` is `key` for a key that several entries of a file have.
    """

    field: str
    was: str
    should_be: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry of the list of references: whether the work exists as cited.

    `unverified`: no such work is known, which says nothing against it; with `fields`, one is known that differs in
    them, which may be another work or the same one in print. `line` stands in `file`, the text itself where `None`.
    `checked_against` is what knows the work; `paper_id` is only that of the library.
    """

    key: str
    line: int
    verdict: Literal["valid", "wrong", "unverified"]
    paper_id: str | None = None
    fields: tuple[FieldFault, ...] = ()
    file: str | None = None
    checked_against: ReferencePlace | Literal["none"] = "none"


@dataclass(frozen=True, slots=True)
class Check:
    """A user's text, checked: of its `statements` sentences each stands in `claims` or in `unjudged`, once.

    `asides`: what of the file was not read.
    """

    file: str
    form: Literal["latex", "markdown"]
    statements: int
    claims: tuple[CheckedClaim, ...]
    references: tuple[Reference, ...]
    accounting: Accounting
    asides: tuple[str, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    judge: JudgeName | None = None
    bibliography: tuple[CheckedEntry, ...] = ()

    @property
    def ok(self) -> bool:
        """Nothing is wrong; a text of which nothing could be decided is not called so."""
        wrong = any(claim.wrong for claim in self.claims) or any(e.verdict == "wrong" for e in self.bibliography)
        return not wrong and not self.all_undecided

    @property
    def strictly_ok(self) -> bool:
        """Besides, nothing is doubtful, and no reference is unverified."""
        unverified = any(entry.verdict == "unverified" for entry in self.bibliography)
        return self.ok and not unverified and not any(claim.doubtful for claim in self.claims)

    @property
    def all_undecided(self) -> bool:
        """Whether sentences are undecided, and not one is decided."""
        verdicts = {claim.verdict for claim in self.claims}
        return "undecided" in verdicts and not (
            verdicts & set(_DECIDED) or any(claim.unsupported for claim in self.claims)
        )

    @property
    def in_corpus(self) -> bool:
        """Whether the library, or what its references were checked against, has anything to do with the text."""
        known = any(entry.checked_against != "none" for entry in self.bibliography)
        return known or any(
            c.citations or c.suggested or any(w.status == "found" for w in c.cited) for c in self.claims
        )

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
            "undecided": verdicts.count("undecided"),
            "unsupported": sum(claim.unsupported for claim in self.claims),
            "uncited": sum(claim.uncited for claim in self.claims),
            "unknown_keys": sum(status == "unknown_key" for _, status in works),
            "not_in_library": sum(status == "not_in_library" for _, status in works),
            "wrong_references": sum(entry.verdict == "wrong" for entry in self.bibliography),
        }

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `check`."""
        rest = tail(None, self.references, self.accounting, ())
        del rest["matrix"], rest["dropped"]
        return {
            "file": self.file,
            "format": self.form,
            "claims": [_sentence(claim) for claim in self.claims],
            "unjudged": [_sentence(sentence) for sentence in self.unjudged],
            "bibliography": [asdict(e) | {"fields": [asdict(f) for f in e.fields]} for e in self.bibliography],
            "counts": self.counts(),
            "ok": self.ok,
            "asides": list(self.asides),
            **judged_by(self.judge),
            **rest,
        }


def _sentence(checked: CheckedClaim | Unjudged) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(checked).items()}
