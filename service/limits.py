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
TEXT_MAX: Final = 100_000
"""Characters of a question, topic or abstract that are read at all; LITWEAVE_MAX_QUERY_CHARS is lower by default."""
UPVOTES_MAX: Final = 1_000_000_000
PAPER_IDS_MAX: Final = 10_000
"""Papers that one request may name."""
NAMES_MAX: Final = 100
"""Collections, tags or sources that one request may name."""
NAME_CHARS: Final = 100
"""Of the name of a collection or a tag."""
SOURCE_CHARS: Final = 500
NOTE_CHARS: Final = 20_000
NOTES_MAX: Final = 1_000
"""Notes on one paper that one request may hold."""
PAGE_DEFAULT: Final = 50
PAGE_MAX: Final = 500
"""Papers or merges of one page of a list."""
STATEMENTS_MAX: Final = 5_000
"""Sentences of one text that is checked."""
OFFSET_MAX: Final = 1_000_000_000
"""Of a list that is read from the middle: more than it can hold."""
SURVEY_WORDS_DEFAULT: Final = 1_500
SECTIONS_MAX: Final = 20
