"""What is taken for a link in untrusted text, and what only looks like one."""

from __future__ import annotations

import pytest

from service.text.neutral import neutralised


@pytest.mark.parametrize(
    "text",
    [
        "It selects the data: it performs better.",
        "The metabolic profile: a crossover trial.",
        "We describe the file: a list of names.",
        "Written in JavaScript: fast and small.",
        "Metadata: none.",
    ],
)
def test_a_colon_in_prose_is_no_link(text: str) -> None:
    """A word before a colon may end as a scheme's name does."""
    assert neutralised(text).text == text


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/x", "http : //evil.example/x", "ftp://evil.example", "file:///etc/passwd",
        "data:text/html;base64,AAAA", "javascript:alert(1)", "mailto:a@evil.example", "www.evil.example/x",
    ],
)  # fmt: skip
def test_a_link_is_taken_out(link: str) -> None:
    """Every scheme that carries something along, however it is spaced."""
    assert link.split(":")[-1].strip("/ ") not in neutralised(f"Look at {link} now.").text
