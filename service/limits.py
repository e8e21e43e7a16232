"""What one request may ask for: shared by the command line and the HTTP API. All bounds are inclusive."""

from __future__ import annotations

from typing import Final

HITS_DEFAULT: Final = 10
HITS_MAX: Final = 1000
SENTENCES_DEFAULT: Final = 12
SENTENCES_MAX: Final = 100
WORDS_DEFAULT: Final = 300
WORDS_MIN: Final = 20
WORDS_MAX: Final = 10_000
ROWS_DEFAULT: Final = 8
ROWS_MAX: Final = 50
COLUMNS_MAX: Final = 12
YEAR_MAX: Final = 9999
STATEMENTS_MAX: Final = 5_000
"""Sentences of one text that is checked."""
SURVEY_WORDS_DEFAULT: Final = 1_500
SECTIONS_MAX: Final = 20
PAGE_DEFAULT: Final = 50
PAGE_MAX: Final = 1_000
"""Papers or merges in one page of a list."""
