"""`eval new-case`: write a case by answering questions; gold titles and wordings are checked against the corpus."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from eval.commands.command import Command, Outlets
from eval.datasets import corpora
from eval.datasets.cases import Case, CorpusName, Kind, Nugget, read_cases, shipped
from eval.documents.folding import occurs, title_identity
from eval.runs.manifest import RunError
from service.errors import UsageError
from service.readers import read
from service.records import Paper

Ask = Callable[[str], str]
_MOST_BYTES = 1_000_000  # of a record of the corpus


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--into", type=Path, required=True, metavar="FILE", help="a JSONL file; the case is appended")
    parser.add_argument("--corpus", choices=get_args(CorpusName), default="sample", help="default: sample")
    parser.add_argument("--author", default="", help="for the provenance")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 written, 2 where the input ends early or makes no case."""

    def ask(prompt: str) -> str:
        outlets.stderr.print(f"{prompt} ", end="", markup=False, highlight=False)
        line = sys.stdin.readline()
        if not line:
            raise UsageError("The input ended before the case was whole; nothing was written.")
        return line.strip()

    papers = papers_of(options.corpus)
    taken = {c.id for c in read_cases(shipped(paraphrases=False))}
    taken |= {c.id for c in read_cases([options.into])} if options.into.is_file() else set()
    case = interview(ask, options.corpus, papers, taken, author=options.author, say=outlets.stderr.print)
    append(case, options.into)
    outlets.stdout.print(f"written: {case.id} to {options.into.name}", markup=False, highlight=False)
    return 0


def papers_of(corpus: CorpusName) -> dict[str, Paper]:
    """The papers of a corpus by title identity. Raises `RunError` where it isn't here."""
    files = corpora.files(corpus)
    if not files:
        raise RunError(f"The corpus can't be read: {corpora.absence(corpus)}")
    records = (r for f in files for r in read(f, max_record_bytes=_MOST_BYTES))
    return {title_identity(r.title): r for r in records if isinstance(r, Paper)}


def interview(
    ask: Ask,
    corpus: CorpusName,
    papers: dict[str, Paper],
    taken: set[str],
    *,
    author: str,
    say: Callable[[str], object],
) -> Case:
    """A case from answers to questions; what doesn't fit the corpus is asked again."""
    case_id = _until(ask, say, "Id?", lambda t: None if t and t not in taken else "An id that isn't used yet, please.")
    question = _until(ask, say, "Question?", lambda t: None if t else "A question, please.")
    kinds = get_args(Kind)
    kind = _until(ask, say, f"Kind ({', '.join(kinds)})?", lambda t: None if t in kinds else "One of these, please.")
    answerable = {"unanswerable": "no", "half-answerable": "partly"}.get(kind, "yes")
    gold: list[str] = []
    nuggets: list[Nugget] = []
    missing: list[str] = []
    if answerable != "no":
        while title := ask("Title (or its beginning) of a paper that answers it; empty: no more?"):
            found = [p for key, p in papers.items() if key.startswith(title_identity(title))]
            if len(found) != 1:
                say(f"{len(found)} papers of the corpus begin like that.")
            else:
                gold.append(found[0].title)
                say(found[0].abstract)
        abstracts = "\n".join(f"{t}\n{papers[title_identity(t)].abstract}" for t in gold)
        while wordings := ask("A fact the answer must hold, its wordings split by |; empty: no more?"):
            alternatives = tuple(w.strip() for w in wordings.split("|") if w.strip())
            if not any(occurs(a, abstracts) for a in alternatives):
                say("None of these wordings stands in a gold abstract.")
                continue
            vital = ask("Vital (y/n)?").casefold().startswith("y")
            nuggets.append(Nugget(alternatives=alternatives, vital=vital))
    while answerable == "partly" and (lacking := ask("What does the corpus not say; empty: no more?")):
        missing.append(lacking)
    try:
        return Case.model_validate(
            {
                "id": case_id,
                "corpus": corpus,
                "question": question,
                "kind": kind,
                "answerable": answerable,
                "gold": tuple(gold),
                "nuggets": tuple(nuggets),
                "missing": tuple(missing),
                "provenance": f"Written with eval new-case{f' by {author}' if author else ''}; not yet reviewed",
            }
        )
    except ValueError as error:
        raise UsageError(f"This makes no case, and nothing was written: {error}") from error


def append(case: Case, path: Path) -> None:
    """One line more; a file that doesn't end with a line end gets one first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.is_file() else b""
    with path.open("ab") as file:
        if before and not before.endswith(b"\n"):
            file.write(b"\n")
        file.write(case.model_dump_json(exclude_defaults=False).encode() + b"\n")


def _until(ask: Ask, say: Callable[[str], object], prompt: str, fault: Callable[[str], str | None]) -> str:
    while True:
        text = ask(prompt)
        wrong = fault(text)
        if wrong is None:
            return text
        say(wrong)


COMMAND = Command("new-case", "write a case by answering questions", arguments, execute)
