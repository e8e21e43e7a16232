"""Which papers are offered to cite: never one that is cited there already, however its entry is spelt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.judge.alignment import AlignmentJudge
from service.library import Library
from service.manuscript import Form, read_bib, read_manuscript
from service.readers import read
from service.records.checks import Check
from service.render.check import check_text
from service.review.checking import TextToCheck, checked, prepare
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings

TITLE = "GlassPike: Counting Fish by Their Shadows in Clear Lakes"
SAID = "GlassPike counts the pike of a lake by the shadows that they cast at noon"
PAPERS = [
    {
        "id": "glasspike",
        "title": TITLE,
        "authors": ["Ida Brandt", "Paul Ek"],
        "year": 2021,
        "venue": "Journal of Lakes",
        "abstract": f"Fish are hard to count. {SAID}. It needs no net.",
    },
    {
        "id": "reed",
        "title": "Reed Belts Slow the Flow of Nutrients",
        "authors": ["Mira Holm"],
        "year": 2019,
        "venue": "Journal of Rivers",
        "abstract": "Reed belts slow the flow of nutrients into cold rivers by a third.",
    },
]
SLIPPED = (
    f"@article{{mine, title={{{TITLE.replace('Shadows', 'Shades')}}}, author={{Brandt, I. and Ek, P.}}, year=2021, "
    "journal={Journal of Lakes}}"
)
REED = "@article{reed, title={Reed Belts Slow the Flow of Nutrients}, author={Mira Holm}}"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibraryCorpus]:
    folder = tmp_path_factory.mktemp("lakes")
    (path := Path(folder) / "papers.jsonl").write_text("\n".join(map(json.dumps, PAPERS)), encoding="utf-8")
    with Library.open(Settings(library=folder / "library"), create=True) as library:
        library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)
        yield LibraryCorpus(library)


def _check(corpus: LibraryCorpus, text: str, bib: str = "", form: Form = "markdown") -> Check:
    request = TextToCheck(read_manuscript(text, form=form), "text", read_bib(bib))
    return checked(prepare(corpus, request), AlignmentJudge())


@pytest.mark.parametrize("key", ["mine", "GlassPike2021", "glasspike2021"])
def test_an_entry_with_a_slip_in_its_title_is_the_paper_that_it_means(corpus: LibraryCorpus, key: str) -> None:
    """Its sentence is judged by that paper, which is not offered again under another key."""
    made = _check(corpus, f"{SAID} [@{key}].", SLIPPED.replace("mine", key))
    (claim,) = made.claims
    assert (claim.verdict, [w.paper_id for w in claim.cited], claim.suggested) == ("supported", ["glasspike"], ())
    assert [e.verdict for e in made.bibliography] == ["wrong"]


@pytest.mark.parametrize(
    "text",
    [
        f"Brandt counts the fish of lakes [@mine]. {SAID}.",
        f"{SAID}. Nobody else counts the fish of lakes from above [@mine].",
    ],
    ids=["before", "behind"],
)
def test_a_paper_that_the_paragraph_cites_is_not_missing(corpus: LibraryCorpus, text: str) -> None:
    """The sentence counts as supported by what its paragraph cites; another paragraph says nothing for it."""
    made = _check(corpus, text, SLIPPED)
    claim = next(c for c in made.claims if SAID in c.text)
    assert (claim.verdict, [w.key for w in claim.cited], claim.suggested) == ("supported", ["mine"], ())
    assert "Do: cite" not in check_text(made)
    apart = _check(corpus, text.replace(". ", ".\n\n"), SLIPPED)
    claim = next(c for c in apart.claims if SAID in c.text)
    assert (claim.uncited, [s.key for s in claim.suggested]) == (True, ["mine"])


def test_another_paper_is_still_offered_as_the_text_writes_its_citations(corpus: LibraryCorpus) -> None:
    """By key, and by the number of the text's own list."""
    keyed = _check(corpus, f"{SAID} [@reed].", f"{REED}\n{SLIPPED}")
    assert "Do: cite [@mine]" in check_text(keyed)
    listed = f"1. M. Holm. Reed Belts Slow the Flow of Nutrients. 2019.\n2. I. Brandt, P. Ek. {TITLE}. 2021.\n"
    assert "Do: cite [2]:" in check_text(_check(corpus, f"{SAID} [1].\n\n## References\n\n{listed}"))
    latex = _check(corpus, rf"{SAID} \cite{{reed}}.", f"{REED}\n{SLIPPED}", "latex")
    assert r"Do: cite \cite{mine}" in check_text(latex)
