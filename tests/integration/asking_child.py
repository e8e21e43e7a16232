"""A process that asks one question of a library, its scripted model waiting until another process's is called too.

python asking_child.py ask LIBRARY MEETING NAME     MEETING is a folder where each leaves a file of its name
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from service.llm import Message
from service.requests import AskRequest, Run
from tests.integration.bird_scripts import NO_LABELS, QUESTION, TITLES, script
from tests.scripted_models import review_over, writing

_PROCESSES = 2
_WAIT_S = 120.0


def main() -> None:
    root, meeting, name = Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]

    def waiting(messages: Sequence[Message]) -> str:
        (meeting / name).touch()
        end = time.monotonic() + _WAIT_S
        while len(list(meeting.iterdir())) < _PROCESSES:
            if time.monotonic() > end:
                raise SystemExit("the other process never came so far")
            time.sleep(0.05)
        return writing(NO_LABELS, titles=TITLES)(messages)

    review, _ = review_over(root, script(answer=waiting))
    answer = review.ask(AskRequest(QUESTION), Run(use_cache=False))
    review.close()
    sys.stdout.write(json.dumps(answer.as_document()))


if __name__ == "__main__":
    main()
