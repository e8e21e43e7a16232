"""Words in which one asks about papers or reports them, whatever the papers are about; case-folded."""

from __future__ import annotations

from typing import Final

from service.vocabulary.words import words

ASKING: Final = words(
    """tell show explain describe list name give find compare discuss summarize summarise please know want need help
    me question answer"""
)
"""Verbs and nouns of asking."""
REPORTING: Final = words(
    """paper papers study studies work works article articles author authors abstract literature research researcher
    researchers report reports reported present presents presented propose proposes proposed show shows showed shown
    find finds found finding findings result results suggest suggests suggested demonstrate demonstrates demonstrated
    investigate investigates investigated examine examines examined use uses used using review approach approaches
    method methods"""
)
"""Words of writing about work, which name no subject of their own."""

SCAFFOLDING: Final = ASKING | REPORTING
