"""LaTeX as it occurs in titles and abstracts -> plain Unicode.

Not a TeX engine: it resolves what authors leave in the text they paste (accents, Greek letters, escaped
characters, font commands, `$...$`, grouping braces) and leaves everything else as it stands. One pass
over the text with a stack for braces, so the cost is linear however hostile the nesting is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from service.text.superscripts import DOWN, DOWN_END, UP, UP_END, resolved, unmarked

GREEK = {
    name: unicodedata.lookup(f"GREEK SMALL LETTER {official}")
    for name, official in {
        "alpha": "ALPHA", "beta": "BETA", "gamma": "GAMMA", "delta": "DELTA", "epsilon": "EPSILON",
        "zeta": "ZETA", "eta": "ETA", "theta": "THETA", "iota": "IOTA", "kappa": "KAPPA",
        "lambda": "LAMDA", "mu": "MU", "nu": "NU", "xi": "XI", "omicron": "OMICRON", "pi": "PI",
        "rho": "RHO", "sigma": "SIGMA", "tau": "TAU", "upsilon": "UPSILON", "phi": "PHI", "chi": "CHI",
        "psi": "PSI", "omega": "OMEGA",
    }.items()
}  # fmt: skip
"""The lower-case Greek letters by their TeX names."""

_SYMBOLS = {
    **GREEK,
    **{name.capitalize(): letter.upper() for name, letter in GREEK.items()},
    "varepsilon": "ε", "vartheta": "θ", "varphi": "φ", "varrho": "ρ", "varsigma": "ς", "varpi": "π",
    "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "div": "÷", "ast": "*", "star": "*",
    "sim": "~", "simeq": "≃", "approx": "≈", "equiv": "≡", "neq": "≠", "ne": "≠", "propto": "∝",
    "leq": "≤", "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "lt": "<", "gt": ">",
    "ll": "≪", "gg": "≫", "infty": "∞", "partial": "∂", "nabla": "∇", "ell": "ℓ", "sum": "∑", "prod": "∏",
    "int": "∫", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩",
    "forall": "∀", "exists": "∃", "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒",
    "leftrightarrow": "↔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "langle": "⟨", "rangle": "⟩",
    "ldots": "…", "dots": "…", "cdots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—",
    "textasciitilde": "~", "textasciicircum": "^", "textbraceleft": "{", "textbraceright": "}", "textasciigrave": "`",
    "textbackslash": "\\", "textquotesingle": "'",
    "textquotedblleft": "“", "textquotedblright": "”", "textquoteright": "’", "textquoteleft": "‘",
    "textless": "<", "textgreater": ">", "textbar": "|", "textunderscore": "_", "textdegree": "°",
    "degree": "°", "circ": "°", "prime": "′", "dag": "†", "dagger": "†", "S": "§", "copyright": "©",
    "textregistered": "®", "texttrademark": "™",
    "pounds": "£", "euro": "€", "LaTeX": "LaTeX", "TeX": "TeX", "quad": " ", "qquad": " ",
    "newline": " ", "log": "log", "exp": "exp", "min": "min", "max": "max", "arg": "arg", "sqrt": "√",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "dj": "đ", "DJ": "Đ",
}  # fmt: skip
"""Letters of their own. TeX eats the space after them: `\\L ukasz` is one word."""

_FONTS = frozenset({
    "textbf", "textit", "textsc", "texttt", "textrm", "textsf", "textsl", "textmd", "textup", "textnormal",
    "text", "emph", "underline", "uline", "mathbf", "mathit", "mathrm", "mathsf", "mathtt", "mathcal",
    "mathbb", "mathfrak", "mathscr", "boldsymbol", "bm", "operatorname", "mbox", "hbox", "textsuperscript",
    "textsubscript", "url", "path", "ensuremath", "enquote", "bf", "it", "rm", "sc", "tt", "sf", "sl", "em",
    "bfseries", "itshape", "rmfamily", "left", "right", "big", "Big", "bigg", "Bigg", "displaystyle",
    "xspace", "protect", "mathop", "mathrel", "limits", "noindent",
})  # fmt: skip
_COMBINING = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
_ESCAPES = {",": " ", ";": " ", ":": " ", "!": "", " ": " ", "\\": " ", "/": "", "-": "", "@": "", "\n": " "}

_TOKEN = re.compile(
    r"""\\(?P<mark>["'`^~=.])[ ]?(?:\{[ ]?(?P<m1>\\?[A-Za-z])[ ]?\}|(?P<m2>\\[ij](?![A-Za-z])|[A-Za-z]))
    |\\(?P<accent>[uvHcdbkr])[ ]?\{[ ]?(?P<a1>\\?[A-Za-z])[ ]?\}
    |\\(?P<spaced>[uvHckr])[ ](?P<a2>[A-Za-z])
    |\\(?P<command>[A-Za-z]+)\*?
    |\\(?P<escape>[%&$\#_{}()\[\],;:!\ \\/@\n-])
    |(?P<brace>[{}])
    """,
    re.VERBOSE,
)
# Both ends of `$...$` must touch text and no digit may follow (pandoc's rule): "$5 to $10" is money.
_MATH = re.compile(r"(?<!\\)(\${1,2})(?=[^\s$])([^$\n]{0,400}(?<=[^\s\\]))\1(?![\d$])")
_TIE = re.compile(r"(?<=[A-Za-z.,)])~(?=[A-Za-z0-9\\$(])")
_SCRIPT = re.compile(r"\\text(?:(super)|sub)script\s?\{([^{}]{0,40})\}")
_LONGEST_GROUP = 40


@dataclass(slots=True)
class _Brace:
    """An open brace: where it stands in the output, and what came after it so far."""

    at: int
    is_argument: bool
    size: int = 0
    is_prose: bool = False


def resolve(text: str) -> str:
    """`text` with its LaTeX resolved. Never raises; text without LaTeX comes back unchanged."""
    if "$" in text:
        text = _MATH.sub(r"\2", text)
    if "~" in text:
        text = _TIE.sub(" ", text)
    if "\\" not in text and "{" not in text:
        return text
    if "script" in text:
        return resolved(_plain(_SCRIPT.sub(_marked, unmarked(text))))
    return _plain(text)


def _marked(script: re.Match[str]) -> str:
    return f"{UP}{script[2]}{UP_END}" if script[1] else f"{DOWN}{script[2]}{DOWN_END}"


def _plain(text: str) -> str:
    out: list[str] = []
    open_braces: list[_Brace] = []
    after_command = False
    for piece, brace in _pieces(text):
        if brace == "{":
            open_braces.append(_Brace(len(out), is_argument=after_command))
            out.append("{")
        elif brace == "}":
            _close(out, open_braces)
        else:
            out.append(piece)
            if open_braces:
                open_braces[-1].size += len(piece)
                open_braces[-1].is_prose |= any(c.isspace() or c == "," for c in piece)
        after_command = brace == "" and piece == ""
    return "".join(out)


def _close(out: list[str], open_braces: list[_Brace]) -> None:
    """Drop a pair that only groups (`{BERT}`, `\\emph{a b}`); keep one that reads as a set (`{a, b}`)."""
    if not open_braces:
        out.append("}")
        return
    group = open_braces.pop()
    if group.is_argument or (not group.is_prose and group.size <= _LONGEST_GROUP):
        out[group.at] = ""
    else:
        out.append("}")
    if open_braces:
        open_braces[-1].size += group.size
        open_braces[-1].is_prose |= group.is_prose


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(text, brace) pairs; a font command is an empty text, which marks the next brace as its argument."""
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() < at:  # the space eaten by a letter command
            continue
        if found.start() > at:
            yield text[at : found.start()], ""
        at = found.end()
        if found["brace"]:
            yield "", found["brace"]
        elif found["command"]:
            yield _command(found["command"], found[0]), ""
            if found["command"] in _LETTERS or found["command"] in _FONTS:
                at += text[at : at + 1] == " "
        else:
            yield _accent_or_escape(found), ""
    if at < len(text):
        yield text[at:], ""


def _command(name: str, verbatim: str) -> str:
    if name in _FONTS:
        return ""
    return _LETTERS.get(name) or _SYMBOLS.get(name) or verbatim


def _accent_or_escape(found: re.Match[str]) -> str:
    mark = found["mark"] or found["accent"] or found["spaced"]
    if not mark:
        escape = found["escape"]
        return _ESCAPES.get(escape, "" if escape in "()[]" else escape)
    base = (found["m1"] or found["m2"] or found["a1"] or found["a2"]).removeprefix("\\")
    return unicodedata.normalize("NFC", base + _COMBINING[mark])
