"""Uploaded files: spooled into the library's directory, imported by a job under their own names."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from service.api.bodies import too_large
from service.api.replies import AsciiJSON
from service.api.working import STREAM, accepted, streamed, wants_job
from service.diskspace import unwritable
from service.error_documents import status_named
from service.errors import LibraryError, SourceTooLarge, UsageError
from service.jobs import Job, JobRunner, Kind, Running
from service.records import Shelving
from service.render.plain import visible
from service.review.core import ReviewCore
from service.tasks.imports import ImportState, import_files

IMPORT: Final = "import"
_MAX_FILES = 100
_MAX_NAME_BYTES = 140
_LOOK_EVERY_S = 0.02


class Uploads:
    """Takes the files of a request and imports them; `spool` is where they wait, a folder a job."""

    def __init__(self, review: ReviewCore, jobs: JobRunner, spool: Path, *, max_bytes: int) -> None:
        self._review = review
        self._jobs = jobs
        self._spool = spool
        self._max_bytes = max_bytes

    def kind(self) -> Kind:
        """What the runner needs to go on with an import of an earlier process."""
        return Kind(resumes=self._import, forgotten=self._forget)

    def tidy(self) -> None:
        """Delete what was spooled for a job that is no more."""
        for folder in self._spool.iterdir() if self._spool.is_dir() else ():
            job = self._jobs.jobs.get(folder.name)
            if job is None or job.ended:
                shutil.rmtree(folder, ignore_errors=True)

    async def taken(self, request: Request, *, verbose: bool, shelving: Shelving) -> Response:
        """Import every file of a multipart request, whatever its field is called; the reply as `respond` gives it.

        Raises `UsageError` for a request without a file or with other fields, `SourceTooLarge` over the limit for all
        files together, and a file's own `SourceError` where none of the files could be read.
        """
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise UsageError("send the files as multipart/form-data, e.g. curl -F files=@papers.jsonl")
        async with request.form(max_files=_MAX_FILES, max_fields=0) as form:
            uploads = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
            if not uploads:
                raise UsageError("the request holds no file, e.g. curl -F files=@papers.jsonl")
            if sum(upload.size or 0 for upload in uploads) > self._max_bytes:
                raise SourceTooLarge(too_large(self._max_bytes))
            job = await run_in_threadpool(self._submit, uploads, verbose, shelving)
        if STREAM in request.headers.get("accept", ""):
            return streamed(request, self._jobs, job)
        return accepted(job) if wants_job(request) else await self._awaited(job)

    def _submit(self, uploads: list[UploadFile], verbose: bool, shelving: Shelving) -> Job:
        names = [safe_name(upload.filename) for upload in uploads]
        return self._jobs.submit(
            IMPORT,
            {"files": names, "verbose": verbose, "shelving": asdict(shelving)},
            self._import,
            ready=lambda job: self._spooled(job, uploads, names),
        )

    def _spooled(self, job_id: str, uploads: list[UploadFile], names: list[str]) -> None:
        """Each file in a folder of its own: readers go by names and contents, and names may repeat."""
        try:
            for upload, (path, _) in zip(uploads, self._files(job_id, names), strict=True):
                for folder in (self._spool, path.parent.parent, path.parent):
                    folder.mkdir(exist_ok=True, mode=0o700)
                with path.open("xb") as copy:
                    shutil.copyfileobj(upload.file, copy)
        except OSError as error:
            raise unwritable(self._spool, error) or LibraryError(
                f"the upload cannot be kept in {str(self._spool)!r}: {error.strerror}; free some space there"
            ) from error

    def _files(self, job_id: str, names: list[str]) -> list[tuple[Path, str]]:
        return [(self._spool / job_id / str(number) / name, name) for number, name in enumerate(names)]

    def _import(self, running: Running) -> dict[str, Any]:
        files = self._files(running.id, list(running.request["files"]))
        verbose = bool(running.request["verbose"])
        total = sum(path.stat().st_size for path, _ in files)

        def kept(state: ImportState) -> None:
            running.keep(state.as_document())
            running.check()

        outcome = import_files(
            self._review,
            files,
            position=lambda done: running.progress(done, total, "bytes"),
            titles=verbose,
            state=ImportState() if running.checkpoint is None else ImportState.read(dict(running.checkpoint)),
            kept=kept,
            shelving=Shelving(**{name: tuple(value) for name, value in running.request["shelving"].items()}),
        )
        if not outcome.files_read:
            raise outcome.failures[0].error
        return outcome.as_document(verbose=verbose)

    async def _awaited(self, job: Job) -> Response:
        while self._jobs.is_running(job.id):
            await asyncio.sleep(_LOOK_EVERY_S)
        job = self._jobs.job(job.id)
        if job.error is not None:
            return AsciiJSON({"error": job.error}, status_named(job.error["type"]))
        result = self._jobs.jobs.result(job.id)
        if result is None:
            return AsciiJSON({"error": self._jobs.interrupted()}, 503)
        return AsciiJSON(result)

    def _forget(self, job_id: str) -> None:
        shutil.rmtree(self._spool / job_id, ignore_errors=True)


def multipart_schema() -> dict[str, Any]:
    """The request body for the OpenAPI document; the route reads the form itself."""
    files = {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}
    schema = {"type": "object", "properties": {"files": files}, "required": ["files"], "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def safe_name(filename: str | None) -> str:
    """The last part of a client's file name, printable, never empty, never a path; its end, as far as disks take it."""
    name = PurePosixPath(visible(filename or "").replace("\\", "/").replace("\ufffd", "_")).name
    return name.encode("utf-8", "replace")[-_MAX_NAME_BYTES:].decode("utf-8", "ignore").lstrip(".") or "upload"
