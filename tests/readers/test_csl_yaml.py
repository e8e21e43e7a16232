"""CSL-YAML, taken apart and read as papers. All items are invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.csl import CslYaml
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection, Remark

Reads = Callable[[str], list[Paper | Rejection]]


@pytest.fixture
def reads(tmp_path: Path) -> Reads:
    def read(text: str) -> list[Paper | Rejection]:
        path = tmp_path / "library.yaml"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        found: list[Paper | Rejection] = []
        for record in CslYaml().records(Opened(open_text(path), path.name, 4_000_000)):
            papers = papers_of(record, path.name) if isinstance(record, RawRecord) else iter((record,))
            found += [outcome for outcome in papers if not isinstance(outcome, Remark)]
        return found

    return read


YAML = """---
references:
- id: oven
  type: article-journal
  title: 'The **crust** of *rye*, H~2~O and A* search: a study'
  author:
  - family: Okonjo
    given: Ada
  - {family: Louw, given: T., non-dropping-particle: van der}
  issued:
  - {year: 2020, month: 3}
  - {year: 2021}
  DOI: 10.10
  abstract: >-
    Forty loaves
    were baked.

    - They rose.
- id: 1_0
  type: book
  title: 1984
  issued: 2017-03-05
title: Not an item
...
- id: behind
  title: Not an item either
"""


def test_yaml_is_read_as_it_is_written(reads: Reads) -> None:
    """No type is guessed: 1984 is a title, 1_0 a key."""
    oven, book = reads(YAML)
    assert isinstance(oven, Paper)
    assert isinstance(book, Paper)
    assert oven.title == "The crust of rye, H2O and A* search: a study"
    assert oven.authors == ("Okonjo, Ada", "van der Louw, T.")
    assert (oven.date, oven.abstract) == ("2020-03", "Forty loaves were baked.\n- They rose.")
    assert (book.title, book.date, book.paper_id) == ("1984", "2017-03-05", "1_0")
    assert oven.origin is not None
    assert oven.origin.line == 3


@pytest.mark.parametrize(
    "damaged",
    [
        '- title: "never closed',
        "- title: a: b",
        "- title: *elsewhere",
        "- &a [x, x]\n- [*a, *a]",
        "- " + "[ " * 200_000,
        "- " * 200_000,
        "- " + "? " * 200_000,
        "- title: nul \x00",
        "- title: byte \udce9",
        "- just text",
    ],
    ids=["quote", "colon", "alias", "bomb", "deep", "deep-lists", "deep-keys", "nul", "byte", "text"],
)
def test_damaged_yaml_is_rejected_and_costs_no_other_item(reads: Reads, damaged: str) -> None:
    """PyYAML's own loader ends the process on the deep ones."""
    found = reads(f"{damaged}\n- title: A good loaf\n")
    assert isinstance(found[-1], Paper)
    assert found[-1].title == "A good loaf"
    assert all(isinstance(outcome, Rejection) for outcome in found[:-1])
    assert len(found) == 2 + damaged.count("\n")


def test_a_file_without_a_list_says_so(reads: Reads) -> None:
    with pytest.raises(SourceError, match="holds no CSL-YAML items"):
        reads("title: A loaf\n")
