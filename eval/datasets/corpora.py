"""Which files a corpus of the cases consists of, and whether they are there."""

from __future__ import annotations

import os
from pathlib import Path

from eval.datasets.cases import CorpusName

CHECKOUT = Path(__file__).resolve().parents[2]
_POISON = CHECKOUT / "eval" / "poison"
POISON = _POISON / "papers.jsonl"  # read after the sample, so it can't come first
TWINS = _POISON / "twins.jsonl"  # near-duplicates of the sample's, read before it
OFF_TOPIC = _POISON / "off_topic.jsonl"


def shared() -> Path:
    """The folder of shared real papers: beside the checkout, or where `LITWEAVE_SHARED` points."""
    named = os.environ.get("LITWEAVE_SHARED")
    return Path(named) if named else CHECKOUT.parent / "shared"


def files(corpus: CorpusName) -> tuple[Path, ...]:
    """The files of a corpus; empty where they are missing, which is normal for the real listings."""
    if corpus != "listings":
        sample = tuple(sorted((CHECKOUT / "service" / "sample").glob("papers*.jsonl")))
        return {"sample": sample, "poisoned": (*sample, POISON), "crowded": (TWINS, *sample)}[corpus]
    return tuple(sorted((shared() / "data" / "daily_papers").glob("listing*.txt")))


def absence(corpus: CorpusName) -> str:
    """What to tell someone whose checkout lacks the corpus."""
    if corpus != "listings":
        return f"no papers in {CHECKOUT / 'service' / 'sample'}"
    place = shared() / "data" / "daily_papers"
    return f"the real listings aren't at {place}; set LITWEAVE_SHARED to the folder that holds data/"
