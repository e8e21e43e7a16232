"""Text as the scorers compare it. Kept apart from `service.text` on purpose: a judge that shared the
normalisation of what it judges would share its faults.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

_GREEK = """
alpha=α beta=β gamma=γ delta=δ epsilon=ε zeta=ζ eta=η theta=θ iota=ι kappa=κ lambda=λ mu=μ nu=ν xi=ξ
omicron=ο pi=π rho=ρ sigma=σ tau=τ upsilon=υ phi=φ chi=χ psi=ψ omega=ω
"""
_COMMANDS = {
    **dict(pair.split("=") for pair in _GREEK.split()),
    "times": "x",
    "sim": "~",
    "approx": "~",
    "pm": "±",
    "ss": "ss",
    "leq": "≤",
    "geq": "≥",
}
_ACCENT = re.compile(r"""\\["'`^~=.]\s*\{?\\?([A-Za-z])\}?|\\[vcHuk]\s*\{([A-Za-z])\}""")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_LISTING_DASH = re.compile(r"x201[0-5](?=\W|[a-z]|$)")  # a lost backslash: "samplesx2013less"
_PLAIN = str.maketrans({"×": "x", "’": "'", "‘": "'", "“": '"', "”": '"', "\N{MINUS SIGN}": "-"})
_DASHES = re.compile("[\N{HYPHEN}-\N{HORIZONTAL BAR}]")
_NUMBER = re.compile(r"(?:(?<![\w.)])-)?\d+(?:\.\d+)*%?")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """`text` without differences of case, accent, white space, LaTeX escape, quote or dash style."""
    text = html.unescape(unicodedata.normalize("NFKC", text))
    text = _ACCENT.sub(lambda m: m[1] or m[2], text)
    text = _COMMAND.sub(lambda m: _COMMANDS.get(m[1].lower(), ""), text)
    text = re.sub(r"[{}$\\]", "", _LISTING_DASH.sub("-", text))
    text = _DASHES.sub("-", text.translate(_PLAIN))
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"(?<=\d) %", "%", " ".join(text.casefold().split()))


def title_identity(title: str) -> str:
    """The letters and digits of a title: two listings of one paper have the same."""
    return "".join(c for c in fold(title) if c.isalnum())


def words(text: str) -> list[str]:
    """The folded words of `text`; a hyphenated or decimal token stays one word."""
    return re.findall(r"\w+(?:[.^-]\w+)*", fold(text))


def numbers(text: str) -> list[str]:
    """The numbers of `text` in order, as written, with `%` and sign; thousands separators removed."""
    return _NUMBER.findall(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", fold(text)))


def occurs(phrase: str, text: str) -> bool:
    """Whether `phrase` stands in `text` as whole words (a plural s is allowed, a longer number is not).

    "33.2" isn't in "33.25", "12" isn't in "120" or "1,200", "art" isn't in "article"; "multi-modal" is
    "multi modal".
    """
    needle, haystack = fold(phrase), fold(text)
    parts = [re.escape(p) for p in re.split(r"[\s-]+", needle) if p]
    if not parts:
        return False
    first, last = needle.strip(" -")[0], needle.strip(" -")[-1]
    left = r"(?<![\w.])(?<!\d,)" if first.isdigit() else r"(?<!\w)" if first.isalnum() else ""
    right = r"(?!\d)(?!\.\d)(?!,\d{3})" if last.isdigit() else r"(?:'?s|es)?(?!\w)" if last.isalnum() else ""
    return re.search(left + r"[\s-]+".join(parts) + right, haystack) is not None
