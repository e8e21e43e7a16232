"""Styles are put on a text that stays what it was, and nothing in a text can put on its own."""

from __future__ import annotations

import re

import pytest
from scripted_review import hostile_answer

from service.render import as_text
from service.render.ink import PLAIN, Ink

FULL = Ink(styles=True, links=True)
OWN = re.compile(r"\x1b\[(?:0|1|2|31|35)m|\x1b\]8;;(?:https?://[!-~]*)?\x1b\\")


def test_a_plain_ink_leaves_a_text_as_it_is() -> None:
    assert PLAIN.strong("a") + PLAIN.link("b", "https://a.b") + PLAIN.labels("[1]", {"1": None}) == "ab[1]"


def test_each_line_is_styled_and_linked_by_itself() -> None:
    """Worked by hand: a pager that shows one line of it must end what it begins, and an indent is no link."""
    assert FULL.strong("a\nb") == "\x1b[1ma\x1b[0m\n\x1b[1mb\x1b[0m"
    assert Ink(links=True).link("  a\n  b", "https://a.b") == (
        "  \x1b]8;;https://a.b\x1b\\a\x1b]8;;\x1b\\\n  \x1b]8;;https://a.b\x1b\\b\x1b]8;;\x1b\\"
    )


def test_only_labels_of_the_text_are_coloured() -> None:
    assert Ink(styles=True).labels("see [1] and [2] and [a]", {"1": None}) == "see \x1b[35m[1]\x1b[0m and [2] and [a]"


@pytest.mark.parametrize("width", [None, 80, 40])
def test_styles_change_no_character_of_a_hostile_text(width: int | None) -> None:
    styled = as_text(hostile_answer(), width=width, ink=FULL)
    assert styled != as_text(hostile_answer(), width=width)
    assert OWN.sub("", styled) == as_text(hostile_answer(), width=width)
    assert "\x1b" not in OWN.sub("", styled)
