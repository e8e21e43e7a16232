"""`eval from-answers`: a reviewed answer becomes a case: its papers are gold, its figures are nuggets.

Only what a person has accepted should become gold: the command takes the answers a reviewer names, and says in
the provenance who that was. What is made is a draft of a case; wordings are the answer's own.
"""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

from eval.commands.command import Command, Outlets
from eval.commands.new_case import append
from eval.datasets.cases import Case, CorpusName, Kind, Nugget, read_cases, shipped
from eval.documents.folding import occurs
from eval.documents.reading import AnswerDocument, read_answer
from eval.runs.manifest import RunError
from service.errors import UsageError

_FIGURE = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?%?(?![\w-])")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("answer", type=Path, metavar="FILE", help="one answer as `litweave ask --json` prints it")
    parser.add_argument("--reviewer", required=True, help="who has read it against the abstracts")
    parser.add_argument("--id", required=True, help="of the case")
    parser.add_argument("--kind", choices=get_args(Kind), default="factual", help="default: factual")
    parser.add_argument("--corpus", choices=get_args(CorpusName), default="sample", help="default: sample")
    parser.add_argument("--into", type=Path, required=True, metavar="FILE", help="a JSONL file; the case is appended")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 written, 1 where the file holds no answer, 2 where it makes no case."""
    try:
        document = json.loads(options.answer.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{options.answer.name} isn't JSON: {error}") from error
    if not isinstance(document, dict):
        raise RunError(f"{options.answer.name} isn't an answer.")
    taken = {c.id for c in read_cases(shipped(paraphrases=False))}
    taken |= {c.id for c in read_cases([options.into])} if options.into.is_file() else set()
    if options.id in taken:
        raise UsageError(f"The id {options.id!r} is used already.")
    kind, corpus = cast(Kind, options.kind), cast(CorpusName, options.corpus)
    case = case_from(document, case_id=options.id, kind=kind, corpus=corpus, reviewer=options.reviewer)
    append(case, options.into)
    told = f"written: {case.id}: {len(case.gold)} gold papers, {len(case.nuggets)} nuggets; read it before it counts"
    outlets.stdout.print(told, markup=False, highlight=False)
    return 0


def case_from(document: Mapping[str, Any], *, case_id: str, kind: Kind, corpus: CorpusName, reviewer: str) -> Case:
    """The case a reviewed answer makes. A refusal makes an unanswerable one, a partial answer a half-answerable one.

    Raises `MalformedDocument` for what is no answer, `UsageError` for one that makes no case.
    """
    answer = read_answer(document)
    kind = {"not_in_corpus": "unanswerable", "partial": "half-answerable"}.get(answer.status, kind)  # type: ignore[assignment]
    titles = {r.paper_id: r.title for r in answer.references}
    cited = dict.fromkeys(c.paper_id for s in answer.claims for c in s.citations)
    try:
        return Case.model_validate(
            {
                "id": case_id,
                "corpus": corpus,
                "question": document.get("question"),
                "kind": kind,
                "answerable": {"unanswerable": "no", "half-answerable": "partly"}.get(kind, "yes"),
                "gold": tuple(titles[p] for p in cited if titles.get(p)),
                "nuggets": _nuggets(answer),
                "missing": answer.missing if answer.status == "partial" else (),
                "provenance": f"From an answer reviewed by {reviewer} against the abstracts",
            }
        )
    except ValueError as error:
        raise UsageError(f"This answer makes no case: {error}") from error


def _nuggets(answer: AnswerDocument) -> tuple[Nugget, ...]:
    """Each figure of the claims that stands in its quotes, once, as a vital nugget."""
    found: dict[str, None] = {}
    for sentence in answer.claims:
        quoted = "\n".join(c.quote or "" for c in sentence.citations)
        found |= dict.fromkeys(n for n in _FIGURE.findall(sentence.text) if occurs(n, quoted))
    return tuple(Nugget(alternatives=(n,), vital=True) for n in found)


COMMAND = Command("from-answers", "turn a reviewed answer into a case", arguments, execute)
