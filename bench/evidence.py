"""How many of the papers that a question is about are read: list questions and groups of five papers on one problem.

    python bench/evidence.py --cache /tmp/cache/fields [--report] [--decompositions FILE]

A line of FILE is a reply to prompts/decompose.md with the `text` of its question, as a model gave it or a person wrote
it; without one, the words alone are searched. Halves by a hash of the question's text.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from field_libraries import DATA, RecordedCorpus, records

from eval.datasets.halves import is_for_choosing
from service.review.evidence.finding import EMBEDDED, find
from service.review.question import Query
from service.review.question.by_model import DecompositionReply, decomposition_of, with_decomposition
from service.review.question.words import query_from_words
from service.text.normal import title_key

READ = (5, 12, 16, 40)


@dataclass(frozen=True)
class Wanted:
    """A question to a library with the title keys of the papers it is about."""

    field: str
    text: str
    gold: frozenset[str]


def groups(data: Path = DATA) -> Iterator[Wanted]:
    """ORKG's research problems, each with the papers of all its groups of five, among those of every problem."""
    gold: dict[str, set[str]] = {}
    for group in records(data / "orkg_groups/groups.jsonl"):
        problem = " ".join(group["research_problem"].split())
        gold.setdefault(problem, set()).update(title_key(p["title"]) for p in group["papers"])
    for problem, papers in gold.items():
        yield Wanted("orkg", f"What approaches are there to {problem}?", frozenset(papers))


def lists(data: Path = DATA) -> Iterator[Wanted]:
    """Hand-written list questions, each over the hundred papers of its field."""
    titles = {(r["corpus"], r["n"]): title_key(r["title"]) for r in records(data / "claims/papers.jsonl")}
    for row in records(data / "claims/lists.jsonl"):
        gold = frozenset(titles[row["corpus"], n] for n in row["gold"])
        yield Wanted(f"{row['corpus']}-listed", row["question"], gold)


def asked(wanted: Wanted, corpus: RecordedCorpus, replies: Mapping[str, DecompositionReply]) -> Query:
    """The query, by words or by the decomposition that was given."""
    query = query_from_words(wanted.text, corpus)
    reply = replies.get(wanted.text)
    return query if reply is None else with_decomposition(query, decomposition_of(reply, wanted.text, "given"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, help="folder of the fields' libraries; built in some minutes")
    parser.add_argument("--report", action="store_true", help="look at the half that nothing was chosen on")
    parser.add_argument("--decompositions", type=Path)
    arguments = parser.parse_args()
    if arguments.cache is None or not DATA.is_dir():
        print("not run: it needs ../shared/data and, with --cache, a folder for five libraries")
        return
    given = records(arguments.decompositions) if arguments.decompositions else iter(())
    replies = {r["text"]: DecompositionReply.model_validate(r) for r in given}
    for name, rows in (("groups", list(groups())), ("lists", list(lists()))):
        chosen = [w for w in rows if is_for_choosing(w.text) is not arguments.report]
        if replies:
            chosen = [w for w in chosen if w.text in replies]
        if chosen:
            show(name, chosen, arguments.cache, replies)


def show(name: str, chosen: list[Wanted], cache: Path, replies: Mapping[str, DecompositionReply]) -> None:
    """The share of each question's papers among the first papers read, with an interval over questions."""
    corpora = {field: RecordedCorpus(field, cache) for field in dict.fromkeys(w.field for w in chosen)}
    shares: dict[int, list[float]] = {k: [] for k in READ}
    statuses: list[str] = []
    spent = 0.0
    for wanted in chosen:
        corpus = corpora[wanted.field]
        start = time.process_time()
        found = find(corpus, asked(wanted, corpus, replies), most_papers=max(READ), embedded=EMBEDDED, filters=None)
        spent += time.process_time() - start
        read = [title_key(p.paper.title) for p in found.papers]
        statuses.append(found.status)
        for k in READ:
            shares[k].append(len(wanted.gold & set(read[:k])) / min(len(wanted.gold), k))
    for corpus in corpora.values():
        corpus.save()
    draws = np.random.default_rng(0)
    for k, values in shares.items():
        means = [draws.choice(values, len(values)).mean() for _ in range(1000)]
        low, high = np.quantile(means, [0.025, 0.975])
        print(f"{name}: of the papers wanted, read among {k}: {np.mean(values):.3f} [{low:.3f}, {high:.3f}]")
    counted = {s: statuses.count(s) for s in dict.fromkeys(statuses)}
    print(f"{name}: {len(chosen)} questions, {counted}, {spent / len(chosen):.2f} s of processor time each")


if __name__ == "__main__":
    main()
