"""The poisoned abstracts as papers."""

from __future__ import annotations

from poison import poisoned

from service.records import Paper

POISONED_PAPERS = tuple(
    Paper(f"Field report {i:03d} of the aviary", attack.abstract, f"poison-{i:03d}", year=2023)
    for i, attack in enumerate(poisoned())
)
