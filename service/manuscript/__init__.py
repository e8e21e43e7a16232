"""A user's own text as it is checked: LaTeX or markdown -> sentences with citations, and its list of references.

Nothing here opens a file or follows what a text names; the caller does, and decides where it may look.
"""

from typing import TYPE_CHECKING

from service.lazily import names_from

if TYPE_CHECKING:
    from service.manuscript.bbl import read_bbl
    from service.manuscript.bib import corrected_bib, read_bib
    from service.manuscript.listing import read_plain_list
    from service.manuscript.reading import MAX_BYTES, decoded, form_of, read_manuscript
    from service.manuscript.records import PLACE, Cited, Entry, Form, Manuscript, Mark, Statement

__all__ = [
    "MAX_BYTES",
    "PLACE",
    "Cited",
    "Entry",
    "Form",
    "Manuscript",
    "Mark",
    "Statement",
    "corrected_bib",
    "decoded",
    "form_of",
    "read_bbl",
    "read_bib",
    "read_manuscript",
    "read_plain_list",
]

__getattr__ = names_from(
    __name__,
    {
        "bbl": ["read_bbl"],
        "bib": ["corrected_bib", "read_bib"],
        "listing": ["read_plain_list"],
        "reading": ["MAX_BYTES", "decoded", "form_of", "read_manuscript"],
        "records": ["PLACE", "Cited", "Entry", "Form", "Manuscript", "Mark", "Statement"],
    },
)
