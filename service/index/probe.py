"""Does an index find what it must hold? Run in a child process, because a damaged one can crash its reader.

`count()` proves nothing: a store can count right and see 1,000 of 50,000 vectors. So random chunks are
searched for by their own vectors, and random papers by words of their titles.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.catalog import Catalog, Target
from service.catalog.rows import from_blobs, to_blob
from service.errors import IndexDamaged
from service.index.vectors import VectorIndex, Vectors
from service.index.words import WordIndex

SAMPLE: Final = 200
_ENOUGH: Final = 0.98
_NEAR: Final = 10
_SAME_COSINE: Final = 0.999
_TIMEOUT_S: Final = 300
_TIMEOUT_MS_A_CHUNK: Final = 1
"""What a loaded machine may take besides to read the graph and insert the 50,000 vectors that are not in it yet."""


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Chunks that the vector index must find: ids and `(n, dimension)` vectors."""

    ids: Sequence[str]
    vectors: NDArray[np.float32]


def probe_vectors(index: Vectors, sample: Sample) -> str | None:
    """What is wrong with the index, or `None`. An equal vector under another id counts as found."""
    found = 0
    for chunk_id, nearest in zip(sample.ids, index.query_each(sample.vectors, _NEAR), strict=True):
        found += any(i == chunk_id or cosine > _SAME_COSINE for i, cosine in nearest)
    if found < _ENOUGH * len(sample.ids):
        return f"vector index finds {found} of {len(sample.ids)} chunks by their own vectors"
    return None


def probe_in_child(
    catalog: Catalog, target: Target, directory: Path, model: str, *, settle: bool = False, lock: int | None = None
) -> str | None:
    """Probe an index that no one has open; a crash of the child or a hang is a finding like any other.

    With `settle` the child persists what it had to insert, so that the next open does not insert it again. The
    descriptor `lock` stays open in the child: should this process be killed meanwhile, no other gets in beside it.
    """
    request: dict[str, object] = {"target": target, "directory": str(directory), "model": model, "settle": settle}
    if target == "vectors":
        ids, vectors = catalog.sample_chunks(SAMPLE)
        request |= {"ids": ids, "vectors": [to_blob(vector).hex() for vector in vectors]}
    timeout_s = _TIMEOUT_S + catalog.vector_count() * _TIMEOUT_MS_A_CHUNK / 1000
    try:
        child = subprocess.run(
            [sys.executable, "-m", "service.index.probe"],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            pass_fds=() if lock is None else (lock,),
        )
    except subprocess.TimeoutExpired:
        return f"{target} index did not answer its probe in {timeout_s:.0f} s"
    if child.returncode != 0:
        last = (child.stderr.strip().splitlines() or ["no message"])[-1]
        return f"{target} index crashed its probe (exit {child.returncode}): {last[:300]}"
    answer = json.loads(child.stdout)["problem"]
    return None if answer is None else str(answer)


def main() -> int:
    """The child: a request as JSON on stdin, the finding as JSON on stdout."""
    request = json.load(sys.stdin)
    directory = Path(request["directory"])
    problem: str | None
    try:
        if request["target"] == "words":
            words = WordIndex.open(directory, terms=str.split, stop_terms=frozenset())
            words.search(["the", "model"], 1)
            problem = None
        else:
            vectors = VectorIndex.open(directory, request["model"])
            if request["settle"]:
                vectors.settle()
            blobs = [bytes.fromhex(blob) for blob in request["vectors"]]
            problem = probe_vectors(vectors, Sample(request["ids"], from_blobs(blobs)))
            vectors.close()
    except IndexDamaged as error:
        problem = str(error)
    sys.stdout.write(json.dumps({"problem": problem}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
