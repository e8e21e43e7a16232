"""The sample corpus: invented papers for the demo, the evaluation and first steps.

Every title, abstract, author, venue, system, data set and number in `papers.jsonl` was made up for
litweave, and each record's `source` says so. The fields are small language models (adapters,
preferences, safety), retrieval-augmented generation and multilingual speech, with battery ageing and
crop disease as distractors. Links point to example.org, which is reserved and leads nowhere.

`judge_claims.jsonl` is the trial of judges (`litweave judge --try`): eight more invented abstracts, four of
biomedical trials and four of computer science, then forty claims about them, each with its quotes and their
offsets. Twenty are true, in other words or by arithmetic; twenty are false, each in one particular that its
`kind` names. They are for measuring: nothing is tuned on them.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

__all__ = ["judge_claims_path", "papers_path"]


def papers_path() -> Path:
    """The JSONL file of the sample, one paper a line, as installed (a wheel is always unpacked)."""
    return Path(str(resources.files(__name__).joinpath("papers.jsonl")))


def judge_claims_path() -> Path:
    """The JSONL file of the trial of judges: papers first, then claims."""
    return Path(str(resources.files(__name__).joinpath("judge_claims.jsonl")))
