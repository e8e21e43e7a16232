r"""Characters beyond ASCII as LaTeX that the base distribution sets with its OT1 and maths fonts.

Output is ASCII, so a file compiles the same under pdflatex, xelatex and lualatex, whatever its declared
input encoding, and BibTeX sorts and measures it correctly.
"""

from __future__ import annotations

import unicodedata

_ASCII = {
    "\\": r"\textbackslash{}",
    # BibTeX counts braces without regard to backslashes, so "\{" would leave an entry unbalanced.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\`{}",
    '"': "''",
}

_GREEK = {
    letter: name
    for letters, names in (
        ("αβγδεζηθικλμνξπρστυφχψω", "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi "
         "rho sigma tau upsilon varphi chi psi omega"),
        ("ΓΔΘΛΞΠΣΥΦΨΩ", "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"),
        ("ϵϑϖϱςϕ", "epsilon vartheta varpi varrho varsigma phi"),
    )
    for letter, name in zip(letters, names.split(), strict=True)
}  # fmt: skip
_LATIN_LIKE = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))

_MATHS = {
    symbol: name
    for symbols, names in (
        ("×÷±∓·∙•∘∗⋆★†‡", "times div pm mp cdot bullet bullet circ ast star star dagger ddagger"),
        ("≤≥≠≈≃≅≡∼∝≪≫≺≻≲≳", "leq geq neq approx simeq cong equiv sim propto ll gg prec succ lesssim gtrsim"),
        ("←→↔↑↓⇐⇒⇔↦⟶⟹↗↘", "leftarrow rightarrow leftrightarrow uparrow downarrow Leftarrow Rightarrow "
         "Leftrightarrow mapsto longrightarrow Longrightarrow nearrow searrow"),
        ("∞∑∏∫∂∇√∈∉∋⊂⊆⊃⊇∪∩", "infty sum prod int partial nabla surd in notin ni subset subseteq supset supseteq "
         "cup cap"),
        ("∀∃∧∨¬⊕⊗⊙⊥⊤∅∥‖∣", "forall exists wedge vee neg oplus otimes odot perp top emptyset parallel | mid"),
        ("ℓℏℜℑℵ⟨⟩⌊⌋⌈⌉△▽◇♠♡♢♣", "ell hbar Re Im aleph langle rangle lfloor rfloor lceil rceil triangle "
         "triangledown diamond spadesuit heartsuit diamondsuit clubsuit"),
        ("⋯⋮", "cdots vdots"),
    )
    for symbol, name in zip(symbols, names.split(), strict=True)
}  # fmt: skip
# These three are of amssymb, which a plain document does not load.
_MATHS |= {"≲": "leq", "≳": "geq", "▽": "bigtriangledown"}

_ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0331",
        ["`", "'", "^", "~", "=", "u", ".", '"', "r", "H", "v", "d", "c", "b"],
        strict=True,
    )
)
_LETTERS = {
    "ß": r"\ss{}", "ẞ": "SS", "æ": r"\ae{}", "Æ": r"\AE{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ø": r"\o{}",
    "Ø": r"\O{}", "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}", "ȷ": r"\j{}",
    # Not in OT1: the nearest plain letter.
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "NG",
}  # fmt: skip
_SIGNS = {
    "–": "--", "—": "---", "‐": "-", "‑": "-", "‒": "--", "―": "---", "‘": "`", "’": "'", "‚": ",", "“": "``",
    "”": "''", "„": ",,", "«": r"\ensuremath{\ll}", "»": r"\ensuremath{\gg}", "…": r"\dots{}", "§": r"\S{}",
    "¶": r"\P{}", "£": r"\pounds{}", "€": "EUR", "¥": "JPY", "°": r"\ensuremath{^{\circ}}", "µ": r"\ensuremath{\mu}",
    "©": r"\copyright{}", "®": "(R)", "™": "(TM)", "¡": "!`", "¿": "?`", "✓": "(yes)", "✔": "(yes)", "✗": "(no)",
    "✘": "(no)", "\ufffd": "[?]", "\u200c": "", "\u200d": "", "\ufe0f": "", "¨": "[U+00A8]",
}  # fmt: skip

_COMMANDS: dict[str, str] = {
    **_ASCII,
    **_LATIN_LIKE,
    **{letter: rf"\ensuremath{{\{name}}}" for letter, name in (_GREEK | _MATHS).items()},
    "−": r"\ensuremath{-}",
    "′": r"\ensuremath{'}",
    "″": r"\ensuremath{''}",
    **_LETTERS,
    **_SIGNS,
}


_GROUPED = {
    sign: f"{{{command.removesuffix('{}')}}}" if command.endswith("{}") else command for sign, command in _ASCII.items()
} | {"`": r"{\textasciigrave}"}
"""As `_ASCII`, in the form that Zotero writes and reads: `{\\textless}`."""

# Signs that TeX would join into another one; two characters of the text stay two.
_LIGATURES = frozenset(("--", "``", "''", ",,", "!`", "?`"))


def tex(text: str, *, ascii_only: bool = True) -> str:
    r"""`text` (one line, no control characters) as ASCII LaTeX in which nothing of it acts: braces balance.

    A character that the base fonts cannot set becomes its compatibility form or `[U+4E2D]`: visible, not lost.
    """
    pieces: list[str] = []
    before = ""
    for cluster in _clusters(unicodedata.normalize("NFC", text)):
        piece = _set(cluster) if ascii_only else _GROUPED.get(cluster, cluster)
        if cluster == '"' and before in ("", " ", "(", "["):
            piece = "``"
        pieces.append("{}" + piece if before + piece[:1] in _LIGATURES else piece)
        before = piece[-1:]
    return "".join(pieces)


def _clusters(text: str) -> list[str]:
    """Each character with the combining marks that follow it."""
    clusters: list[str] = []
    for character in text:
        if clusters and unicodedata.combining(character):
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _set(cluster: str) -> str:
    if cluster in _COMMANDS:
        return _COMMANDS[cluster]
    if len(cluster) == 1 and cluster.isascii():
        return cluster
    decomposed = unicodedata.normalize("NFD", cluster)
    base, marks = decomposed[0], decomposed[1:]
    if not marks:
        return _compatible(base)
    piece = _COMMANDS.get(base) or (base if base.isascii() else _compatible(base))
    for mark in marks:
        accent = _ACCENTS.get(mark)
        if accent is None or base == "\\":
            piece += f"[U+{ord(mark):04X}]"
        else:
            piece = rf"\{accent}{{{piece}}}"
    return piece


def _compatible(character: str) -> str:
    """`²` -> superscript 2, `ﬁ` -> fi, `𝒟` -> D; what has no such form is named by its code point."""
    decomposition = unicodedata.decomposition(character)
    form = unicodedata.normalize("NFKD", character)
    if form == character or not all(c.isascii() or c in _COMMANDS for c in form):
        return f"[U+{ord(character):04X}]"
    piece = "".join(_COMMANDS.get(c, c) for c in form)
    for kind, command in (("<super>", "textsuperscript"), ("<sub>", "textsubscript")):
        if decomposition.startswith(kind):
            return rf"\{command}{{{piece}}}"
    return piece
