"""What `check` reads: texts, and the files of their references."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from service.cli.output import note
from service.errors import SourceError, UsageError

if TYPE_CHECKING:
    from service.manuscript import Entry, Form
    from service.review.checking import ReferenceList

_NAMED_IN_LATEX = re.compile(
    r"\\(?:bibliography|nobibliography|addbibresource(?:\[[^\[\]]{0,200}\])?)\{([^{}]{1,2000})\}"
)
_NAMED_IN_MARKDOWN = re.compile(r"^bibliography:\s*(.{1,500})$", re.MULTILINE)


_ONLY_LISTS = frozenset({".bib", ".ris", ".nbib", ".enw"})
_LISTS = (".bib", ".bbl", ".json", ".yaml", ".yml", ".ris", ".nbib", ".enw", ".xml")


@dataclass(frozen=True, slots=True)
class ReferenceFile:
    """A file of references: its content, and what was read of it."""

    path: Path
    source: str
    read: ReferenceList


@dataclass(frozen=True, slots=True)
class TextInput:
    """A text with the files of its references."""

    file: Path
    text: str
    form: Form
    references: tuple[ReferenceFile, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all its files, each with its file."""
        return tuple(replace(e, file=str(given.path)) for given in self.references for e in given.read.entries)

    def only_bibtex(self) -> ReferenceFile:
        """The one file of references, in BibTeX. Raises `UsageError` where it is another, or not one."""
        if len(self.references) != 1:
            n = len(self.references)
            raise UsageError(f"--fix corrects one .bib and there are {n}: name it with --bib FILE.bib")
        (given,) = self.references
        if given.read.kind != "bibtex":
            raise UsageError(
                f"--fix writes BibTeX only, and {str(given.path)!r} is no BibTeX: correct it where it comes from, "
                "or export it as .bib and name that with --bib"
            )
        return given


def text_input(file: Path, bib: list[Path] | None) -> TextInput:
    """A text with its references: those of `bib`, else of the files that it names. Raises errors of the tree."""
    from service.manuscript import decoded, form_of

    if file.suffix.lower() in _ONLY_LISTS:
        raise UsageError(f"{str(file)!r} holds references, not a text: name the text, and this with --bib {file}")
    text = decoded(_content(file), file.name)
    paths = bib if bib is not None else _beside(file, text)
    return TextInput(file, text, form_of(file.name, text), tuple(map(_reference_file, paths)))


def _reference_file(path: Path) -> ReferenceFile:
    from service.manuscript import decoded
    from service.review.checking import read_reference_list

    source = decoded(_content(path), path.name)
    read = read_reference_list(source, path.name)
    if not read.entries:
        note(f"{path}: no entry in it.")
    for reason in read.unread:
        note(f"{path}, {reason}: this reference is not checked.")
    return ReferenceFile(path, source, read)


def _beside(file: Path, text: str) -> list[Path]:
    """The files of references that the text names, as far as they are there; a note for each that is not.

    A LaTeX text whose .bib is not there may have the .bbl that was made of it.
    """
    from service.manuscript import form_of

    names = _NAMED_IN_LATEX if form_of(file.name, text) == "latex" else _NAMED_IN_MARKDOWN
    found = []
    for name in dict.fromkeys(n.strip(" \"'[]") for listed in names.findall(text) for n in listed.split(",")):
        path = file.parent / (name if name.endswith(_LISTS) else f"{name}.bib")
        if not path.resolve().is_relative_to(file.parent.resolve()):
            note(f"{path} lies outside the folder of {file.name}, so it was not opened; --bib {path} opens it.")
        elif path.is_file():
            found.append(path)
        elif (made := file.with_suffix(".bbl")).is_file() and made not in found:
            found.append(made)
        elif name and made not in found:
            note(f"{path} is not there: its keys are looked up in the library alone (--bib names another file).")
    return found


def _content(path: Path) -> bytes:
    """The file, as far as it may be read. Raises `SourceError` for a directory and for what is not there."""
    from service.manuscript import MAX_BYTES

    if path.is_dir():
        raise SourceError(f"{str(path)!r} is a directory: name a LaTeX or markdown file in it")
    try:
        with path.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SourceError(f"there is no file {str(path)!r}") from error
