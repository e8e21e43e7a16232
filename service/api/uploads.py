"""Uploaded files: spooled to disk while they arrive, imported under their own names."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from service.api.core import ReviewCore
from service.api.guard import too_large
from service.api.imports import ImportOutcome, import_files
from service.errors import SourceTooLarge, UsageError
from service.records import Shelving
from service.render.plain import visible

_MAX_FILES = 100
_MAX_NAME_CHARS = 120


async def import_uploads(
    review: ReviewCore,
    request: Request,
    *,
    max_bytes: int,
    verbose: bool = False,
    shelving: Shelving | None = None,
) -> ImportOutcome:
    """Import every file of a multipart request, whatever its field is called.

    Raises `UsageError` for a request without a file or with other fields, `SourceTooLarge` over `max_bytes`
    for all files together, and a file's own `SourceError` where none of the files could be read.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UsageError("send the files as multipart/form-data, e.g. curl -F files=@papers.jsonl")
    async with request.form(max_files=_MAX_FILES, max_fields=0) as form:
        uploads = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
        if not uploads:
            raise UsageError("the request holds no file, e.g. curl -F files=@papers.jsonl")
        if sum(upload.size or 0 for upload in uploads) > max_bytes:
            raise SourceTooLarge(too_large(max_bytes))
        return await run_in_threadpool(_import, review, uploads, verbose, shelving)


def multipart_schema() -> dict[str, Any]:
    """The request body for the OpenAPI document; the route reads the form itself."""
    files = {"type": "array", "items": {"type": "string", "format": "binary"}}
    schema = {"type": "object", "properties": {"files": files}, "required": ["files"]}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def safe_name(filename: str | None) -> str:
    """The last part of a client's file name, printable, never empty, never a path."""
    name = PurePosixPath(visible(filename or "").replace("\\", "/").replace("\ufffd", "_")).name
    return name[-_MAX_NAME_CHARS:].lstrip(".") or "upload"


def _import(review: ReviewCore, uploads: list[UploadFile], verbose: bool, shelving: Shelving | None) -> ImportOutcome:
    """Each file in a folder of its own: readers go by names and contents, and names may repeat."""
    with tempfile.TemporaryDirectory(prefix="litweave-upload-") as folder:
        files = []
        for number, upload in enumerate(uploads):
            name = safe_name(upload.filename)
            path = Path(folder, str(number), name)
            path.parent.mkdir()
            with path.open("wb") as copy:
                shutil.copyfileobj(upload.file, copy)
            files.append((path, name))
        outcome = import_files(review, files, titles=verbose, shelving=shelving)
    if not outcome.files_read:
        raise outcome.failures[0].error
    return outcome
