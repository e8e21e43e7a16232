"""Retrieval suites: where the paper that is meant stands among the hits of a search."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from eval.datasets.cases import Paraphrase
from eval.documents.folding import title_identity
from eval.documents.reading import MalformedDocument
from eval.results.outcome import Outcome, SuiteResult
from eval.scorers import Score, StoredPaper
from eval.scorers.score import Better, clip
from eval.solvers.candidates import Search
from eval.tasks.answering import as_json
from service.errors import LitweaveError

DEPTH = 10  # hits looked at; a paper further down counts as not found
MEASURES: Mapping[str, Better] = {"hit@1": "higher", "hit@5": "higher", "mrr": "higher"}


@dataclass(frozen=True, slots=True)
class Lookup:
    """A query and the titles any of which is right."""

    id: str
    kind: str
    query: str
    titles: tuple[str, ...]


def of_paraphrases(paraphrases: Iterable[Paraphrase]) -> tuple[Lookup, ...]:
    """One lookup a paraphrase."""
    return tuple(Lookup(p.id, "paraphrase", p.query, p.titles) for p in paraphrases)


def of_titles(papers: Iterable[StoredPaper]) -> tuple[Lookup, ...]:
    """One lookup a stored paper: its own title as the query."""
    return tuple(Lookup(f"title:{p.paper_id}", "title", p.title, (p.title,)) for p in papers)


def retrieve(
    name: str,
    lookups: Iterable[Lookup],
    search: Search,
    papers: Mapping[str, StoredPaper],
    *,
    on_case: Callable[[str], None] = lambda _: None,
) -> SuiteResult:
    """hit@1, hit@5 and reciprocal rank (0 beyond `DEPTH`) of every lookup. A failed search finds nothing."""
    known = {title_identity(p.title) for p in papers.values()}
    outcomes, problems = [], []
    for lookup in lookups:
        on_case(lookup.id)
        absent = [t for t in lookup.titles if title_identity(t) not in known]
        problems += [f"{lookup.id}: the corpus has no paper {t!r}" for t in absent]
        outcomes.append(_outcome(lookup, search, papers))
    return SuiteResult(name, tuple(outcomes), MEASURES, tuple(problems))


def _outcome(lookup: Lookup, search: Search, papers: Mapping[str, StoredPaper]) -> Outcome:
    document: dict[str, object] | None = None
    found: list[str] = []
    failure: str | None = None
    try:
        document = as_json(search(lookup.query, DEPTH))
        found = _titles(document, papers)
    except LitweaveError as error:
        failure = f"{type(error).__name__}: {error}"
    gold = {title_identity(t) for t in lookup.titles}
    rank = next((r for r, title in enumerate(found, start=1) if title_identity(title) in gold), None)
    first = clip(found[0]) if found else "nothing"
    reasons = () if rank == 1 else (f"rank {rank or f'beyond {DEPTH}'}; first: {first}",)
    scores = {
        "hit@1": Score(float(rank == 1), reasons),
        "hit@5": Score(float(rank is not None and rank <= 5)),
        "mrr": Score(1 / rank if rank else 0.0),
    }
    return Outcome(lookup.id, lookup.kind, lookup.query, document, scores, bool(found), failure)


def _titles(document: Mapping[str, object], papers: Mapping[str, StoredPaper]) -> list[str]:
    """Titles of the hits in order, looked up by id: a hit that isn't in the library has none."""
    hits = document.get("hits")
    if not isinstance(hits, list):
        raise MalformedDocument("The search document has no list of hits.")
    ids = [h.get("paper_id") if isinstance(h, dict) else None for h in hits[:DEPTH]]
    return [papers[i].title if isinstance(i, str) and i in papers else "" for i in ids]
