"""Every writer: litweave's own, found in their folder, and those of other packages, under one entry point group."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any, Final

from service.errors import UsageError
from service.writers.writer import Writer

GROUP: Final = "litweave.writers"
"""The entry point group under which a package registers an object (or its class) with the attributes of `Writer`."""
_OWN: Final = "service.writers.own"
_LOG: Final = logging.getLogger(__name__)
_KEY: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_SUFFIX: Final = re.compile(r"\.[a-z0-9]{1,12}")
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(?:; ?charset=[\w-]+)?")


@cache
def writers() -> Mapping[str, Writer]:
    """By key, litweave's own first. One that cannot be loaded or lacks something is left out, with a warning."""
    found = {writer.key: writer for writer in own_writers()}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        _add(found, entry.value, entry.load)
    return found


def own_writers() -> Iterator[Writer]:
    """The `WRITERS` of each module in the folder of litweave's own."""
    folder = import_module(_OWN)
    for module in sorted(info.name for info in iter_modules(folder.__path__)):
        yield from getattr(import_module(f"{_OWN}.{module}"), "WRITERS", ())


def writer_named(key: str) -> Writer:
    """The writer of a format. Raises `UsageError` that names those there are."""
    found = writers().get(key)
    if found is None:
        raise UsageError(f"{key!r} is no format that is written: {', '.join(writers())}")
    return found


def writer_for(name: str) -> Writer | None:
    """The writer whose files are named so, or `None`."""
    lowered = name.lower()
    return next((w for w in writers().values() if lowered.endswith(w.suffixes)), None)


def _add(found: dict[str, Writer], name: str, load: Callable[[], object]) -> None:
    try:
        loaded = load()
        writer: Any = loaded() if isinstance(loaded, type) else loaded
        fault = _fault(writer)
    except Exception as error:  # noqa: BLE001  somebody else's code
        _LOG.warning("the writer %s is left out: %s", name, error)
        return
    if fault is not None:
        _LOG.warning("the writer %s is left out: %s", name, fault)
    elif found.setdefault(writer.key, writer) is not writer:
        _LOG.warning("the writer %s is left out: there is another for the format %r", name, writer.key)


def _fault(writer: object) -> str | None:
    """What a writer lacks of the protocol."""
    forms = {"key": _KEY, "media_type": _MEDIA_TYPE, "name": re.compile(r"[^\r\n]+")}
    for attribute, form in forms.items():
        value = getattr(writer, attribute, None)
        if not isinstance(value, str) or not form.fullmatch(value):
            return f"its {attribute} is {value!r}"
    suffixes = getattr(writer, "suffixes", None)
    if not isinstance(suffixes, tuple) or not all(isinstance(s, str) and _SUFFIX.fullmatch(s) for s in suffixes):
        return f"its suffixes are {suffixes!r}"
    kind = getattr(writer, "kind", None)
    if kind not in ("text", "binary", "folder"):
        return f"its kind is {kind!r}"
    methods = ("write", "files") if kind == "folder" else ("write",)
    return next((f"it has no {m}()" for m in methods if not callable(getattr(writer, m, None))), None)
