"""A process that imports into a library and is killed, or holds it: started by tests/test_library_processes.py.

python library_child.py kill DIRECTORY POINT     import 20 papers, SIGKILL itself at the named point
python library_child.py correct DIRECTORY OPERATION POINT   delete, merge or split, SIGKILL itself at the named point
python library_child.py hold DIRECTORY           open the library, print "open", wait for standard input to end
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hash_embedder import HashEmbedder, invented

from service.catalog import Catalog
from service.index.derived import DerivedIndexes
from service.index.vectors import VectorIndex
from service.index.words import WordIndex
from service.library import Library
from service.settings import Settings

BATCH = 5
BATCH_OF_DEATH = 3


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_on_call(number: int, original: Callable[..., Any], *, after: bool = False) -> Callable[..., Any]:
    """The original, but its `number`th call kills the process, before or `after` its work."""
    calls = 0

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and not after:
            die()
        result = original(*args, **kwargs)
        if calls == number:
            die()
        return result

    return wrapper


def arm(point: str) -> None:
    """Set the fault in the third batch of five papers, of their text or of their vectors."""
    match point:
        case "inside the transaction":
            import service.catalog.writes as writes

            writes._insert_units = dying_on_call(2 * BATCH + 3, writes._insert_units)
        case "after the commit, before any index":
            # Called once more, at open.
            DerivedIndexes.apply = dying_on_call(BATCH_OF_DEATH + 1, DerivedIndexes.apply)
        case "after the words, before their watermark":
            WordIndex.replace = dying_on_call(BATCH_OF_DEATH, WordIndex.replace, after=True)
        case "while vectors are stored":
            import service.catalog.embedding as embedding

            embedding.store_chunks = dying_on_call(2 * BATCH + 3, embedding.store_chunks)
        case "after vectors are stored, before their index":
            Catalog.store_chunks = dying_on_call(BATCH_OF_DEATH, Catalog.store_chunks, after=True)
        case "before the vectors are added":
            # The first batch fills a new index, which drops nothing.
            VectorIndex.drop = dying_on_call(BATCH_OF_DEATH - 1, VectorIndex.drop)
        case "after the vectors, before their watermark":
            VectorIndex.add = dying_on_call(BATCH_OF_DEATH, VectorIndex.add, after=True)
        case "while an index is filled anew":
            Catalog.swap = dying_on_call(2, Catalog.swap)
        case "while sentences are stored":
            import service.catalog.embedding as embedding

            embedding.store_sentences = dying_on_call(BATCH + 3, embedding.store_sentences)
        case _:
            raise SystemExit(f"unknown point {point!r}")


def arm_correction(point: str) -> None:
    """Set the fault in the one correction of this process."""
    match point:
        case "inside the transaction":
            import service.catalog.corrections as corrections

            corrections._remove = dying_on_call(1, corrections._remove, after=True)
            corrections._set_apart = dying_on_call(1, corrections._set_apart, after=True)
        case "after the commit, before any index":
            # Called once before, at open.
            DerivedIndexes.apply = dying_on_call(2, DerivedIndexes.apply)
        case "after the words, before their watermark":
            WordIndex.replace = dying_on_call(1, WordIndex.replace, after=True)
        case _:
            raise SystemExit(f"unknown point {point!r}")


def correct(library: Library, operation: str) -> None:
    match operation:
        case "delete":
            library.corrections.delete(["made"])
        case "merge":
            library.corrections.merge("made", "other", force=True)
        case "split":
            library.corrections.split("made")
        case _:
            raise SystemExit(f"unknown operation {operation!r}")


def main() -> None:
    mode, directory = sys.argv[1], Path(sys.argv[2])
    settings = Settings(library=directory, import_batch_papers=BATCH, embed_batch_chunks=BATCH)
    if mode == "kill":
        arm(sys.argv[3])
    if mode == "correct":
        arm_correction(sys.argv[4])
    with Library.open(settings, create=True, embedder=HashEmbedder()) as library:
        if mode == "hold":
            sys.stdout.write("open\n")
            sys.stdout.flush()
            sys.stdin.read()
        elif mode == "correct":
            correct(library, sys.argv[3])
        else:
            library.import_papers((invented(i) for i in range(20)), progress=None)


if __name__ == "__main__":
    main()
