"""The word index: BM25 over titles and abstracts, in tantivy. Derived from the catalog and disposable.

Texts are tokenised by `service.text.terms` before they come here; tantivy only splits at spaces, so that
"D^2O" and "LiPO-λ" stay one term. Title and abstract are one field: as two, each with its own statistics and
the scores added, nDCG@10 on SciFact's development queries is .625 instead of .706.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from service.diskspace import unwritable
from service.errors import IndexDamaged, LibraryError
from service.records import Paper

if TYPE_CHECKING:
    import tantivy

INDEX_VERSION: Final = 3
"""To be raised when the fields or `service.text.terms` change: libraries out there then index anew at open."""
TITLE_REPEATS: Final = 3
"""How often a title's terms count against once for the abstract's: 3 beats 2 on all three collections (ADR 8)."""
MAX_QUERY_TERMS: Final = 256
"""Distinct terms of a query that are searched for; a pasted 100 kB text is cut here."""

_HEAP_BYTES: Final = 32_000_000
_K1: Final = 1.2
"""tantivy's k1: a term adds less than `_K1 + 1` times its idf, however often a paper repeats it."""


class WordIndex:
    """One tantivy index in a directory of its own. Safe for many threads of one process.

    `terms` turns a text into terms; `stop_terms` are left out of a query that has others.
    """

    def __init__(
        self,
        index: tantivy.Index,
        directory: Path,
        *,
        terms: Callable[[str], Sequence[str]],
        stop_terms: frozenset[str],
    ) -> None:
        self._index = index
        self._schema = index.schema
        self._directory = directory
        self._terms = terms
        self._stop_terms = stop_terms
        self._writer: tantivy.IndexWriter | None = None
        self._writing = threading.Lock()
        self._only_of: tuple[frozenset[str], tantivy.Query] | None = None

    @classmethod
    def create(cls, directory: Path, *, terms: Callable[[str], Sequence[str]], stop_terms: frozenset[str]) -> WordIndex:
        """A new, empty index in an empty or missing directory."""
        import tantivy

        for folder in (directory.parent, directory):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("paper_id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
        index = tantivy.Index(builder.build(), path=str(directory))
        return cls(index, directory, terms=terms, stop_terms=stop_terms)

    @classmethod
    def open(cls, directory: Path, *, terms: Callable[[str], Sequence[str]], stop_terms: frozenset[str]) -> WordIndex:
        """The index that is there. Raises `IndexDamaged` when it is missing or unreadable."""
        import tantivy

        try:
            # Not `Index(schema, path)`: where meta.json is lost, that makes an empty index and says nothing.
            index = tantivy.Index.open(str(directory))
        except (ValueError, OSError) as error:
            raise _damaged(directory, error) from error
        return cls(index, directory, terms=terms, stop_terms=stop_terms)

    def count(self) -> int:
        """How many papers are indexed."""
        return int(self._index.searcher().num_docs)

    def doc_freq(self, term: str) -> int:
        """How many papers have the term in title or abstract: the n of an idf.

        Papers replaced since tantivy last merged may count twice, but never more than there are papers.
        """
        searcher = self._index.searcher()
        return min(int(searcher.doc_freq("text", term)), int(searcher.num_docs))

    def search(
        self, query_terms: Sequence[str], n: int, *, among: frozenset[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `n` best papers, of all or `among` some ids, that hold any of the terms: `(paper_id, share)`, best first.

        The share is BM25 over the most that a paper could reach for this query, so it lies in [0, 1] and
        compares queries too. A term counts as often as the query repeats it; stop terms count only where it
        has nothing else. Raises `IndexDamaged` when the index fails.
        """
        counts = Counter(term for term in query_terms if term)
        wanted = {t: c for t, c in counts.items() if t not in self._stop_terms} or counts
        if n <= 0 or not wanted:
            return []
        searcher = self._index.searcher()
        known = {t: c for t, c in islice(wanted.items(), MAX_QUERY_TERMS) if searcher.doc_freq("text", t)}
        ceiling = (_K1 + 1) * sum(c * _idf(searcher.doc_freq("text", t), searcher.num_docs) for t, c in known.items())
        if ceiling <= 0:
            return []
        # tantivy reserves room for `limit` results before it has looked.
        query = self._any_of(known) if among is None else self._only(among, self._any_of(known))
        result = self._run(searcher, query, limit=min(n, max(1, searcher.num_docs)))
        return [(searcher.doc(address)["paper_id"][0], min(1.0, score / ceiling)) for score, address in result.hits]

    def replace(self, papers: Iterable[Paper], *, gone: Iterable[str] = ()) -> None:
        """Take up papers anew and forget those `gone`, in one commit: a kill leaves all of it or nothing."""
        import tantivy

        with self._writing:
            try:
                writer = self._open_writer()
                for paper_id in gone:
                    writer.delete_documents_by_term("paper_id", paper_id)
                for paper in papers:
                    writer.delete_documents_by_term("paper_id", paper.paper_id)
                    writer.add_document(
                        tantivy.Document(
                            paper_id=paper.paper_id,
                            text=" ".join(
                                [*TITLE_REPEATS * list(self._terms(paper.title)), *self._terms(paper.abstract)]
                            ),
                        )
                    )
                writer.commit()
                self._index.reload()
            except (ValueError, OSError) as error:
                self._writer = None
                raise _damaged(self._directory, error) from error

    def close(self) -> None:
        """Wait for running merges and let go of the writer. Closing twice is harmless."""
        with self._writing:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.wait_merging_threads()

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        return self._writer

    def _any_of(self, counts: Mapping[str, int]) -> tantivy.Query:
        from tantivy import Occur, Query

        parts = []
        for term, count in counts.items():
            query = Query.term_query(self._schema, "text", term, "freq")
            parts.append((Occur.Should, query if count == 1 else Query.boost_query(query, float(count))))
        return Query.boolean_query(parts)

    def _only(self, paper_ids: frozenset[str], query: tantivy.Query) -> tantivy.Query:
        """The query over some papers; being one of them adds nothing to a score.

        The last papers are kept as a query: 8,000 ids cost 3 ms to hand over, and a filter is often used again.
        """
        from tantivy import Occur, Query

        kept = self._only_of
        if kept is None or kept[0] is not paper_ids:
            some = Query.const_score_query(Query.term_set_query(self._schema, "paper_id", list(paper_ids)), 0.0)
            kept = self._only_of = paper_ids, some
        return Query.boolean_query([(Occur.Must, kept[1]), (Occur.Must, query)])

    def _run(self, searcher: tantivy.Searcher, query: tantivy.Query, *, limit: int) -> tantivy.SearchResult:
        try:
            return searcher.search(query, limit=limit, count=False)
        except (ValueError, OSError) as error:
            raise _damaged(self._directory, error) from error


def _idf(holding: int, papers: int) -> float:
    """tantivy's, of BM25 (Robertson & Zaragoza 2009): papers replaced since the last merge may count twice."""
    return math.log(1 + max(0.0, papers - holding + 0.5) / (holding + 0.5))


def _damaged(directory: Path, error: Exception) -> LibraryError:
    return unwritable(directory, error) or IndexDamaged(
        f"word index {str(directory)!r} fails ({error}); litweave doctor --rebuild makes it anew from the catalog"
    )
