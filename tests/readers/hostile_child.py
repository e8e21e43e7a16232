"""A process of its own that reads files under limits of memory and time, and tells what came out, a line of JSON each.

Run as `python hostile_child.py MEGABYTES SECONDS FILE...`; it is killed where processor time exceeds SECONDS.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from service.errors import LitweaveError
from service.readers import read
from service.records import Paper, Rejection

_SHOWN = 5


def main(megabytes: int, seconds: int, *names: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    for name in names:
        sys.stdout.write(json.dumps({"file": Path(name).name, **_outcome(Path(name))}) + "\n")
        sys.stdout.flush()


def _outcome(path: Path) -> dict[str, object]:
    titles: list[str] = []
    reasons: list[str] = []
    papers = rejections = 0
    try:
        for found in read(path, max_record_bytes=1_000_000):
            if isinstance(found, Paper):
                papers += 1
                titles = [*titles[: _SHOWN - 1], found.title]
            elif isinstance(found, Rejection):
                rejections += 1
                reasons = [*reasons[: _SHOWN - 1], found.reason]
    except LitweaveError as error:
        return {"error": str(error)}
    return {"papers": papers, "rejections": rejections, "titles": titles, "reasons": reasons}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
