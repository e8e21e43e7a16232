"""What `check` says of hand-written claims over real abstracts, and of wrong, unknown and missing citations.

    python bench/check.py [--half choosing | reported] [--claims N] [--seed 7] [--shown]

The claims of ../shared/data/claims stand in a markdown text, a paragraph each, every one citing its own paper
in a library of all of them; they go through the whole command but for the file. Printed: verdicts by label, and of what
is false the share called supported, by kind. Then 200 near-verbatim true ones with another paper's key, with a key that
nobody has, and without a citation: how often that is found, and how often the true source is offered. Last, of claims
written from known sentences: how often the first quote beside one is such a sentence where its paper is cited, and how
often the paper and the sentence are shown where nothing is cited, or another paper. `--half` is that
of `eval.datasets.halves`; nobody looks at the reported half while choosing.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpora import DATA

from eval.datasets.halves import is_for_choosing
from service.judge.alignment import AlignmentJudge
from service.library import Library
from service.manuscript import read_manuscript
from service.records import Citation, Paper
from service.records.checks import CheckedClaim, Suggestion, Unjudged
from service.review.checking import TextToCheck, checked, prepare
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings
from service.text.normal import title_key

_A_TEXT = 2_000
_PLANTED = 200
_VERDICTS = ("supported", "partly", "undecided", "not_in_corpus", "contradicted", "unjudged")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim with the truth about it. `cites` is the key that the text gives it; "" for none."""

    text: str
    label: str
    kind: str
    paper_id: str
    cites: str
    quotes: tuple[str, ...] = ()


def read_claims(half: str) -> tuple[list[Paper], list[Labelled]]:
    """All papers, and the claims about one paper of a half."""
    papers = {}
    for row in map(json.loads, (DATA / "claims" / "papers.jsonl").open(encoding="utf-8")):
        paper_id = f"{row['corpus']}-{row['n']}"
        papers[row["corpus"], row["n"]] = Paper(row["title"], row["abstract"], paper_id)
    claims = []
    for row in map(json.loads, (DATA / "claims" / "claims.jsonl").open(encoding="utf-8")):
        if "papers" not in row and is_for_choosing(row["n"]) == (half == "choosing"):
            paper_id = papers[row["corpus"], row["n"]].paper_id
            quotes = tuple(row.get("quotes", ()))
            claims.append(Labelled(row["claim"], row["label"], row["kind"], paper_id, paper_id, quotes))
    return list(papers.values()), claims


def as_text(claims: Sequence[Labelled]) -> str:
    """A paragraph a claim, so that none goes on about another."""
    lines = []
    for claim in claims:
        words = " ".join(claim.text.split()).rstrip(".")
        escaped = "".join(f"\\{c}" if c in "\\`*_[]<>#@" else c for c in words)
        lines.append(f"{escaped}{f' [@{claim.cites}]' if claim.cites else ''}.")
    return "\n\n".join(lines) + "\n"


def verdicts(corpus: LibraryCorpus, claims: Sequence[Labelled]) -> list[tuple[Labelled, list[CheckedClaim]]]:
    """Each claim with the verdicts on its paragraph, which may have been read as several sentences."""
    return [(claim, [s for s in said if isinstance(s, CheckedClaim)]) for claim, said in told(corpus, claims)]


def told(corpus: LibraryCorpus, claims: Sequence[Labelled]) -> list[tuple[Labelled, list[CheckedClaim | Unjudged]]]:
    """Each claim with all that was said of its paragraph."""
    said: list[tuple[Labelled, list[CheckedClaim | Unjudged]]] = []
    for at in range(0, len(claims), _A_TEXT):
        some = claims[at : at + _A_TEXT]
        request = TextToCheck(read_manuscript(as_text(some), form="markdown"), "claims.md")
        by_line: dict[int, list[CheckedClaim | Unjudged]] = {}
        made = checked(prepare(corpus, request), AlignmentJudge())
        sentences: tuple[CheckedClaim | Unjudged, ...] = (*made.claims, *made.unjudged)
        for sentence in sentences:
            by_line.setdefault(sentence.line, []).append(sentence)
        said += [(claim, by_line.get(2 * i + 1, [])) for i, claim in enumerate(some)]
    return said


def worst(said: Sequence[CheckedClaim]) -> str:
    """The verdict of a paragraph: supported only where all of it is."""
    order = ("contradicted", "not_in_corpus", "undecided", "partly", "supported")
    return next((v for v in order if any(c.verdict == v for c in said)), "unjudged")


