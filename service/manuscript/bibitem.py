r"""The body of a `\bibitem` as BibTeX styles write it -> the text that a reader sees, and the addresses in it."""

from __future__ import annotations

import re
from typing import Final

from service.text.latex import resolve
from service.text.normal import for_display

_COMMENT: Final = re.compile(r"(?<!\\)%[^\n]*\n?\s*")
_ADDRESS: Final = re.compile(r"\\(?:url|doi|path|nolinkurl)\s{0,9}\{([^{}]{1,2000})\}")
_LINK: Final = re.compile(r"\\href(?:@noop)?\s{0,9}\{([^{}]{0,2000})\}")
_LABELS: Final = re.compile(r"\\(?:bibinfo|bibfield|bibnamedelim\w|BibitemShut|natexlab)\s{0,9}\{[^{}]{0,80}\}")
_COMMAND: Final = re.compile(r"\\penalty-?\d{1,6}|\\[A-Za-z@]{1,40}\*?")
_BEFORE_MARK: Final = re.compile(r"\s+(?=[,.;:)\]](?:\s|$))")


def bibitem_text(source: str) -> str:
    """One line of plain text; of a link the words stay, of an address the address."""
    source = _LINK.sub(" ", _LABELS.sub("", _COMMENT.sub("", source)))
    source = _ADDRESS.sub(lambda found: f" {found[1]} ", source.replace("\\newblock", " ").replace("~", " "))
    shown = _COMMAND.sub(" ", resolve(source)).replace("{", "").replace("}", "")
    return _BEFORE_MARK.sub("", for_display(shown)).strip()


def bibitem_addresses(source: str) -> tuple[str, ...]:
    """Where its links lead, in order."""
    found = sorted((*_LINK.finditer(source), *_ADDRESS.finditer(source)), key=lambda match: match.start())
    return tuple(resolve(match[1]) for match in found if match[1])
