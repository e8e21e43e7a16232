"""Papers by year, as an SVG of bars: each a link to the papers of its year. One colour, that of the drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_HEIGHT: Final = 96
_BAR: Final = 24
_STEP: Final = 36
_BASE: Final = 74
_MOST_YEARS: Final = 30


def timeline_svg(years: Mapping[int, int]) -> str:
    """The drawing, without bars where no year is known. Years before the last thirty are one bar, "≤year".

    Links open in the page around it. It has no style sheet: a page that takes it in may colour it.
    """
    bars = _gathered(years)
    most = max((count for _, _, count in bars), default=1)
    width = max(len(bars) * _STEP, _STEP)
    drawn = "".join(_bar(n, first, last, count, most) for n, (first, last, count) in enumerate(bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" width="{width}" '
        f'height="{_HEIGHT}" color="#2a8577" fill="currentColor" font-family="system-ui, sans-serif" font-size="11">'
        f"<title>Papers by year</title>{drawn}</svg>"
    )


def _gathered(years: Mapping[int, int]) -> list[tuple[int | None, int, int]]:
    """(first year, last year, papers), every year from the first to the last; `None`: all before, too."""
    if not years:
        return []
    newest = max(years)
    start = max(min(years), newest - _MOST_YEARS + 1)
    bars: list[tuple[int | None, int, int]] = [(y, y, years.get(y, 0)) for y in range(start, newest + 1)]
    earlier = sum(count for year, count in years.items() if year < start)
    return [(None, start - 1, earlier), *bars] if earlier else bars


def _bar(n: int, first: int | None, last: int, count: int, most: int) -> str:
    height = max(round(count / most * (_BASE - 16)), 2 if count else 0)
    x, middle = n * _STEP + (_STEP - _BAR) // 2, n * _STEP + _STEP // 2
    name = f"{'≤' if first is None else ''}{last}"
    since = "" if first is None else f"year_from={first}&amp;"
    papers = f"{count:,} paper{'' if count == 1 else 's'}"
    return (
        f'<a target="_top" href="/library?{since}year_to={last}"><title>{name}: {papers}</title>'
        f'<rect fill-opacity="0" x="{n * _STEP}" y="0" width="{_STEP}" height="{_HEIGHT}"/>'
        f'<rect x="{x}" y="{_BASE - height}" width="{_BAR}" height="{height}" rx="2"/>'
        f'<text x="{middle}" y="{_BASE + 15}" text-anchor="middle">{name}</text>'
        f'<text x="{middle}" y="{_BASE - height - 4}" text-anchor="middle">{count or ""}</text></a>'
    )
