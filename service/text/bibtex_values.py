"""Values of BibTeX fields: delimiters, macros and `#` -> TeX, and TeX -> the text a person reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from service.text.latex import resolve
from service.text.markup import without_markup
from service.text.normal import for_display

_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
_BACKSLASH, _QUOTE, _OPEN, _CLOSE, _AT = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3", "\ufdd4"  # characters that no text has
_HIDDEN_PAIRS: Final = {'"': _QUOTE, "{": _OPEN, "}": _CLOSE}
_MARKS: Final = re.compile(r'[{}"#]')
_UNPRINTED: Final = re.compile(
    r"\\(?:noopsort|[vh]?phantom|label|footnotemark)\s?\{[^{}]{0,200}\}|\\[vh]?phantom\s?[\ufdd2\ufdd3]"
)
_SWITCHED: Final = re.compile(r"\\switchargs\s?\{([^{}]{0,200})\}\s?\{([^{}]{0,200})\}")
_CITED: Final = re.compile(r"\\[Cc]ite[a-z]{0,8}\*?(?:\[[^\[\]{}]{0,100}\])?\s?\{([^{}]{1,300})\}")
_OVERLINED: Final = re.compile(r"\\(?:=|bar|overline)\s?(?:\{\s?(\d)\s?\}|(\d))")
_SIGN: Final = re.compile(
    r"\\(textbraceleft|textbraceright|textbackslash|textasciitilde|textasciigrave)(?![A-Za-z])(?:\s?\{\}|\s)?|\\`\{\}"
)
_SIGNS: Final = {
    "textbraceleft": "\ufdd2", "textbraceright": "\ufdd3", "textbackslash": "\ufdd5", "textasciitilde": "\ufdd6",
    "textasciigrave": "\ufdd7", None: "\ufdd7",
}  # fmt: skip
"""Signs that mean something to TeX by themselves, so they are hidden until everything else is resolved."""
_SHOWN_SIGNS: Final = str.maketrans("\ufdd2\ufdd3\ufdd5\ufdd6\ufdd7", "{}\\~`")
_PRINTED: Final = {"slash": "/", "cdotp": "·"}
_BLANK: Final = re.compile(r"\\(slash|cdotp|allowbreak|unskip|relax|ud)(?![A-Za-z])\s?")  # "\ud": a slip of one archive
_MATH: Final = re.compile(r"(?<!\\)\$([^\s$\d][^\s$]{0,40})\$(?=\d)")
_TIE: Final = re.compile(r"(https?://\S{1,2000})|(?<=[\w.,;:)\]}$])~(?=[\w\\$({])")
_UNREADABLE: Final = re.compile("[\udc80-\udcff]")
_KEPT: Final = {0xDC00 + byte: 0xF700 + byte for byte in range(0x80, 0x100)}
_LOST: Final = {private: escaped for escaped, private in _KEPT.items()}
_LINK_ESCAPE: Final = re.compile(r"\\([_%#&~$])(?:\{\})?|\{\\?([_%#&~$])\}")
_LINK: Final = re.compile(r"https?://[^\s{}|\"<>]+", re.IGNORECASE)


class BrokenValue(ValueError):
    """The value does not end where its field does."""


def hidden(tex: str, *, counts_escaped: bool) -> str:
    """`tex` without backslashes, line ends and "@": the library counts braces in another way, fails at 1,000 lines in a
    row, and looks for new entries in values."""

    def replaced(pair: re.Match[str]) -> str:
        after = pair[1]
        if after in _HIDDEN_PAIRS and not (counts_escaped and after in "{}"):
            return _HIDDEN_PAIRS[after]
        return _BACKSLASH + (_BACKSLASH if after == "\\" else after)

    return (_PAIR.sub(replaced, tex) if "\\" in tex else tex).replace("\n", "\r").replace("@", _AT)


def shown(text: str) -> str:
    """What `hidden` replaced, as it was."""
    text = text.replace(_BACKSLASH, "\\").replace("\r", "\n").replace(_AT, "@")
    return text.replace(_QUOTE, '\\"').replace(_OPEN, "\\{").replace(_CLOSE, "\\}")


def value_of(given: str, macros: Mapping[str, str], *, most_chars: int) -> str:
    """The text of `{...}`, `"..."`, a number or macros, joined where "#" is between them. Unknown macros stay names."""
    found: list[str] = []
    size = 0
    for part in _parts(given):
        text = part[1:-1] if part[:1] in ("{", '"') else macros.get(part.casefold(), part)
        size += len(text)
        if size > most_chars:
            raise BrokenValue("its macros make a value that is too long")
        found.append(text)
    return "".join(found)


def _parts(given: str) -> Iterator[str]:
    """What `#` joins. Raises `BrokenValue` where something follows a closing delimiter: a comma is missing."""
    depth, quoted, begin, closed = 0, False, 0, -1
    given = given.strip()
    for mark in _MARKS.finditer(given):
        if mark[0] == "#":
            if depth == 0 and not quoted:
                yield _checked(given[begin : mark.start()].strip(), closed - begin)
                begin, closed = mark.end(), -1
        elif mark[0] == '"':
            if depth == 0:
                quoted = not quoted
                closed = mark.end() if not quoted else closed
        else:
            depth += 1 if mark[0] == "{" else -1
            if depth == 0 and not quoted and closed < 0:
                closed = mark.end()
            if depth < 0:
                raise BrokenValue("a brace too many is closed in it")
    yield _checked(given[begin:].strip(), closed - begin)


def _checked(part: str, closed: int) -> str:
    if part[:1] == "{" and not part.endswith("}"):
        raise BrokenValue("a comma is missing behind a value, or a brace is not closed")
    if part[:1] == '"' and (len(part) < 2 or not part.endswith('"')):
        raise BrokenValue("a comma is missing behind a value, or a quotation mark is not closed")
    if part[:1] == "{" and 0 <= closed < len(part):
        raise BrokenValue("a comma is missing behind a value")
    return part


def plain(tex: str) -> str:
    """`tex` as a person reads it: TeX and markup resolved, its braces out (they protect case), `\\{` as "{"."""
    if not tex or (tex.isascii() and tex.isalnum()):
        return tex
    if "\\" in tex:
        tex = _SIGN.sub(lambda sign: _SIGNS[sign[1]], tex)
        tex = _PAIR.sub(lambda pair: _HIDDEN_PAIRS[pair[1]] if pair[1] in "{}" else pair[0], tex)
    text = with_bytes(_resolved, tex).replace("{", "").replace("}", "")
    return " ".join(text.translate(_SHOWN_SIGNS).split())


def with_bytes(change: Callable[[str], str], text: str) -> str:
    """`change(text)`, with the bytes kept that were not valid in the file's encoding, so that they are reported."""
    if text.isascii() or _UNREADABLE.search(text) is None:
        return change(text)
    return change(text.translate(_KEPT)).translate(_LOST)


def _resolved(tex: str) -> str:
    if "\\" in tex:
        tex = _UNPRINTED.sub("", _CITED.sub(r"[\1]", _SWITCHED.sub(r"\2\1", tex)))
        tex = _OVERLINED.sub(lambda found: f"{found[1] or found[2]}\u0304", tex)
        tex = _BLANK.sub(lambda found: _PRINTED.get(found[1], " "), tex)
    if "~" in tex:
        tex = _TIE.sub(lambda found: found[1] or " ", tex)
    return for_display(without_markup(resolve(_MATH.sub(r"\1", tex))))


def paragraphs(tex: str) -> str:
    """`plain` of each paragraph, one a line."""
    found = re.split(r"\n[ \t]*\n|\\par(?![A-Za-z])", tex)
    return "\n".join(filter(None, map(plain, found)))


def link_of(tex: str) -> str:
    """The first web address in a field, its TeX escapes resolved; the field as it is where it holds none."""
    bare = _LINK_ESCAPE.sub(lambda found: found[1] or found[2], tex.replace("\\textasciitilde", "~"))
    found = _LINK.search(bare.replace("{}", ""))
    return found[0].rstrip(".,;") if found else plain(tex)
