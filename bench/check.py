"""What `check` catches of errors planted into true sentences, and how its verdicts agree with labelled claims.

    python bench/check.py [--seed 7] [--papers PATH] [--claims 300] [--labelled N] [--shown]

Planted: sentences of the sample corpus' abstracts (or of PATH's) as litweave's drafts retell them in the third person,
every other one with near-synonyms, are written into one markdown text with pandoc keys. Each keeps what it says or
gets one error, drawn with the seed: another paper's key, a changed number, a flipped direction, a claim of our own
invention, a key that nobody has, no citation. For each class: which verdicts it got, and the share that was flagged in
the way it should be. Then the precision of each verdict.

Labelled: up to N claims of citation_integrity and of scifact (development halves), each against the abstract it cites,
through the same code: verdicts by label. REFUTE in citation_integrity covers every kind of wrong citation.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import DATA

from eval.mutants.wording import OPPOSITES, paraphrased, turned_round
from service.annotate.roles import Role, role_of
from service.library import Library
from service.manuscript import read_manuscript
from service.readers import read
from service.records import Paper
from service.review.checking import CheckedClaim
from service.review.checking.check import check
from service.review.checking.verdict import findings
from service.review.held import LibraryCorpus
from service.review.references import references, short_name
from service.review.rewrite import dangles, third_person
from service.sample import papers_path
from service.settings import Settings
from service.text.sentences import sentence_texts

_INVENTED = (
    "{name} was trained on medical images from ten hospitals.",
    "{name} requires a cluster of quantum annealers for inference.",
    "{name} was evaluated on satellite imagery of the Amazon basin.",
    "{name} reduces the electricity bill of data centres by a third.",
    "{name} relies on handwritten grammars of classical Latin.",
    "{name} has been deployed in the emergency rooms of Norway.",
    "{name} needs human annotators to label every training example twice.",
    "{name} generalises to protein folding without any change.",
)
_FIGURE = re.compile(r"(?<![\w.^-])\d+(?:\.\d+)?(?![\w^])")
_LEAST_WORDS, _MOST_WORDS = 8, 45


@dataclass(frozen=True, slots=True)
class Planted:
    """A sentence as it is written into the text, its class, and the paper that it truly comes from."""

    kind: str
    text: str
    paper: Paper


def true_sentences(papers: Iterable[Paper]) -> Iterator[tuple[Paper, str]]:
    """Sentences that name their paper or stand alone, told in the third person; links and the like are left out."""
    for paper in papers:
        sentences = list(sentence_texts(paper.abstract))
        for i, sentence in enumerate(sentences):
            told = third_person(sentence, short=short_name(paper), introduced=False)
            if told is None or dangles(told) or not _LEAST_WORDS <= len(told.split()) <= _MOST_WORDS:
                continue
            if (
                role_of(sentence, i / max(len(sentences) - 1, 1)) is not Role.NOTE
                and told[-1:] == "."
                and "[" not in told
            ):
                yield paper, told


def planted(papers: Sequence[Paper], rng: random.Random, most: int) -> list[Planted]:
    """Half of the sentences stay true; the others get an error that fits them."""
    found: list[Planted] = []
    sentences = list(true_sentences(papers))
    rng.shuffle(sentences)
    kinds = ["wrong key", "changed number", "flipped direction", "invented", "unknown key", "no citation"]
    for n, (paper, told) in enumerate(sentences[:most]):
        text = paraphrased(told) if n % 2 else told
        kind = "true" if n % 4 < 2 else rng.choice(kinds)
        if kind == "changed number":
            text = _FIGURE.sub(lambda m: _other(m[0], rng), text, count=1)
        elif kind == "flipped direction" and OPPOSITES & set(re.findall(r"\w+", text.casefold())):
            text = turned_round(text, rng)
        elif kind == "invented":
            text = rng.choice(_INVENTED).format(name=short_name(paper))
        if kind in ("changed number", "flipped direction") and text in (told, paraphrased(told)):
            kind = "true"
        found.append(Planted(kind, text, paper))
    return found


def _other(number: str, rng: random.Random) -> str:
    """Another number of about that size."""
    i = rng.choice([i for i, c in enumerate(number) if c.isdigit()])
    return number[:i] + rng.choice([d for d in "123456789" if d != number[i]]) + number[i + 1 :]


def written(sentences: Sequence[Planted], papers: Sequence[Paper], rng: random.Random) -> str:
    """The text: a paragraph a sentence, so that none leans on another."""
    keys = {paper_id: r.key for paper_id, r in references(papers).items()}
    lines = []
    for s in sentences:
        key = keys[s.paper.paper_id]
        if s.kind == "wrong key":
            key = keys[rng.choice([p for p in papers if p.paper_id != s.paper.paper_id]).paper_id]
        elif s.kind == "unknown key":
            key = f"zzyzx{rng.randrange(1000)}"
        lines.append(f"{s.text[:-1]}{'' if s.kind == 'no citation' else f' [@{key}]'}.")
    return "\n\n".join(line.replace("_", r"\_").replace("*", r"\*") for line in lines) + "\n"


def outcome(claims: Sequence[CheckedClaim]) -> str:
    """What was said of one paragraph: the gravest, where it was read as several sentences."""
    if any(c.unknown_keys for c in claims):
        return "unknown key"
    for verdict in ("contradicted", "not_in_corpus", "partly"):
        if any(c.verdict == verdict for c in claims):
            return verdict
    if not claims:
        return "unjudged"
    return "uncited" if any(c.uncited for c in claims) else "supported"


_MET = {
    "true": {"supported"},
    "wrong key": {"not_in_corpus", "contradicted"},
    "changed number": {"contradicted"},
    "flipped direction": {"contradicted"},
    "invented": {"not_in_corpus"},
    "unknown key": {"unknown key"},
    "no citation": {"uncited"},
}
_FLAGGED = {"contradicted", "not_in_corpus", "unknown key", "partly", "uncited"}


def report_planted(corpus: LibraryCorpus, papers: Sequence[Paper], seed: int, most: int, *, shown: bool) -> None:
    rng = random.Random(seed)
    sentences = planted(papers, rng, most)
    text = written(sentences, papers, rng)
    checked = check(corpus, read_manuscript(text, form="markdown"), file="planted.md")
    by_line: dict[int, list[CheckedClaim]] = {}
    for claim in checked.claims:
        by_line.setdefault(claim.line, []).append(claim)
    table: dict[str, Counter[str]] = {}
    suggested = [0, 0]
    for i, s in enumerate(sentences):
        claims = by_line.get(2 * i + 1, [])
        got = outcome(claims)
        table.setdefault(s.kind, Counter())[got] += 1
        if s.kind in ("wrong key", "no citation"):
            suggested[1] += 1
            suggested[0] += any(g.paper_id == s.paper.paper_id for c in claims for g in c.suggested)
        if shown and got not in _MET[s.kind]:
            print(f"- {s.kind} -> {got}: {s.text}\n    {[c.reason for c in claims]}")
    seconds = checked.accounting.elapsed_ms / 1000
    print(f"\nplanted, seed {seed}: {len(sentences)} sentences over {len(papers)} papers, {seconds:.1f} s")
    for kind in _MET:
        got = table.get(kind, Counter())
        n = sum(got.values())
        if n:
            met = sum(got[v] for v in _MET[kind]) / n
            flagged = sum(got[v] for v in _FLAGGED) / n
            print(f"  {kind:18} n={n:3}  as it should {met:.3f}  flagged {flagged:.3f}  {dict(got.most_common())}")
    for verdict in ("supported", "contradicted", "not_in_corpus", "unknown key", "uncited"):
        given = {kind: got[verdict] for kind, got in table.items() if got[verdict]}
        right = sum(n for kind, n in given.items() if verdict in _MET[kind])
        meant = [
            kind for kind in table if verdict in _MET[kind] and (kind != "wrong key" or verdict == "not_in_corpus")
        ]
        wanted = sum(sum(table[kind].values()) for kind in meant)
        met = sum(given.get(kind, 0) for kind in meant)
        total = sum(given.values())
        if total and wanted:
            print(f"  {verdict:18} precision {right / total:.3f} of {total}, recall {met / wanted:.3f}")
    print(f"  the true source is suggested for {suggested[0]} of {suggested[1]} sentences without or with a wrong key")


def labelled_claims(name: str, most: int) -> tuple[list[Paper], list[tuple[str, str, str]]]:
    """(papers, (claim, paper id, label)), those first in the file."""
    folder = DATA / name
    documents = {r["id"]: r for r in map(json.loads, (folder / "corpus.jsonl").open(encoding="utf-8"))}
    file = "claims_train.jsonl" if name == "scifact" else "claims_dev.jsonl"
    claims: list[tuple[str, str, str]] = []
    for record in map(json.loads, (folder / file).open(encoding="utf-8")):
        text = re.sub(r"[\[(][^\[\]()]{0,40}<\|[^\[\]()]*[\])]|<\|\w+\|>", "", record["claim"]).strip()
        for paper_id in map(str, record.get("doc_ids") or record.get("cited_doc_ids")):
            evidence = record.get("evidence", {}).get(paper_id)
            label = record.get("label") or (evidence[0]["label"] if evidence else "NEI")
            if paper_id in documents:
                claims.append((text, paper_id, label))
    claims = claims[:most]
    papers = []
    for paper_id in dict.fromkeys(p for _, p, _ in claims):
        d = documents[paper_id]
        papers.append(
            Paper(d["title"] or f"Document {paper_id}", d.get("abstract") or " ".join(d["sentences"]), paper_id)
        )
    return papers, claims


def report_labelled(name: str, most: int, cache: Path) -> None:
    papers, claims = labelled_claims(name, most)
    with Library.open(Settings(library=cache / f"{name}-{len(papers)}"), create=True) as library:
        if library.count() == 0:
            library.import_papers(papers)
        corpus = LibraryCorpus(library)
        by_id = {p.paper_id: p for p in library.papers()}
        table: dict[str, Counter[str]] = {}
        for text, paper_id, label in claims:
            if paper_id in by_id:
                said = findings(corpus, text, [by_id[paper_id]])
                table.setdefault(label, Counter())[said[0].verdict if said else "not_in_corpus"] += 1
    print(f"\n{name}: {len(claims)} claims")
    for label, got in sorted(table.items(), reverse=True):
        n = sum(got.values())
        print(f"  {label:12} n={n:4}  " + "  ".join(f"{v} {got[v] / n:.3f}" for v in _VERDICTS))
    for verdict, labels in (("supported", ("SUPPORT",)), ("contradicted", ("REFUTE", "CONTRADICT"))):
        given = sum(got[verdict] for got in table.values())
        right = sum(table[label][verdict] for label in labels if label in table)
        print(f"  {verdict}: precision {right / max(given, 1):.3f} of {given}")


_VERDICTS = ("supported", "partly", "contradicted", "not_in_corpus")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--papers", type=Path, action="append", help="files to import (default: the sample corpus)")
    parser.add_argument("--claims", type=int, default=300, help="planted sentences at most (default: 300)")
    parser.add_argument("--labelled", type=int, default=0, metavar="N", help="labelled claims of each set (default: 0)")
    parser.add_argument("--cache", type=Path, help="keeps the libraries, so that a second run need not import")
    parser.add_argument("--shown", action="store_true", help="print every sentence that did not get what it should")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder:
        cache = options.cache or Path(folder)
        paths = options.papers or [papers_path()]
        with Library.open(Settings(library=cache / paths[0].stem), create=True) as library:
            if library.count() == 0:
                for path in paths:
                    library.import_papers(read(path, max_record_bytes=1_000_000))
            papers = list(library.papers())
            report_planted(LibraryCorpus(library), papers, options.seed, options.claims, shown=options.shown)
        for name in ("citation_integrity", "scifact") if options.labelled else ():
            if (DATA / name).is_dir():
                report_labelled(name, options.labelled, cache)
            else:
                print(f"{name}: not here, skipped")


if __name__ == "__main__":
    main()
