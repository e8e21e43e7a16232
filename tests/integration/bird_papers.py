"""Seven invented papers for the facade's tests: two on labels, one beside them, three on retrieval, one stray."""

from __future__ import annotations

from service.records import Paper

KITE = Paper(
    "KITE: Gentle Alignment of Small Language Models",
    "Aligning small language models takes many preference pairs. We propose KITE, which aligns small language models "
    "with preference pairs that it writes itself. KITE needs 1,200 preference pairs to reach 61.5% on GustBench. "
    "It has only been tested on English.",
    "kite",
    year=2022,
    authors=("Mira Okonjo", "Jan Lind", "Ada Bo"),
)
HERON = Paper(
    "Heron: Alignment of Small Language Models Without Labels",
    "Labels are expensive. We propose Heron, an alignment method for small language models that needs no labels at any "
    "stage. Heron scores 74.0% on GustBench with preference pairs from a teacher.",
    "heron",
    year=2023,
)
TERN = Paper(
    "Preference Pairs for the Alignment of Language Models",
    "We study how many preference pairs the alignment of small language models takes. "
    "The pairs are those of GustBench. Gains level off after 2,000 preference pairs in all five models.",
    "tern",
    year=2021,
)
RAIN = Paper(
    "Retrieval for Small Readers",
    "We build a dense retrieval index for small language models. Dense retrieval raises exact match from 31.2 to 38.9 "
    "on open questions.",
    "rain",
    year=2020,
)
SNOW = Paper(
    "Dense Retrieval with Small Language Models",
    "Small language models forget facts. We give small language models a dense retrieval step before each answer. "
    "Dense retrieval halves their errors on rare facts.",
    "snow",
    year=2024,
)
HAIL = Paper(
    "What Dense Retrieval Costs Small Language Models",
    "We measure the latency of dense retrieval in small language models. Dense retrieval adds 40 ms a question. "
    "This cost does not shrink with the size of the model.",
    "hail",
    year=2024,
)
BEETS = Paper("Sugar Beets in Wet Soils", "We grow sugar beets in wet soils. Yields fall by a third.", "beets")
PAPERS = (KITE, HERON, TERN, RAIN, SNOW, HAIL, BEETS)
