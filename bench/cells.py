"""How many cells of a table made without a model are right, and how many of the values that abstracts state it finds.

    python bench/cells.py [--report] [--errors]

bench/labels/cells.jsonl holds what two people, each alone, found for twelve columns in one paper of each of sixty ORKG
groups, as spans of the abstract: 720 cells. Counted are cells on which both agree: stated by both, or by neither. A
filled cell is right where it shares half of itself, or half of a labelled span, with that span. Precision: right among
filled; recall: right among stated. `--report` takes the groups that nothing was chosen on.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import DATA

from service.annotate import AnnotatedAbstract, annotate
from service.records import Paper
from service.review.comparison.columns import KINDS
from service.review.comparison.model import Part, Value

LABELS = Path(__file__).parent / "labels" / "cells.jsonl"
_MOST_CHARS = 250  # of a cell whose value is a phrase: a whole paragraph that holds the right word is no cell
_SENTENCES = ("problem", "approach", "result")
Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Labelled:
    """A paper with the spans that each of two people gave for each column."""

    key: str
    abstract: AnnotatedAbstract
    first: dict[str, Spans]
    second: dict[str, Spans]

    def gold(self, column: str) -> Spans | None:
        """The spans of both; `None` where one found what the other did not."""
        one, other = self.first.get(column, []), self.second.get(column, [])
        return None if bool(one) != bool(other) else [*one, *other]


def labelled(*, report: bool, data: Path = DATA) -> Iterator[Labelled]:
    """The labelled papers of a half."""
    groups = {g["id"]: g["papers"] for g in map(json.loads, (data / "orkg_groups/groups.jsonl").open(encoding="utf-8"))}
    for row in map(json.loads, LABELS.open(encoding="utf-8")):
        if (row["half"] == "report") is report:
            group, _, at = row["paper"].partition("/")
            paper = groups[group][int(at)]
            abstract = annotate(Paper(paper["title"], paper["abstract"], row["paper"]))
            yield Labelled(row["paper"], abstract, row["first"], row["second"])


def agreement(papers: Sequence[Labelled]) -> str:
    """How often both found a value or neither, beyond chance (Cohen 1960)."""
    pairs = [(bool(p.first.get(k.name)), bool(p.second.get(k.name))) for p in papers for k in KINDS]
    same = sum(a == b for a, b in pairs) / len(pairs)
    one, other = (sum(pair[i] for pair in pairs) / len(pairs) for i in (0, 1))
    chance = one * other + (1 - one) * (1 - other)
    return f"{len(pairs)} cells, both or neither stated: {same:.3f}, kappa {(same - chance) / (1 - chance):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    if not (DATA / "orkg_groups").is_dir():
        print("not run: it needs ../shared/data/orkg_groups")
        return
    papers = list(labelled(report=options.report))
    counts: dict[str, Counter[str]] = {kind.name: Counter() for kind in KINDS}
    for paper in papers:
        _count(paper, counts, errors=options.errors)
    print(agreement(papers))
    total = Counter[str]()
    for name, count in counts.items():
        total.update(count)
        print(_line(name, count))
    print(_line("all", total))


def _count(paper: Labelled, counts: dict[str, Counter[str]], *, errors: bool) -> None:
    for kind in KINDS:
        gold = paper.gold(kind.name)
        if gold is None:
            continue
        value = kind.read(paper.abstract)
        filled = isinstance(value, Part)
        right = isinstance(value, Part) and _is_right(value, gold, whole=kind.name in _SENTENCES)
        counts[kind.name].update(cells=1, stated=bool(gold), filled=filled, right=right)
        if errors and (filled or gold) and not right:
            text = paper.abstract.paper.abstract
            print(f"{paper.key} {kind.name}: {_shown(text, value)!r} for {[text[a:b] for a, b in gold]}")


def _is_right(part: Part, gold: Spans, *, whole: bool) -> bool:
    if not whole and part.end - part.start > _MOST_CHARS:
        return False
    shared = ((min(part.end, b) - max(part.start, a), min(part.end - part.start, b - a)) for a, b in gold)
    return any(2 * common >= least for common, least in shared)


def _shown(text: str, value: Value) -> str:
    return text[value.start : value.end] if isinstance(value, Part) else value


def _line(name: str, count: Counter[str]) -> str:
    precision = count["right"] / count["filled"] if count["filled"] else float("nan")
    recall = count["right"] / count["stated"] if count["stated"] else float("nan")
    return (
        f"{name:13} cells {count['cells']:4}  stated {count['stated']:4}  filled {count['filled']:4}  right "
        f"{count['right']:4}  precision {precision:.2f}  recall {recall:.2f}"
    )


if __name__ == "__main__":
    main()
