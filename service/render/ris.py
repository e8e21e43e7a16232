"""RIS, with only what is known: one record a reference, tags in two letters, CRLF line ends as the format asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.records import Reference
from service.render.bibtex import cite_keys
from service.render.plain import name_of, readable
from service.render.reference import notes, plain_doi, publication_year, web_address, work_kind

_KINDS = {"paper-conference": "CPAPER", "article-journal": "JOUR", "article": "UNPB", "document": "GEN"}


def as_ris(references: Sequence[Reference]) -> str:
    """The references in order; empty for none."""
    keys = cite_keys(references)
    return "".join(ris_record(reference, keys[reference.label]) for reference in references)


def ris_record(reference: Reference, key: str, *, abstract: str | None = None) -> str:
    """One record with a blank line after it. Values are single lines, so none can open a tag of its own."""
    kind = _KINDS[work_kind(reference)]
    tags = [("TY", kind), ("ID", key), ("TI", readable(reference.title)), *_known(reference)]
    if abstract is not None:
        tags.append(("AB", readable(abstract)))
    return "".join(f"{tag}  - {value}\r\n" for tag, value in tags) + "ER  - \r\n\r\n"


def _known(reference: Reference) -> Iterator[tuple[str, str]]:
    for author in reference.authors:
        yield "AU", name_of(author).inverted
    if reference.venue:
        yield "T2", readable(reference.venue)
    if (year := publication_year(reference)) is not None:
        yield "PY", str(year)
        if reference.date_kind == "published" and reference.date:
            # YYYY/MM/DD/ with slashes kept where month or day are not known.
            yield "DA", "/".join([*readable(reference.date).split("-"), "", "", ""][:4])
    if doi := plain_doi(reference):
        yield "DO", doi
    if url := web_address(reference):
        yield "UR", url
    if remarks := notes(reference):
        yield "N1", "; ".join(remarks)
