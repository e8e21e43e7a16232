"""`POST /v1/render`: a document of this service as a file, and `POST /v1/corrections`: a .bib as it should be."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from fastapi import FastAPI
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from service.api.check_documents import CheckedEntryDocument
from service.api.filters_document import ContractDocument
from service.api.replies import REFUSALS, AsciiJSON, file_content
from service.errors import UsageError
from service.manuscript import MAX_BYTES, corrected_bib
from service.records import Answer, Comparison, Draft, Reference
from service.records.surveys import Survey
from service.render import as_bibtex, as_csl_json, as_docx, as_latex, as_markdown, as_ris
from service.render.bibtex import bibtex_value
from service.render.written import Document
from service.review.core import ReviewCore

RenderFormat = Literal["markdown", "latex", "docx", "ris", "bibtex", "csl-json"]
_ACCOUNTS: Final = ("composer", "prompt_versions", "tokens_in", "tokens_out", "cost_usd", "elapsed_ms")
_KINDS: Final[tuple[tuple[str, TypeAdapter[Any]], ...]] = (
    ("sections", TypeAdapter(Survey)),
    ("paragraphs", TypeAdapter(Draft)),
    ("sentences", TypeAdapter(Answer)),
    ("agreement", TypeAdapter(Comparison)),
)
_BESIDE_FILTERS: Final = ("years_said", "without_year")
_FIRST_OF_ALL: Final = (1980, 1, 1, 0, 0, 0)
_HALF_PAIRS: Final = re.compile("[\ud800-\udfff]")  # an abstract may hold them; no file may
_NAMELESS: Final = re.compile(r"[^a-z0-9]+")


class RenderRequest(BaseModel):
    """`POST /v1/render`. `document`: what ask, compare, draft or survey returned, its words perhaps edited."""

    model_config = ConfigDict(extra="forbid", strict=True)
    document: dict[str, Any]
    format: RenderFormat


class CorrectionsRequest(BaseModel):
    """`POST /v1/corrections`. `bib`: the file as it was checked; `bibliography`: what the check said of it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    bib: Annotated[str, Field(max_length=MAX_BYTES)]
    bibliography: list[CheckedEntryDocument]


class CorrectionsDocument(ContractDocument):
    """`left`: what could not be corrected, as "key: field"."""

    bib: str
    corrected: int
    left: list[str]


def add_rendering(app: FastAPI, review: ReviewCore) -> None:
    """Add the routes to the app."""
    declared: dict[str, Any] = {}
    for _, media_type, _ in _WRITERS.values():
        declared |= file_content(media_type, text="charset" in media_type)

    @app.post(
        "/v1/render",
        summary="A document as a file: markdown, LaTeX with its .bib (zip), docx, ris, bibtex or csl-json",
        response_class=Response,
        responses={200: {"description": "The document in the format asked for", "content": declared}, **REFUSALS},
    )
    def render_document(asked: RenderRequest) -> Response:
        document = _completed(record_of(asked.document), review)
        try:
            writer, media_type, suffix = _WRITERS[asked.format]
            content = writer(document)
        except (ValueError, KeyError) as error:  # a citation without its reference, a row without its cell
            raise UsageError(f"the document does not hold together: {error}; send it as it was returned") from error
        name = f'attachment; filename="{_stem(document)}{suffix}"'
        return Response(content, media_type=media_type, headers={"Content-Disposition": name})

    @app.post(
        "/v1/corrections",
        summary="A checked .bib with its wrong fields as the library has them",
        responses={200: {"model": CorrectionsDocument}, **REFUSALS},
    )
    def correct_bibliography(asked: CorrectionsRequest) -> Response:
        wrong = [e for e in asked.bibliography if e.verdict == "wrong"]
        known = {e.key: {f.field: bibtex_value(f.field, f.should_be) for f in e.fields if f.should_be} for e in wrong}
        content, without_place = corrected_bib(asked.bib, known)
        unknown = [f"{e.key}: {f.field}" for e in wrong for f in e.fields if not f.should_be]
        corrected = sum(map(len, known.values())) - len(without_place)
        return AsciiJSON({"bib": content, "corrected": corrected, "left": [*unknown, *without_place]})


def record_of(document: Mapping[str, Any]) -> Document:
    """The record whose JSON document this is. Raises `UsageError` for one of no known kind or shape."""
    kind = next((kind for key, kind in _KINDS if key in document), None)
    if kind is None:
        raise UsageError("the document is none of ask, compare, draft or survey: send one as it was returned")
    parts: dict[str, Any] = {"accounting": {key: document[key] for key in _ACCOUNTS if key in document}}
    if isinstance(document.get("filters"), dict):
        parts["filters"] = _nested(document["filters"])
    try:
        whole = json.dumps({**document, **parts}, ensure_ascii=False)
        record: Document = kind.validate_json(_HALF_PAIRS.sub("\N{REPLACEMENT CHARACTER}", whole))
    except (ValidationError, RecursionError) as error:
        at = ".".join(map(str, error.errors()[0]["loc"])) if isinstance(error, ValidationError) else "its depth"
        raise UsageError(f"the document is not of the shape that was returned: see {at}") from error
    return record


def _nested(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The filters of a text, which are flat in its document beside how they came about."""
    beside = {key: value for key, value in filters.items() if key in _BESIDE_FILTERS}
    return {"filters": {key: value for key, value in filters.items() if key not in beside}, **beside}


def _completed(document: Document, review: ReviewCore) -> Document:
    """With venue and kind of date, which the JSON of a reference leaves out, from the library."""
    return replace(document, references=tuple(_of_library(r, review) for r in document.references))


def _of_library(reference: Reference, review: ReviewCore) -> Reference:
    paper = review.paper(reference.paper_id)
    return reference if paper is None else replace(reference, date_kind=paper.date_kind, venue=paper.venue)


def _stem(document: Document) -> str:
    """A file name of the question or topic."""
    heading = document.topic if isinstance(document, Draft | Survey) else document.question
    return _NAMELESS.sub("-", heading.lower()).strip("-")[:60].rstrip("-") or "litweave"


def _zipped(document: Document) -> bytes:
    """The .tex and its .bib; the same document is the same bytes."""
    files = {"text.tex": as_latex(document), "references.bib": as_bibtex(document.references, ascii_only=True)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_OF_ALL), content.encode("utf-8", "replace"))
    return packed.getvalue()


def _text(content: str) -> bytes:
    return content.encode("utf-8", "replace")


_WORD_FILE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WRITERS: Final[dict[RenderFormat, tuple[Callable[[Document], bytes], str, str]]] = {
    "markdown": (lambda d: _text(as_markdown(d)), "text/markdown; charset=utf-8", ".md"),
    "latex": (_zipped, "application/zip", ".zip"),
    "docx": (as_docx, _WORD_FILE, ".docx"),
    "ris": (lambda d: _text(as_ris(d.references)), "application/x-research-info-systems; charset=utf-8", ".ris"),
    "bibtex": (lambda d: _text(as_bibtex(d.references)), "application/x-bibtex; charset=utf-8", ".bib"),
    "csl-json": (lambda d: _text(as_csl_json(d.references)), "application/vnd.citationstyles.csl+json", ".json"),
}
