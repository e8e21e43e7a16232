"""Collections in BEIR's layout: read, scored by trec_eval's measures, worked by hand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from math import log2
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.scorers import StoredPaper
from eval.solvers.candidates import Candidate, scripted
from eval.tasks.beir import CollectionError, importable, read_collection, score
from service.errors import QueryError

pytest.importorskip("ir_measures", reason="the eval extra isn't installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, two judged queries and one that isn't."""
    made = tmp_path / "tiny"
    (made / "qrels").mkdir(parents=True)
    documents = [{"_id": d, "title": f"T {d}", "text": f"About {d}."} for d in ("a", "b", "c")]
    (made / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    queries = [{"_id": q, "text": q} for q in ("q1", "q2", "q3")]
    (made / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (made / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta\t1\nq1\tb\t2\nq2\tc\t1\nq3\ta\t0\n")
    return made


def hits(*ids: str) -> dict[str, Any]:
    return {"query": "", "hits": [{"paper_id": i} for i in ids]}


def test_measures_are_those_of_trec_eval(folder: Path) -> None:
    """q1 finds a before b (grades 1, 2): DCG 1 + 2/log2(3), ideal 2 + 1/log2(3). q2 finds c second; q3 isn't judged."""
    found = {"q1": hits("a", "b"), "q2": hits("a", "c", "x")}
    result = score(read_collection(folder), lambda q, k: found[q], lambda p: p)
    first, second = result.outcomes
    assert first.scores["ndcg@10"].value == pytest.approx((1 + 2 / log2(3)) / (2 + 1 / log2(3)))
    assert second.scores["ndcg@10"].value == pytest.approx(1 / log2(3))
    assert [o.scores["mrr@10"].value for o in result.outcomes] == [1.0, 0.5]
    assert [o.scores["recall@10"].value for o in result.outcomes] == [1.0, 1.0]


def test_what_isnt_found_and_what_fails_scores_nothing(folder: Path) -> None:
    """Zero for both, and the failure is named."""

    def search(query: str, k: int) -> dict[str, Any]:
        if query == "q2":
            raise QueryError("nothing to look for")
        return hits("c")

    result = score(read_collection(folder), search, lambda p: p)
    assert {s.value for o in result.outcomes for s in o.scores.values()} == {0.0}
    assert [o.id for o in result.failed] == ["q2"]


def test_our_own_layout_and_compressed_corpora_are_read(tmp_path: Path) -> None:
    """id and abstract, qrels.tsv beside, tasks in place of queries."""
    document = {"id": "d1", "title": "A\n Title", "abstract": "Text."}
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(json.dumps(document).encode()))
    (tmp_path / "tasks.jsonl").write_text(json.dumps({"id": "t", "title": "On", "abstract": "wings"}))
    (tmp_path / "qrels.tsv").write_text("qid\tdocid\tgrade\nt\td1\t1\n")
    collection = read_collection(tmp_path)
    assert dict(collection.queries) == {"t": "On wings"}
    (line,) = importable(collection, tmp_path).read_text().splitlines()
    assert json.loads(line) == {"id": "d1", "title": "A Title", "abstract": "Text."}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("corpus.jsonl", None),
        ("queries.jsonl", None),
        ("qrels/test.tsv", None),
        ("queries.jsonl", "{"),
        ("queries.jsonl", "[]"),
        ("qrels/test.tsv", "q1\ta\t1\nq1 a 1\n"),
        ("qrels/test.tsv", "q1\ta\t0\n"),
    ],
)
def test_a_broken_collection_is_refused(folder: Path, file: str, text: str | None) -> None:
    """Missing, malformed, or without anything relevant."""
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text)
    with pytest.raises(CollectionError):
        read_collection(folder)


def test_the_command_imports_searches_and_scores(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A paper that was renamed on import counts under its title; exit code 0."""

    @contextmanager
    def open_candidate(files: tuple[Path, ...]) -> Iterator[Candidate]:
        papers = {i: StoredPaper(i, t, "") for i, t in (("a", "T a"), ("renamed", "T b"), ("c", "T c"))}
        yield Candidate(scripted({}), lambda q, k: hits("renamed", "a", "c"), papers)

    assert main(["retrieval", str(folder), "--json"], open_candidate=open_candidate) == 0
    (suite,) = json.loads(capsys.readouterr().out)["suites"]
    assert suite["suite"] == "retrieval/tiny"
    assert suite["overall"]["mrr@10"]["mean"] == pytest.approx((1 + 1 / 3) / 2)
    assert suite["overall"]["ndcg@10"]["n"] == 2
    assert main(["retrieval", str(folder / "qrels")], open_candidate=open_candidate) == 1


@pytest.mark.parametrize("name", ["scifact", "litsearch", "deepscholar"])
def test_the_shared_collections_are_read(shared_data: Path, name: str) -> None:
    """Every query has something relevant."""
    collection = read_collection(shared_data / name)
    assert len(collection.queries) >= 20
    assert set(collection.qrels) == set(collection.queries)
