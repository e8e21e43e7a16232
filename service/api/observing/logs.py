"""Log lines as JSON on stderr: ids, routes, states and times; never a question, an abstract, a prompt or a key."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

from service.llm.providers.redaction import scrubbed

_OWN_TEXT: Final = frozenset({"event", "level", "timestamp", "logger", "request_id"})
Line = MutableMapping[str, Any]


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """From now on this process logs as JSON, one line a record; `level` is that of litweave's own lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _failure,
        _without_secrets,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared[:3], structlog.stdlib.add_logger_name, *shared[3:]],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("service").setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _failure(_logger: Any, _method: str, line: Line) -> Line:
    """An exception as its types and places in the code: what it says may hold a question or an abstract."""
    given = line.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else None
    if isinstance(given, tuple):
        error = given[1]
    elif given is True:
        error = sys.exc_info()[1]
    if error is not None:
        line["error"] = type(error).__name__
        line["at"] = _places(error.__traceback__)
        if (cause := error.__cause__ or error.__context__) is not None:
            line["caused_by"] = {"error": type(cause).__name__, "at": _places(cause.__traceback__)}
    return line


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)[-12:]]


def _without_secrets(_logger: Any, _method: str, line: Line) -> Line:
    """Texts of other packages' records may echo what they were sent: whatever looks like a key is taken out."""
    for name, value in line.items():
        if isinstance(value, str) and (name == "event" or name not in _OWN_TEXT):
            line[name] = scrubbed(value)
    return line
