"""Weight, colour and links of a terminal, put on text that is laid out already.

Only what has no control characters any more (`service.render.plain`) may be handed in: the escape sequences are those
written here and no others. Colours are such as can be read on a light and on a dark ground.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_ESCAPE: Final = "\x1b"
_STRONG, _FAINT, _RED, _MAGENTA = "1", "2", "31", "35"


@dataclass(frozen=True, slots=True)
class Ink:
    """What a terminal can show; one that can show nothing leaves every text as it is."""

    styles: bool = False
    links: bool = False

    def strong(self, text: str) -> str:
        """A heading."""
        return self._styled(text, _STRONG)

    def faint(self, text: str) -> str:
        """What is read last."""
        return self._styled(text, _FAINT)

    def warning(self, text: str) -> str:
        """What the reader must not miss."""
        return self._styled(text, _RED)

    def link(self, text: str, address: str | None) -> str:
        """The text with `address` (http or https, percent-encoded) behind it."""
        if not self.links or address is None:
            return text
        open_, close = f"{_ESCAPE}]8;;{address}{_ESCAPE}\\", f"{_ESCAPE}]8;;{_ESCAPE}\\"
        return "\n".join(re.sub(r"\S.*", lambda shown: f"{open_}{shown[0]}{close}", line) for line in text.split("\n"))

    def labels(self, text: str, addresses: Mapping[str, str | None]) -> str:
        """The text with its labels (`[1]`) coloured, and linked to the address of each that has one."""
        if not addresses or not (self.styles or self.links):
            return text
        any_label = "|".join(re.escape(label) for label in addresses)
        return re.sub(
            rf"\[({any_label})\]", lambda found: self.link(self._styled(found[0], _MAGENTA), addresses[found[1]]), text
        )

    def _styled(self, text: str, code: str) -> str:
        if not self.styles:
            return text
        return "\n".join(f"{_ESCAPE}[{code}m{line}{_ESCAPE}[0m" if line else line for line in text.split("\n"))


PLAIN: Final = Ink()
