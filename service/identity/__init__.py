"""Which records are the same paper, what it is called, and how two records of it become one (docs/adr/0001)."""

from service.identity.keys import (
    LONGEST_ID,
    arxiv_number,
    clean_doi,
    distinct_id,
    identity_keys,
    is_preprint_doi,
    is_safe_id,
    normal_doi,
    paper_id,
    strong_keys,
)
from service.identity.merging import graver, merge
from service.identity.same import abstracts_alike, same_paper, why_same

__all__ = [
    "LONGEST_ID",
    "abstracts_alike",
    "arxiv_number",
    "clean_doi",
    "distinct_id",
    "graver",
    "identity_keys",
    "is_preprint_doi",
    "is_safe_id",
    "merge",
    "normal_doi",
    "paper_id",
    "same_paper",
    "strong_keys",
    "why_same",
]
