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
from service.identity.merging import gravest, merge
from service.identity.same import (
    Verdict,
    abstracts_alike,
    compared,
    is_telling,
    kind_of,
    nearness,
    objection,
    same_paper,
    why_same,
)

__all__ = [
    "LONGEST_ID",
    "Verdict",
    "abstracts_alike",
    "arxiv_number",
    "clean_doi",
    "compared",
    "distinct_id",
    "gravest",
    "identity_keys",
    "is_preprint_doi",
    "is_safe_id",
    "is_telling",
    "kind_of",
    "merge",
    "nearness",
    "normal_doi",
    "objection",
    "paper_id",
    "same_paper",
    "strong_keys",
    "why_same",
]
