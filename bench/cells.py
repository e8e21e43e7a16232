"""How many cells of a table made without a model are right, and how many of the values that abstracts state it finds.

    python -m bench.cells LABELS [--report] [--errors]

LABELS is a JSON list of papers, `{"id", "half", "title", "abstract", "gold": {column: value}}`. A value is a list of
strings, one of which has to stand in the cell, or of sentences as `[start, end]` of the abstract, one of which has to
overlap it; empty where the abstract does not state it. Columns without gold are not counted. Precision: right among
filled; recall: right among stated. `--report` takes the other half than the one to choose on.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from service.annotate import AnnotatedAbstract, annotate
from service.records import Paper
from service.review.comparison.columns import KINDS
from service.review.comparison.model import Part, Value

_MOST_CHARS = 250  # of a typed value: a whole paragraph that holds the right word is no cell


def main(arguments: Sequence[str] | None = None) -> int:
    """The table by column."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args(arguments)
    counts: dict[str, Counter[str]] = {kind.name: Counter() for kind in KINDS}
    for labelled in json.loads(options.labels.read_text(encoding="utf-8")):
        if (labelled["half"] == "report") is options.report:
            _paper(labelled, counts, errors=options.errors)
    total = Counter[str]()
    for name, count in counts.items():
        total.update(count)
        print(_line(name, count))
    print(_line("all", total))
    return 0


def _paper(labelled: dict[str, Any], counts: dict[str, Counter[str]], *, errors: bool) -> None:
    abstract = annotate(Paper(labelled["title"], labelled["abstract"], labelled["id"]))
    for kind in KINDS:
        gold = labelled["gold"].get(kind.name)
        if gold is None:
            continue
        value = kind.read(abstract)
        right = isinstance(value, Part) and _is_right(abstract, value, gold)
        counts[kind.name].update(
            cells=1, stated=bool(gold), filled=isinstance(value, Part), right=right,
            empty_right=not gold and value == "not_reported", empty=not gold,
        )  # fmt: skip
        if errors and (isinstance(value, Part) or gold) and not right:
            print(f"{labelled['id']} {kind.name}: {_shown(abstract, value)!r} for {gold}")


def _is_right(abstract: AnnotatedAbstract, part: Part, gold: Sequence[str | list[int]]) -> bool:
    text = abstract.paper.abstract[part.start : part.end]
    if len(text) > _MOST_CHARS and gold and isinstance(gold[0], str):
        return False
    return any(g in text if isinstance(g, str) else part.start < g[1] and g[0] < part.end for g in gold)


def _shown(abstract: AnnotatedAbstract, value: Value) -> str:
    return f"s{value.index}: {abstract.paper.abstract[value.start : value.end]}" if isinstance(value, Part) else value


def _line(name: str, count: Counter[str]) -> str:
    precision = count["right"] / count["filled"] if count["filled"] else float("nan")
    recall = count["right"] / count["stated"] if count["stated"] else float("nan")
    return (
        f"{name:13} cells {count['cells']:4}  stated {count['stated']:4}  filled {count['filled']:4}  right "
        f"{count['right']:4}  precision {precision:.2f}  recall {recall:.2f}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
