"""How often a sentence's rhetorical role agrees with the label its authors put on it, over PubMedQA's abstracts.

    python bench/roles.py [--corpus ../shared/data/pubmedqa/pqal_train.jsonl] [--reported] [--confused]

A section of a structured abstract carries a label; its sentences are taken without it, so that only words and place are
left. Labels of the same section vary ("MATERIALS AND METHODS"); those that fit none of the moves are left out and
counted. METHODS counts as met by approach or data. The half for choosing is read, with `--reported` the other. The
share is printed with its 95% interval (bootstrap over abstracts, 1,000 draws, fixed seed), beside two baselines: the
most frequent role, and place alone.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eval.datasets.halves import is_for_choosing
from service.annotate.rhetorical_roles import RhetoricalRole, rhetorical_roles
from service.text.normal import for_search
from service.text.sentences import sentence_texts
from service.text.terms import terms_of

PROBLEM, APPROACH, DATA, RESULT = (RhetoricalRole(name) for name in ("problem", "approach", "data", "result"))
_MOVES: tuple[tuple[str, frozenset[RhetoricalRole]], ...] = (
    (r"BACKGROUND|INTRODUCTION|OBJECTIVE|AIM|PURPOSE|CONTEXT|RATIONALE|HYPOTHES", frozenset({PROBLEM})),
    (r"RESULT|FINDING|CONCLUSION|INTERPRETATION", frozenset({RESULT})),
    (r"METHOD|MATERIAL|DESIGN|SETTING|PATIENT|PARTICIPANT|SUBJECT|SAMPLE|INTERVENTION|MEASURE|PROCEDURE|ANALYSIS",
     frozenset({APPROACH, DATA})),
)  # fmt: skip

Labelled = tuple[str, frozenset[RhetoricalRole]]
"""A sentence in its search form and the roles its label allows."""


def move(label: str) -> frozenset[RhetoricalRole] | None:
    """The roles a section label allows; the first pattern that fits decides."""
    return next((roles for pattern, roles in _MOVES if re.search(pattern, label.upper())), None)


def labelled(record: dict[str, object]) -> tuple[list[Labelled], int]:
    """One abstract's labelled sentences in order, and how many sentences have a label that says nothing."""
    contexts, labels = record["contexts"], record["context_labels"]
    assert isinstance(contexts, list)
    assert isinstance(labels, list)
    sections = [*zip(contexts, labels, strict=True), (record["long_answer"], "CONCLUSIONS")]
    flat = [(for_search(s), move(label)) for section, label in sections for s in sentence_texts(str(section))]
    found = [(s, roles) for s, roles in flat if roles is not None]
    return found, len(flat) - len(found)


def by_model(abstract: Sequence[Labelled]) -> list[RhetoricalRole]:
    """The service's roles, without any label."""
    texts = [text for text, _ in abstract]
    return list(rhetorical_roles(texts, [terms_of(text) for text in texts], [None] * len(texts)))


def by_place(abstract: Sequence[Labelled]) -> list[RhetoricalRole]:
    """The baseline that reads nothing: the thirds of an abstract as they fall in this corpus."""
    places = [i / max(len(abstract) - 1, 1) for i in range(len(abstract))]
    return [PROBLEM if at < 0.2 else APPROACH if at < 0.5 else RESULT for at in places]


def f1(abstracts: Sequence[Sequence[Labelled]], read: Sequence[Sequence[RhetoricalRole]]) -> dict[str, float]:
    """F1 of each move over all sentences, in [0, 1], and their mean."""
    met, said, meant = Counter[str](), Counter[str](), Counter[str]()
    move_of = {APPROACH: "methods", DATA: "methods", PROBLEM: "problem"}
    for abstract, roles in zip(abstracts, read, strict=True):
        for (_, wanted), role in zip(abstract, roles, strict=True):
            name, said_name = move_of.get(min(wanted), "result"), move_of.get(role, "result")
            meant[name] += 1
            said[said_name] += 1
            met[name] += name == said_name and role in wanted
    found = {name: 2 * met[name] / (said[name] + meant[name]) for name in sorted(meant)}
    return {**found, "mean": sum(found.values()) / len(found)}


def interval(abstracts: Sequence[Sequence[Labelled]], read: Sequence[Sequence[RhetoricalRole]]) -> str:
    """Share of sentences whose role its label allows, and its 95% interval over abstracts."""
    counts = [
        (sum(role in wanted for (_, wanted), role in zip(abstract, roles, strict=True)), len(abstract))
        for abstract, roles in zip(abstracts, read, strict=True)
    ]
    draw = random.Random(7)
    shares = sorted(
        sum(r for r, _ in drawn) / sum(n for _, n in drawn)
        for drawn in (draw.choices(counts, k=len(counts)) for _ in range(1000))
    )
    return f"{sum(r for r, _ in counts) / sum(n for _, n in counts):.3f} [{shares[25]:.3f}, {shares[974]:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/data/pubmedqa/pqal_train.jsonl"))
    parser.add_argument("--reported", action="store_true", help="the half that nothing was chosen on")
    parser.add_argument("--confused", action="store_true", help="print what was taken for what")
    options = parser.parse_args()
    if not options.corpus.is_file():
        print(f"skipped: {options.corpus} is not here")
        return
    lines = options.corpus.read_text(encoding="utf-8").split("\n")  # an abstract may hold U+2028
    records = [json.loads(line) for line in lines if line]
    parsed = [labelled(record) for record in records if is_for_choosing(str(record["id"])) != options.reported]
    abstracts = [sentences for sentences, _ in parsed if sentences]
    total = sum(map(len, abstracts))
    print(f"{len(abstracts)} abstracts, {total} labelled sentences, {sum(n for _, n in parsed)} left out")
    read = [by_model(abstract) for abstract in abstracts]
    print(f"words and place  {interval(abstracts, read)}")
    print(f"place alone      {interval(abstracts, [by_place(abstract) for abstract in abstracts])}")
    print(f"always 'result'  {interval(abstracts, [[RESULT] * len(abstract) for abstract in abstracts])}")
    print("F1", {name: round(value, 3) for name, value in f1(abstracts, read).items()})
    if options.confused:
        for abstract, roles in zip(abstracts, read, strict=True):
            for (text, wanted), role in zip(abstract, roles, strict=True):
                if role not in wanted:
                    print(f"{'|'.join(sorted(wanted))} taken for {role}: {text[:160]}")


if __name__ == "__main__":
    main()
