"""How often a sentence's role agrees with the label its authors put on it, on PubMedQA's structured abstracts.

    python bench/roles.py [--corpus ../shared/data/pubmedqa/pqal_train.jsonl] [--confused]

A section of a structured abstract carries a label; its sentences are taken without it, so that only cues and
position are left: for one sentence alone (`role_of`) or with its neighbours (`roles_in`). Labels of the same section
vary ("MATERIALS AND METHODS"), those that fit none of the four
moves are left out and counted. METHODS counts as met by approach or data. The share is printed with its 95%
interval (bootstrap over abstracts, 1,000 draws, fixed seed), beside two baselines: the most frequent role, and
position alone.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from service.annotate.roles import Role, role_of, roles_in
from service.text.sentences import sentence_texts

_MOVES: tuple[tuple[str, frozenset[Role]], ...] = (
    (r"BACKGROUND|INTRODUCTION|OBJECTIVE|AIM|PURPOSE|CONTEXT|RATIONALE|HYPOTHES", frozenset({Role.PROBLEM})),
    (r"RESULT|FINDING|CONCLUSION|INTERPRETATION", frozenset({Role.RESULT})),
    (r"METHOD|MATERIAL|DESIGN|SETTING|PATIENT|PARTICIPANT|SUBJECT|SAMPLE|INTERVENTION|MEASURE|PROCEDURE|ANALYSIS",
     frozenset({Role.APPROACH, Role.DATA})),
)  # fmt: skip

Labelled = tuple[str, float, frozenset[Role]]
"""A sentence, its place in its abstract in [0, 1], and the roles its label allows."""


def move(label: str) -> frozenset[Role] | None:
    """The roles a section label allows; the first pattern that fits decides."""
    return next((roles for pattern, roles in _MOVES if re.search(pattern, label.upper())), None)


def labelled(record: dict[str, object]) -> tuple[list[Labelled], int]:
    """One abstract's labelled sentences in order, and how many sentences have a label that says nothing."""
    contexts, labels = record["contexts"], record["context_labels"]
    assert isinstance(contexts, list)
    assert isinstance(labels, list)
    sections = [*zip(contexts, labels, strict=True), (record["long_answer"], "CONCLUSIONS")]
    flat = [(s, move(label)) for section, label in sections for s in sentence_texts(str(section))]
    found = [(s, i / max(len(flat) - 1, 1), roles) for i, (s, roles) in enumerate(flat) if roles is not None]
    return found, len(flat) - len(found)


def by_position(_: str, position: float) -> Role:
    """The baseline that reads nothing: the thirds of an abstract as they fall in this corpus."""
    return Role.PROBLEM if position < 0.2 else Role.APPROACH if position < 0.5 else Role.RESULT


def accuracy(abstracts: Sequence[Sequence[Labelled]], judge: Callable[[str, float], Role]) -> list[tuple[int, int]]:
    """(right, sentences) of each abstract."""
    return [(sum(judge(s, at) in roles for s, at, roles in a), len(a)) for a in abstracts]


def accuracy_whole(abstracts: Sequence[Sequence[Labelled]]) -> list[tuple[int, int]]:
    """The same where each abstract is read as a whole, neighbours deciding where cues do not."""
    read = [roles_in([s for s, _, _ in a]) for a in abstracts]
    return [
        (sum(r in item[2] for r, item in zip(roles, a, strict=True)), len(a))
        for roles, a in zip(read, abstracts, strict=True)
    ]


def f1(abstracts: Sequence[Sequence[Labelled]], read: Sequence[Sequence[Role]]) -> dict[str, float]:
    """F1 of each move over all sentences, in [0, 1], and their mean."""
    met, said, meant = Counter[str](), Counter[str](), Counter[str]()
    move_of = {Role.APPROACH: "methods", Role.DATA: "methods", Role.PROBLEM: "problem"}
    for a, roles in zip(abstracts, read, strict=True):
        for (_, _, wanted), role in zip(a, roles, strict=True):
            name, said_name = move_of.get(min(wanted), "result"), move_of.get(role, "result")
            meant[name] += 1
            said[said_name] += 1
            met[name] += name == said_name and role in wanted
    found = {name: 2 * met[name] / (said[name] + meant[name]) for name in sorted(meant)}
    return {**found, "mean": sum(found.values()) / len(found)}


def interval(counts: Sequence[tuple[int, int]]) -> str:
    """Share and 95% interval over abstracts."""
    draw = random.Random(7)
    shares = sorted(
        sum(r for r, _ in drawn) / sum(n for _, n in drawn)
        for drawn in (draw.choices(counts, k=len(counts)) for _ in range(1000))
    )
    return f"{sum(r for r, _ in counts) / sum(n for _, n in counts):.3f} [{shares[25]:.3f}, {shares[974]:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/data/pubmedqa/pqal_train.jsonl"))
    parser.add_argument("--confused", action="store_true", help="print what was taken for what")
    options = parser.parse_args()
    if not options.corpus.is_file():
        print(f"skipped: {options.corpus} is not here")
        return
    lines = options.corpus.read_text(encoding="utf-8").split("\n")  # an abstract may hold U+2028
    records = [json.loads(line) for line in lines if line]
    parsed = [labelled(record) for record in records]
    abstracts = [sentences for sentences, _ in parsed if sentences]
    total = sum(map(len, abstracts))
    print(f"{len(abstracts)} abstracts, {total} labelled sentences, {sum(n for _, n in parsed)} left out")
    print(f"abstract as a whole {interval(accuracy_whole(abstracts))}")
    print(f"cues and position   {interval(accuracy(abstracts, role_of))}")
    print(f"position alone      {interval(accuracy(abstracts, by_position))}")
    print(f"always 'result'     {interval(accuracy(abstracts, lambda *_: Role.RESULT))}")
    whole = [roles_in([s for s, _, _ in a]) for a in abstracts]
    single = [[role_of(s, at) for s, at, _ in a] for a in abstracts]
    for name, read in (("abstract as a whole", whole), ("cues and position", single)):
        print(f"F1 {name:<19}", {move: round(value, 3) for move, value in f1(abstracts, read).items()})
    taken = Counter(("|".join(sorted(roles)), str(role_of(s, at))) for a in abstracts for s, at, roles in a)
    for wanted in sorted({w for w, _ in taken}):
        row = {role: taken[wanted, role] for role in map(str, Role) if taken[wanted, role]}
        print(f"{wanted:<14} {sum(row.values()):>5}  {row}")
    if options.confused:
        for sentence, at, roles in [item for a in abstracts for item in a][:4000]:
            if role_of(sentence, at) not in roles:
                print(f"{'|'.join(sorted(roles))} taken for {role_of(sentence, at)} at {at:.2f}: {sentence[:160]}")


if __name__ == "__main__":
    main()
