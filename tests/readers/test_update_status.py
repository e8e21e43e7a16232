"""What comments and services say of a paper after it came out."""

from __future__ import annotations

import pytest

from service.readers.publication_status import status_of_note, status_of_update

NOTES = {
    "This paper has been withdrawn by the author due to a crucial error in equation 1": "withdrawn",
    "This paper has been\n withdrawn": "withdrawn",
    "4 pages. Paper withdrawn": "withdrawn",
    "Withdrawn by arXiv administrators because of disputed authorship": "withdrawn",
    "This submission was withdrawn for it overlaps with hep-th/9901001": "withdrawn",
    "withdrawn": "withdrawn",
    "The article has been retracted by the journal": "retracted",
    "This short note is now withdrawn; see the longer one": "withdrawn",
    "20 pages, replaces a withdrawn paper": None,
    "Supersedes hep-th/9901001, which has been withdrawn": None,
    "The previous version of this paper was withdrawn": None,
    "We study how troops were withdrawn from the field": None,
    "A drug that has been withdrawn from the market": None,
    "Funds withdrawn by customers are modelled": None,
    "20 pages, 3 figures": None,
    None: None,
}


@pytest.mark.parametrize(("note", "status"), NOTES.items())
def test_a_comment_tells_of_its_own_paper(note: object, status: str | None) -> None:
    assert status_of_note(note) == status


def test_kinds_of_updates_are_known_in_every_spelling() -> None:
    assert status_of_update("expression_of_concern") == status_of_update("Expression of Concern") == "concern"
    assert status_of_update("is-retracted-by") == status_of_update("Retraction") == "retracted"
    assert status_of_update("corrigendum") == status_of_update("Erratum") == "corrected"
    assert status_of_update("new_version") is status_of_update(None) is None
