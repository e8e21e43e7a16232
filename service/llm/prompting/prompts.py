"""Prompt files: front matter that declares, a body with `{{variables}}`, and a check that both agree.

A line `{{> name}}` stands for the text of `_name.md`, which several prompts share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.errors import LitweaveError, UsageError
from service.llm.core.model import Message, Role
from service.promptfiles import prompt_directory

_FILE = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_TURN = re.compile(r"^=== (system|user)[ \t]*\n", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{([a-z_]+)\}\}")
_INCLUDE = re.compile(r"^\{\{> ([a-z-]+)\}\}$", re.MULTILINE)
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")


class FrontMatter(BaseModel):
    """What a prompt declares of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: int = Field(ge=1)
    purpose: str = Field(min_length=10)
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Messages ready to send, and which prompt they come from."""

    name: str
    version: int
    messages: tuple[Message, ...]

    @property
    def prompt_version(self) -> str:
        """`answer/3`, as the cache's key has it."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file."""

    name: str
    declared: FrontMatter
    turns: tuple[tuple[Role, str], ...]

    @property
    def version(self) -> int:
        return self.declared.version

    def render(self, **values: str) -> Rendered:
        """Put the values in. One pass, so braces in a value stay what they are. Raises `UsageError`."""
        wanted = set(self.declared.variables)
        if set(values) != wanted:
            missing, unknown = sorted(wanted - set(values)), sorted(set(values) - wanted)
            raise UsageError(f"prompt {self.name!r}: variables missing {missing}, not declared {unknown}")
        messages = tuple(
            Message(role, _VARIABLE.sub(lambda found: values[found[1]], text)) for role, text in self.turns
        )
        return Rendered(self.name, self.version, messages)


def load_prompt(name: str, *, directory: Path | None = None) -> Prompt:
    """The prompt of that name. Raises `LitweaveError` where the file is missing or does not say what it must."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of a prompt: small letters, digits, - and _")
    path = (directory or prompt_directory()) / f"{name}.md"
    parts = _FILE.match(_INCLUDE.sub(lambda found: _text(path.with_name(f"_{found[1]}.md")).strip(), _text(path)))
    if parts is None:
        raise LitweaveError(f"{str(path)!r} has no front matter between two lines of ---")
    try:
        declared = FrontMatter.model_validate(yaml.safe_load(parts["head"]))
    except (yaml.YAMLError, ValidationError) as error:
        raise LitweaveError(f"the front matter of {str(path)!r} is wrong: {error}") from error
    prompt = Prompt(name, declared, _turns(parts["body"], path))
    used = {found for _, turn in prompt.turns for found in _VARIABLE.findall(turn)}
    if used != set(declared.variables):
        raise LitweaveError(f"{str(path)!r} uses {sorted(used)} and declares {sorted(declared.variables)}")
    return prompt


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LitweaveError(f"prompt {path.stem!r} cannot be read ({error}); install litweave again") from error


def _turns(body: str, path: Path) -> tuple[tuple[Role, str], ...]:
    parts = _TURN.split(body)
    if parts[0].strip() or len(parts) < 3:
        raise LitweaveError(f"{str(path)!r} has no turns: begin each with a line '=== system' or '=== user'")
    roles: list[Role] = ["system" if name == "system" else "user" for name in parts[1::2]]
    return tuple(zip(roles, (text.strip() for text in parts[2::2]), strict=True))
