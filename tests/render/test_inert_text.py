"""Whatever an abstract holds, it acts on no terminal, no markdown viewer and no TeX."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_review import hostile_answer

from service.render import as_bibtex, as_latex, as_markdown, as_text
from service.render.markdown import escaped
from service.render.plain import readable, visible
from service.render.tex_characters import tex

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
TEXISH = st.text(st.sampled_from(list("\\{}$&#_^~%<>|`\"'-?! a1é中λ\n")), max_size=40)

# A command of ours, with the space-eating made impossible by "{}" or by its argument.
COMMAND = re.compile(
    r"\\(?:text(?:backslash|braceleft|braceright|asciicircum|asciitilde|less|greater|bar)\{\}"
    r"|[$&#%_]|`\{\}|(?:ss|ae|AE|oe|OE|o|O|l|L|i|j|S|P|pounds|dots|copyright)\{\}"
    r"|(?:ensuremath|textsuperscript|textsubscript|[`'^~=u.\"rHvdcb])(?=\{)|(?<=\{)[A-Za-z]+(?=[}\\])|prime|circ(?=\}))"
)


def balanced(text: str) -> bool:
    """Whether braces close in order, counting as BibTeX does: without regard to backslashes."""
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


@given(ANY_TEXT | TEXISH)
def test_tex_is_ascii_balanced_and_free_of_specials(text: str) -> None:
    """After the known commands are taken out, no character is left that TeX would act on."""
    set_in_tex = tex(visible(text))
    assert set_in_tex.isascii()
    assert balanced(set_in_tex)
    bare = re.sub(r"\\ensuremath\{(?:[^{}]|\{[^{}]*\})*\}", "", set_in_tex)
    bare = COMMAND.sub("", bare)
    assert not set(bare) & set('\\$&#_^~%<>|"\n\r\t')


@given(ANY_TEXT)
def test_visible_text_holds_nothing_that_acts_on_a_terminal(text: str) -> None:
    """No control, surrogate or format character (but the joiners) is left, and it is one line."""
    shown = visible(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") or c in "\u2028\u2029"]
    assert not [c for c in shown if unicodedata.category(c) == "Cf" and c not in "\u200c\u200d"]
    shown.encode("utf-8")


@given(ANY_TEXT)
def test_visible_text_is_stable(text: str) -> None:
    """Cleaning twice changes nothing more."""
    assert visible(visible(text)) == visible(text)


def test_ordinary_text_is_shown_verbatim() -> None:
    """Letters, signs and quotes of any script stay as they are."""
    text = "Ján’s “λ-model” reaches 78.2\\% – 中文, naïve, {x}_1"
    assert visible(text) == text


@given(ANY_TEXT | TEXISH)
def test_markdown_leaves_no_unescaped_mark(text: str) -> None:
    """Every mark stands behind a backslash; no angle bracket or bare ampersand is left."""
    marked = escaped(visible(text))
    unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", marked)
    assert not set(unescaped) & set("\\`*_{}[]|~$^@#<>")
    assert not re.search(r"&(?!(?:lt|gt|amp);)", unescaped)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# no heading", "\\# no heading"),
        ("- no item", "\\- no item"),
        ("1. no item", "1\\. no item"),
        ("2) no item", "2\\) no item"),
        ("a - b", "a - b"),
        ("GPT-4 at 78.2% (best)", "GPT-4 at 78.2% (best)"),
        ("![x](http://e.org/a_b)", "!\\[x\\](http\\://e.org/a\\_b)"),
        ("see www.e.org", "see www\\.e.org"),
        ("<b>&lt;", "&lt;b&gt;&amp;lt;"),
        ("", ""),
    ],
)
def test_markdown_marks_are_escaped(text: str, shown: str) -> None:
    """Worked by hand: block starts only at the line's start, inline marks anywhere, addresses not linked."""
    assert escaped(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("100% of $5 & #1_a", r"100\% of \$5 \& \#1\_a"),
        ("\\input{x}", r"\textbackslash{}input\textbraceleft{}x\textbraceright{}"),
        ("a -- b --- c", "a -{}- b -{}-{}- c"),
        ("a – b — c", "a -- b --- c"),
        ('"so" he ("said")', "``so'' he (``said'')"),
        ("Ján Šťastný, Erdős, Łódź", r"J\'{a}n \v{S}\v{t}astn\'{y}, Erd\H{o}s, \L{}\'{o}d\'{z}"),
        ("λ ≤ 3 × 10²", r"\ensuremath{\lambda} \ensuremath{\leq} 3 \ensuremath{\times} 10\textsuperscript{2}"),
        ("ﬁne 𝒟", "fine D"),
        ("中", "[U+4E2D]"),
        ("?` !`", r"?\`{} !\`{}"),
        ("", ""),
    ],
)
def test_tex_is_as_worked_by_hand(text: str, shown: str) -> None:
    """Specials, dashes, quotes, accents, maths, compatibility forms and characters no base font has."""
    assert tex(text) == shown


def test_hostile_abstract_is_inert_in_every_format() -> None:
    """Commands, scripts, links and escape sequences of an abstract are text only, wherever they are shown."""
    answer = hostile_answer()
    text, markdown, latex = as_text(answer), as_markdown(answer), as_latex(answer)
    bibliography = as_bibtex(answer.references)
    for output in (text, markdown, latex, bibliography):
        assert "\x1b" not in output
        assert "\u202e" not in output
        output.encode("utf-8")
    assert "<" not in re.sub(r"<https?://[^<>\s]*>", "", markdown)
    assert "](" not in markdown.replace("\\](", "")
    for output in (latex, bibliography):
        assert not re.search(r"\\(?:input|write18|immediate|openout)\b", output)
        assert "javascript" not in output.replace("(javascript:alert(1))", "")
    assert balanced(bibliography)


def test_readable_text_of_hostile_input_stays_inert() -> None:
    """Resolving LaTeX and entities must not bring back what cleaning took out."""
    assert "\x1b" not in readable("&#27;[31m and \\char27")
    assert "\n" not in readable("a&#10;b")
