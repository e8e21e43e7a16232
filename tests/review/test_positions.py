"""Whether two findings speak to one point, and how they stand to each other. Invented abstracts."""

from __future__ import annotations

import pytest

from service.records import Agreement, Paper
from service.review.findings import opposed
from service.review.old_evidence import score
from service.review.positions import agreement_map
from service.review.reading import Reading
from tests.review.corpus import MemoryCorpus

_OPENING = "We study how tether length changes the flight of paper kites on GustBench."


def mapped(*closings: str) -> tuple[Agreement, ...]:
    """The map over one study a closing sentence."""
    papers = [
        Paper(
            f"Tether length and the flight of paper kites, part {n}", f"{_OPENING} Kites were flown. {closing}", f"p{n}"
        )
        for n, closing in enumerate(closings)
    ]
    corpus = MemoryCorpus(papers)
    readings = [Reading.of(c, None) for c in score(corpus, papers, "tether length", ())]
    return agreement_map(readings, weight=lambda _: 1.0)


def stances(*closings: str) -> list[str]:
    return [claim.stance for point in mapped(*closings) for claim in point.claims]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("We conclude that tether length affects the height of paper kites on GustBench.", ["supports", "supports"]),
        ("We conclude that tether length has no effect on the height of paper kites.", ["supports", "contradicts"]),
        ("We conclude that tether length may affect the height of paper kites.", ["supports", "qualifies"]),
        ("We conclude that wing colour has no effect on how much spectators cheer at the fair.", []),
        ("We conclude that ropes matter to everyone who ever flew anything at all.", []),
    ],
)
def test_stances_follow_from_direction_and_denial(second: str, expected: list[str]) -> None:
    """Beside "tether length affects the height of paper kites": what is about something else stands nowhere."""
    assert stances("We conclude that tether length affects the height of paper kites.", second) == expected


def test_the_affirming_finding_states_the_point_whatever_the_order() -> None:
    """The denial comes first in the papers, second in the map."""
    (point,) = mapped(
        "We conclude that tether length has no effect on the height of paper kites.",
        "We conclude that tether length affects the height of paper kites.",
    )
    assert point.point == "tether length affects the height of paper kites"
    assert [c.citations[0].paper_id for c in point.claims] == ["p1", "p0"]


def test_a_third_paper_joins_the_point() -> None:
    """One point, three claims, one a paper."""
    claims = (
        "We conclude that tether length affects the height of paper kites.",
        "We conclude that tether length has no effect on the height of paper kites.",
        "Results show that tether length strongly affects the height of paper kites.",
    )
    assert sorted(stances(*claims)) == ["contradicts", "supports", "supports"]


def test_one_paper_agrees_with_nobody() -> None:
    """Nor do none."""
    assert mapped("We conclude that tether length affects the height of paper kites.") == ()
    assert agreement_map([], weight=lambda _: 1.0) == ()


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Accuracy rises with rank.", "Accuracy falls with rank.", True),
        ("Accuracy rises with rank.", "Accuracy does not rise with rank.", True),
        ("Accuracy rises with rank.", "Accuracy increases with rank.", False),
        ("Rank matters for accuracy.", "Accuracy falls with rank.", None),
        ("Rank matters.", "Rank does not matter.", True),
    ],
)
def test_opposite_directions_and_denials_oppose(left: str, right: str, expected: bool | None) -> None:
    """`None` where only one of them tells a direction."""
    assert opposed(left, right) is expected
