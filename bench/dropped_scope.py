"""How often a sentence that has lost what limits it is still called supported: real abstracts, one phrase taken out.

    python bench/dropped_scope.py [--half choose | report] [--papers 300] [--shown]

A sentence of an abstract whose phrase of place, group or condition is set off by commas ("..., that, for developing
countries, growth ...", "In patients over 60, ...", "..., in industries with few firms.") is claimed of its paper
without the phrase. The judge without a model should not call that supported; some phrases limit nothing ("To measure
this, ..."), so the share that is left is an upper bound. `whole`: sentences as they stand.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator

from corpora import DATA

from eval.datasets.halves import is_for_choosing
from eval.datasets.jsonl import records
from eval.datasets.questions import paper_of
from service.annotate import AnnotatedAbstract, annotate
from service.judge.alignment import support_in
from service.records import Paper
from service.vocabulary import CONNECTIVES, SCAFFOLDING
from service.vocabulary.function_words import PREPOSITIONS

FIELDS = {"economics": "economics/corpus.jsonl", "biomedicine": "scifact/corpus.jsonl"}
_PHRASE = r"(?:" + "|".join(sorted(PREPOSITIONS)) + r")\s[^,;:()]{6,80}?"
_KINDS = {
    "after that": re.compile(rf"(?<=\bthat), ({_PHRASE}),(?= )", re.IGNORECASE),
    "in front": re.compile(rf"^({_PHRASE}), (?=[a-zA-Z])", re.IGNORECASE),
    "inside": re.compile(rf"(?<=[a-z]), ({_PHRASE}),(?= [a-z])", re.IGNORECASE),
    "at the end": re.compile(rf"(?<=[a-z\d%]) ({_PHRASE})(?=\.$)", re.IGNORECASE),
    "behind": re.compile(rf"(?<=[a-z\d%]), ({_PHRASE})(?=\.$)", re.IGNORECASE),
}
_LEAST_LEFT = 40  # characters


def papers(field: str, half: str, most: int) -> list[Paper]:
    """Of one field, of the half that is asked for."""
    found = []
    for r in records(DATA / FIELDS[field]):
        abstract = " ".join(r["abstract"]) if isinstance(r["abstract"], list) else r["abstract"]
        if abstract and is_for_choosing(r["title"]) is (half == "choose"):
            found.append(paper_of({**r, "abstract": abstract}))
    random.Random(0).shuffle(found)
    return found[:most]


def dropped(abstract: AnnotatedAbstract) -> Iterator[tuple[str, str, str]]:
    """(kind, phrase, what is left) for each phrase that limits a sentence which may be quoted."""
    for i in abstract.evidence:
        text = abstract.text(i)
        for kind, pattern in _KINDS.items():
            for match in pattern.finditer(text):
                left = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()).strip(" ,")
                phrase = match[1].casefold()
                telling = phrase not in CONNECTIVES and not SCAFFOLDING & set(re.findall(r"[a-z]+", phrase))
                if len(left) >= _LEAST_LEFT and telling:
                    yield kind, match[1], left[:1].upper() + left[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("choose", "report"), default="choose")
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--shown", action="store_true", help="print what is called supported")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print("not run: it needs ../shared/data")
        return
    for field in FIELDS:
        asked: Counter[str] = Counter()
        passed: Counter[str] = Counter()
        for paper in papers(field, arguments.half, arguments.papers):
            abstract = annotate(paper)
            for i in abstract.evidence:
                asked["whole"] += 1
                passed["whole"] += support_in(abstract.text(i), abstract).label == "supported"
            for kind, phrase, left in dropped(abstract):
                asked[kind] += 1
                if support_in(left, abstract).label == "supported":
                    passed[kind] += 1
                    if arguments.shown:
                        print(f"  {kind}: [{phrase}] {left}")
        for kind, number in asked.items():
            print(f"{field}, {kind}: {passed[kind]} of {number} called supported")


if __name__ == "__main__":
    main()
