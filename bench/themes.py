"""Whether a survey's themes recover the problems that papers work on, and their titles say what the papers are about.

    python bench/themes.py [--half choose | report] [--mixes 40] [--library FOLDER]

A mix is three to six of the ORKG groups (five papers on one problem each, some left out), every other mix of one
discipline. Printed: agreement of themes and problems (adjusted Rand index, V-measure), the share of papers under a
title, for how many the title is central (it stands in their title, in what they say that they do or in the last of
their results) or the nearest of all titles by embedding, and how often a title is nearer to the problem of most of its
papers than to the other problems. `--half` is that of `eval.datasets.halves`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from corpora import DATA

from eval.datasets.halves import is_for_choosing
from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.library import Library
from service.records import Paper
from service.review.drafting.theme_titles import titles
from service.review.drafting.themes import grouped
from service.review.evidence.library_corpus import LibraryCorpus
from service.review.evidence.model import Evidence, PaperEvidence
from service.settings import Settings
from service.text.terms import STOP_TERMS, terms

_SEED = 5
_LEAST = 9  # papers of a mix

Mix = tuple[list[tuple[str, int]], list[str]]


def read_groups(half: str) -> tuple[list[Paper], list[dict[str, str]]]:
    """All papers, and the groups of a half."""
    rows = [json.loads(line) for line in (DATA / "orkg_groups" / "groups.jsonl").open(encoding="utf-8")]
    papers = [Paper(p["title"], p["abstract"], f"{g['id']}-{i}") for g in rows for i, p in enumerate(g["papers"])]
    return papers, [g for g in rows if is_for_choosing(str(g["id"])) == (half == "choose")]


def mixes(groups: Sequence[dict[str, str]], count: int) -> list[Mix]:
    """Papers' ids with the number of their problem, and the problems in words."""
    rng = random.Random(_SEED)
    fields: dict[str, list[dict[str, str]]] = {}
    for group in groups:
        fields.setdefault(group["domain"], []).append(group)
    large = [name for name in sorted(fields) if len(fields[name]) >= 3]
    made: list[Mix] = []
    for number in range(count):
        wanted = rng.choice([3, 4, 5, 6])
        pool = fields[rng.choice(large)] if number % 2 else groups
        chosen = rng.sample(list(pool), min(wanted, len(pool)))
        ids = [
            (f"{g['id']}-{i}", at)
            for at, g in enumerate(chosen)
            for i in rng.sample(range(5), rng.choice([3, 4, 5, 5]))
        ]
        rng.shuffle(ids)
        made.append((ids, [g["research_problem"] for g in chosen]))
    return made


def adjusted_rand(true: Sequence[int], found: Sequence[int]) -> float:
    """Hubert and Arabie (1985): 1 for the same partition, 0 for what chance gives."""
    pairs = [
        sum(math.comb(n, 2) for n in Counter(x).values()) for x in (list(zip(true, found, strict=True)), true, found)
    ]
    expected = pairs[1] * pairs[2] / math.comb(len(true), 2)
    most = (pairs[1] + pairs[2]) / 2
    return (pairs[0] - expected) / (most - expected) if most != expected else 1.0


def v_measure(true: Sequence[int], found: Sequence[int]) -> float:
    """Rosenberg and Hirschberg (2007): the harmonic mean of homogeneity and completeness, in [0, 1]."""

    def entropy(of: Sequence[object]) -> float:
        return -sum(n / len(of) * math.log(n / len(of)) for n in Counter(of).values())

    apart, there = entropy(true), entropy(found)
    shared = apart + there - entropy(list(zip(true, found, strict=True)))
    homogeneous = shared / apart if apart else 1.0
    complete = shared / there if there else 1.0
    return 2 * homogeneous * complete / (homogeneous + complete) if homogeneous + complete else 0.0


def is_central(title: str, abstract: AnnotatedAbstract) -> bool:
    """Whether a part of a title stands in a paper's title, in what it does, or in the last of its results."""
    role = {i: abstract.sentences[i].role for i in abstract.evidence}
    results = [i for i in role if role[i] == RhetoricalRole.RESULT]
    centre = [set(abstract.sentences[i].terms) for i in role if role[i] == RhetoricalRole.APPROACH or i in results[-1:]]
    wanted = [set(terms(part)) - STOP_TERMS for part in title.split(" and ")]
    return any(part and any(part <= held for held in (set(abstract.title_terms), *centre)) for part in wanted)


def evidence(corpus: LibraryCorpus, papers: Sequence[Paper]) -> list[PaperEvidence]:
    annotated = zip(corpus.annotated(papers), corpus.vectors(papers), strict=True)
    return [
        PaperEvidence(a, tuple(Evidence(a, i, 0.5, 0.5) for i in a.evidence), 0.5, v)
        for a, v in annotated
        if a.evidence
    ]


def measure(
    corpus: LibraryCorpus, papers: Sequence[Paper], problem: dict[str, int], problems: Sequence[str]
) -> dict[str, float]:
    """All shares of one mix, in [0, 1], and its number of titled themes."""
    groups = grouped(evidence(corpus, papers))
    named = titles(groups, topic="", corpus=corpus)
    titled = [(title, group) for title, group in zip(named, groups, strict=True) if title]
    vectors, wanted = corpus.embed([t for t, _ in titled] or [""]), corpus.embed(list(problems))
    theme = {p.paper.paper_id: n if named[n] else -1 for n, group in enumerate(groups) for p in group}
    true, found = [problem[i] for i in theme], list(theme.values())
    central, nearest, right = 0, 0, []
    for n, (title, group) in enumerate(titled):
        for paper in group:
            at = is_central(title, paper.abstract)
            central += at
            nearest += at or int(np.argmax(vectors @ paper.vectors.mean(axis=0))) == n
        ours = Counter(problem[p.paper.paper_id] for p in group).most_common(1)[0][0]
        right.append(int(np.argmax(wanted @ vectors[n])) == ours)
    return {
        "adjusted Rand index": adjusted_rand(true, found),
        "V-measure": v_measure(true, found),
        "titled themes": len(titled),
        "papers under a title": sum(n >= 0 for n in found) / len(found),
        "papers of which the title is central": central / len(found),
        "central, or nearest by embedding": nearest / len(found),
        "titles nearest to their own problem": sum(right) / len(right) if right else 0.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("choose", "report"), default="choose")
    parser.add_argument("--mixes", type=int, default=40)
    parser.add_argument("--library", type=Path, default=None, help="keep the library of all papers here")
    options = parser.parse_args()
    papers, groups = read_groups(options.half)
    with tempfile.TemporaryDirectory(prefix="litweave-bench-") as folder:
        settings = Settings(library=options.library or Path(folder) / "orkg")
        with Library.open(settings, create=True) as library:
            if library.count() == 0:
                library.import_papers(papers)
            stored = {p.paper_id: p for p in library.papers()}
            corpus, rows = LibraryCorpus(library), []
            for ids, problems in mixes(groups, options.mixes):
                known = {i: problem for i, problem in ids if i in stored}  # a paper of two groups is stored once
                if len(known) >= _LEAST:
                    rows.append(measure(corpus, [stored[i] for i in known], known, problems))
    print(f"{len(rows)} mixes of the half to {options.half}")
    for name in rows[0]:
        print(f"  {name:38} {np.mean([row[name] for row in rows]):.3f}")


if __name__ == "__main__":
    main()