def report(said: Sequence[tuple[Labelled, list[CheckedClaim]]], *, shown: bool) -> None:
    table: dict[str, Counter[str]] = {}
    for claim, found in said:
        table.setdefault(claim.label, Counter())[worst(found)] += 1
        table.setdefault(f"  {claim.label}: {claim.kind}", Counter())[worst(found)] += 1
        wrong = {"supported": claim.label != "supported", "contradicted": claim.label == "supported"}
        if shown and wrong.get(worst(found)):
            print(f"- {claim.label}, {claim.kind} -> {worst(found)}: {claim.text}\n    {found[0].citations[0].quote}")
    for name, counts in sorted(table.items(), key=lambda row: (row[0].strip(), row[0])):
        n = sum(counts.values())
        print(f"  {name:34} n={n:5}  " + "  ".join(f"{v} {counts[v] / n:.3f}" for v in _VERDICTS if counts[v]))


def report_citations(corpus: LibraryCorpus, true: Sequence[Labelled], papers: Sequence[Paper], seed: int) -> None:
    """Wrong, unknown and missing citations of sentences that are known to be supported."""
    rng = random.Random(seed)
    others = [p.paper_id for p in papers]
    rng.shuffle(others)

    def planted(cites: Iterable[str]) -> list[tuple[Labelled, list[CheckedClaim]]]:
        texts = [Labelled(c.text, c.label, c.kind, c.paper_id, key) for c, key in zip(true, cites, strict=True)]
        return verdicts(corpus, texts)

    keys = [next(k for k in others[i % 50 :] if k != c.paper_id) for i, c in enumerate(true)]
    for name, cites in (
        ("another paper's key", keys),
        ("a key that nobody has", [f"zzyzx{i}" for i in range(len(true))]),
        ("no citation", [""] * len(true)),
    ):
        said = planted(cites)
        counts = Counter(worst(found) for _, found in said)
        unknown = sum(any(c.unknown_keys for c in found) for _, found in said)
        offered = sum(any(s.paper_id == claim.paper_id for c in found for s in c.suggested) for claim, found in said)
        print(f"  {name:24} n={len(said):4}  unknown key {unknown}  source offered {offered}  {dict(counts)}")


def report_nearest(corpus: LibraryCorpus, claims: Sequence[Labelled]) -> None:
    """Whether what is shown beside a claim is what it was written from: shares in [0, 1]."""
    from_quotes = [claim for claim in claims if claim.quotes]
    others = [c.paper_id for c in from_quotes[7:] + from_quotes[:7]]
    first = [
        _is_one_of(said[0].citations[0].quote, claim.quotes)
        for claim, said in verdicts(corpus, from_quotes)
        if said and said[0].citations
    ]
    print(f"  own paper cited           n={len(first):4}  first quote is the sentence {sum(first) / len(first):.3f}")
    for name, cites in (("nothing cited", [""] * len(from_quotes)), ("another paper cited", others)):
        texts = [replace(claim, cites=key) for claim, key in zip(from_quotes, cites, strict=True)]
        shown = [
            (c, [s for one in said for s in _shown(one)]) for c, said in told(corpus, texts) if c.cites != c.paper_id
        ]
        paper = sum(any(s.paper_id == c.paper_id for s in some) for c, some in shown) / len(shown)
        sentence = sum(any(_is_one_of(s.quote, c.quotes) for s in some) for c, some in shown) / len(shown)
        print(f"  {name:24}  n={len(shown):4}  its paper is shown {paper:.3f}, its sentence {sentence:.3f}")


def _shown(said: CheckedClaim | Unjudged) -> tuple[Citation | Suggestion, ...]:
    """What of papers that a sentence does not cite is shown beside it."""
    if isinstance(said, Unjudged):
        return said.near
    return (*said.suggested, *said.near, *(said.citations if not said.cited else ()))


def _is_one_of(quote: str, sentences: Iterable[str]) -> bool:
    keys = (title_key(quote), [title_key(s) for s in sentences])
    return any(key in keys[0] or keys[0] in key for key in keys[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("choosing", "reported"), default="choosing")
    parser.add_argument("--claims", type=int, default=100_000, help="claims at most (default: all)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cache", type=Path, help="keeps the library, so that a second run need not import")
    parser.add_argument("--shown", action="store_true", help="print what is wrongly supported or contradicted")
    options = parser.parse_args()
    papers, claims = read_claims(options.half)
    with tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder:
        settings = Settings(library=options.cache or Path(folder) / "claims")
        with Library.open(settings, create=True) as library:
            if library.count() == 0:
                library.import_papers(papers)
            corpus = LibraryCorpus(library)
            started = time.monotonic()
            said = verdicts(corpus, claims[: options.claims])
            seconds = time.monotonic() - started
            print(f"{len(said)} claims of the {options.half} half, {seconds:.0f} s, judged by alignment")
            report(said, shown=options.shown)
            true = [claim for claim, found in said if claim.label == "supported" and worst(found) == "supported"]
            report_citations(corpus, true[:_PLANTED], papers, options.seed)
            report_nearest(corpus, claims[: options.claims])


if __name__ == "__main__":
    main()
