"""The commands of `litweave` by name; the module of one is imported when it is run, or listed with its help."""

from __future__ import annotations

from collections import UserDict
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from typer import Typer
from typer.core import TyperArgument, TyperGroup
from typer.main import get_group


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command stands: the function, or the `Typer` of a group; `options` names what `Typer.command` takes."""

    module: str
    name: str = "app"
    options: str | None = None


COMMANDS: Final[dict[str, Place]] = {
    "import": Place("importing", "import_command"),
    "fetch": Place("fetching", "fetch_command"),
    "enrich": Place("enriching", "enrich_command"),
    "search": Place("asking", "search_command"),
    "ask": Place("asking", "ask_command"),
    "compare": Place("comparing", "compare_command"),
    "draft": Place("drafting", "draft_command"),
    "survey": Place("surveying", "survey_command"),
    "check": Place("checking", "check_command"),
    "judge": Place("judging", "judge_command"),
    "export": Place("exporting", "export_command", "LISTS_FORMATS"),
    "doctor": Place("keeping", "doctor_command"),
    "serve": Place("serving", "serve_command"),
    "mcp": Place("agents", "mcp_command"),
    "eval": Place("evaluating", "eval_command", "PASS_THROUGH"),
    "demo": Place("demo", "demo_command"),
    "zotero": Place("zotero"),
    "papers": Place("papers", "papers_app"),
    "collection": Place("collecting"),
    "tag": Place("tagging"),
    "note": Place("noting"),
    "status": Place("reading"),
    "keys": Place("keys"),
}


class Commands(TyperGroup):
    """The group of all commands, each made when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _OnDemand(COMMANDS)


class _OnDemand(UserDict[str, Any]):
    """Name -> `Place`, and from the first look on the command that stands there."""

    def __getitem__(self, name: str) -> Any:
        there = super().__getitem__(name)
        if isinstance(there, Place):
            there = self[name] = _command(name, there)
        return there


def _command(name: str, place: Place) -> Any:
    module = import_module(f"service.cli.{place.module}")
    found = getattr(module, place.name)
    alone = Typer(rich_markup_mode=None, add_completion=False)
    if isinstance(found, Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name, **(getattr(module, place.options) if place.options else {}))(found)
    made = get_group(alone).commands[name]
    _without_types(made)
    return made


def _without_types(command: Any) -> None:
    """Leave `<list[str]>` out of the help of arguments: their names say what they are."""
    for parameter in command.params:
        if isinstance(parameter, TyperArgument):
            parameter.display_type_rich = lambda **_: None  # type: ignore[method-assign]
    for within in getattr(command, "commands", {}).values():
        _without_types(within)
