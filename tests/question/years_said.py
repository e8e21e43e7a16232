"""Questions that say when papers were published, and questions whose years are content. All are invented.

Every second question of each list was set aside while the rules were chosen (`HELD_OUT`). Today is 28 November 2026,
and the library's papers are of 2010 to 2026.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

TODAY = date(2026, 11, 28)
SPAN = (2010, 2026)
Bounds: TypeAlias = tuple[int | None, int | None] | None

PUBLICATION: list[tuple[str, Bounds]] = [
    ("Which papers were published in 2024 about adapters?", (2024, 2024)),
    ("Which papers on soil carbon before 2023 use metformin?", (None, 2022)),
    ("What do studies from 2021 say about sleep and memory?", (2021, 2021)),
    ("Which work since 2020 deals with reward hacking?", (2020, None)),
    ("Which articles that appeared between 2018 and 2020 report side effects?", (2018, 2020)),
    ("What was published about quantisation in 2025?", (2025, 2025)),
    ("List 2021 papers on contrastive learning.", (2021, 2021)),
    ("What have papers from the last three years found about adapters?", (2023, None)),
    ("Has anything been published since 2022 on tree mortality?", (2022, None)),
    ("Which studies published after 2019 measured blood pressure?", (2020, None)),
    ("In 2024, which papers proposed new benchmarks?", (2024, 2024)),
    ("How do papers written before 2015 define alignment?", (None, 2014)),
    ("Find publications from 2016 to 2019 on crop yields.", (2016, 2019)),
    ("Which papers published in Nature in 2020 deal with bees?", (2020, 2020)),
    ("What did the 2023 study of coffee drinkers conclude?", (2023, 2023)),
    ("Which research from 2022 or later covers mixtures of experts?", (2022, None)),
    ("What is said about pruning in literature before 2018?", (None, 2017)),
    ("Which preprints posted since 2021 treat masks?", (2021, None)),
    ("Are there papers of 2019 on graph neural networks?", (2019, 2019)),
    ("Which papers on prompt tuning published between 2021 and 2023 report failures?", (2021, 2023)),
    ("What do this year's papers say about agents?", (2026, 2026)),
    ("Who published papers on lichens in 2017?", (2017, 2017)),
    ("Which studies that were published no later than 2012 asked nurses?", (None, 2012)),
    ("What did papers published last year say about test-time training?", (2025, 2025)),
    ("Do papers from the 2010s agree on dropout?", (2010, 2019)),
    ("Which papers up to 2020 compare fertilisers?", (None, 2020)),
    ("Compare 2022-2024 papers on retrieval with each other.", (2022, 2024)),
    ("Which papers about adapters from 2023 use rank selection?", (2023, 2023)),
    ("What recent work, published since 2024, uses sparse attention?", (2024, None)),
    ("Which papers came out in 2018 on autism screening?", (2018, 2018)),
]

CONTENT: list[tuple[str, Bounds]] = [
    ("Which papers use data from 1990 to 2005?", None),
    ("How did the 2008 financial crisis affect wages?", None),
    ("What accuracy do models reach on ImageNet 2012?", None),
    ("Which studies followed patients born before 1950?", None),
    ("How did COVID-19 in 2020 change school attendance?", None),
    ("Which papers study COVID-19 in 2020?", None),
    ("What was unemployment in 2009?", None),
    ("Which papers analyse survey data from 2019?", None),
    ("Do studies of adults born between 1946 and 1964 find better health?", None),
    ("What happened to bank lending after 2008 according to the papers?", None),
    ("Which papers evaluate on WMT 2014 or CoNLL-2003?", None),
    ("Which datasets collected before 2015 do the papers use?", None),
    ("How many of the 2000 papers screened were included?", None),
    ("Which papers discuss the Paris Agreement of 2015?", None),
    ("What do papers say about the 2011 Tohoku earthquake?", None),
    ("Is there recent work on adapters?", None),
    ("Which studies enrolled patients between 2001 and 2010?", None),
    ("Which papers forecast emissions until 2050?", None),
    ("Does the model work in 2020 patients?", None),
    ("Which study in 2019 adults measured sleep?", None),
    ("Which papers deal with the effects of the 2004 expansion on trade?", None),
    ("What did a study of Swedish men between 1990 and 2005 find?", None),
    ("Which work reports sea levels since 1993?", None),
    ("How has the research community changed since 2012?", None),
    ("Which papers use datasets published before 2015?", None),
    ("What do papers report about voting in the last three elections?", None),
    ("Which articles describe the influenza outbreak of 2009?", None),
    ("Which cohort studies ran from 1985 to 2000?", None),
    ("Which papers mention laws written in 1862?", None),
    ("Which papers test models released in 2023?", None),
]

CHOSEN_ON = PUBLICATION[::2] + CONTENT[::2]
HELD_OUT = PUBLICATION[1::2] + CONTENT[1::2]
