"""Packages whose names are imported when they are first used: a command loads what it works with, and no more."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module


def names_from(package: str, modules: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """The `__getattr__` of a package (PEP 562): a name comes from its module when it is first asked for.

    `modules`: each module of the package -> the names that it gives. None of the names may be that of a module of the
    package: importing that module would take its place.
    """
    module_of = {name: module for module, names in modules.items() for name in names}

    def attribute(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{package}.{module_of[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return attribute
