"""Imports, merges, splits and deletions in any order: nothing that was said is lost, and everything adds up."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from service.errors import MergeRefused
from service.library import Library
from service.records import Paper
from service.settings import Settings

ABSTRACTS = (
    "",
    "Kites are steered by three lines. The tether holds.",
    "Kites are steered by three lines. The tether holds. A second study confirms it.",
    "Balloons drift over the bay. Nobody steers them at all.",
    "In this paper balloons drift over the bay. Nobody steers them at all.",
    "Sails of flax were torn in every storm we saw.",
)
RECORDS = st.builds(
    Paper,
    title=st.sampled_from(["On steering kites in wind", "ON STEERING KITES IN WIND", "Balloons over the bay at dawn"]),
    abstract=st.sampled_from(ABSTRACTS),
    paper_id=st.sampled_from(["", "", "1", "arxiv:2301.00001"]),
    authors=st.sampled_from([(), ("Ada Oven",), ("Ben Crumb",)]),
    year=st.sampled_from([None, 2023, 2024]),
    doi=st.sampled_from([None, None, "10.1000/a", "10.1000/b", "10.48550/arXiv.2301.00001"]),
    upvotes=st.sampled_from([None, 3]),
)


class Shelf(RuleBasedStateMachine):
    """A library beside what is known of it: the records that are in it, by what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="litweave-states-")
        options = Settings(library=Path(self.folder.name), import_batch_papers=3)
        self.library = Library.open(options, create=True, embedder=HashEmbedder())
        self.told: list[Paper] = []

    @initialize(records=st.lists(RECORDS, min_size=2, max_size=5))
    def begin(self, records: list[Paper]) -> None:
        self.bring(records)

    @rule(records=st.lists(RECORDS, min_size=1, max_size=5))
    def bring(self, records: list[Paper]) -> None:
        """Each record is counted once, and each duplicate by its reason."""
        before = self.library.count()
        report = self.library.import_papers(records, embed=False)
        assert report.total == len(records)
        assert sum(report.reasons.values()) == report.duplicates
        assert self.library.count() == before + report.added
        self.told += records

    @rule()
    def bring_again(self) -> None:
        """What was imported word for word adds no paper and makes no merge, whatever a person did since."""
        records = [record.paper for made in self.made() for record in made.records]
        before = [(made.paper, made.records) for made in self.made()]
        assert self.library.import_papers(records, embed=False).added == 0
        assert [(made.paper, made.records) for made in self.made()] == before

    @precondition(lambda self: self.library.count() > 1)
    @rule(pick=st.data(), force=st.booleans())
    def merge(self, pick: st.DataObject, force: bool) -> None:
        ids = st.sampled_from([paper.paper_id for paper in self.library.papers()])
        one = pick.draw(ids)
        other = pick.draw(ids.filter(lambda paper_id: paper_id != one))
        before = self.library.count()
        try:
            done = self.library.corrections.merge(one, other, force=force)
        except MergeRefused:
            assert not force
            assert self.library.count() == before
            return
        assert done.made.paper.paper_id == one
        assert self.library.count() == before - 1
        assert self.library.paper(other) is None

    @precondition(lambda self: self.library.corrections.merges(limit=1).total)
    @rule(pick=st.data())
    def split(self, pick: st.DataObject) -> None:
        made = pick.draw(st.sampled_from(self.library.corrections.merges(limit=100).merges))
        count = len(made.records)
        some = st.lists(st.integers(1, count), max_size=count - 1, unique=True)
        done = self.library.corrections.split(made.paper.paper_id, pick.draw(some))
        assert len(done.kept.records) + len(done.new.records) == count
        assert done.kept.paper.paper_id == made.paper.paper_id

    @precondition(lambda self: self.library.count())
    @rule(pick=st.data())
    def delete(self, pick: st.DataObject) -> None:
        """What is deleted is gone, and nothing else."""
        made = pick.draw(st.sampled_from(self.made()))
        self.library.corrections.delete([made.paper.paper_id])
        assert self.library.paper(made.paper.paper_id) is None
        held = self.abstracts()
        self.told = [record for record in self.told if record.abstract in held]

    @rule()
    def embed(self) -> None:
        self.library.embed_waiting(sentences=True)

    @invariant()
    def no_abstract_is_lost(self) -> None:
        assert {record.abstract for record in self.told} <= self.abstracts()

    @invariant()
    def counts_add_up(self) -> None:
        """Both indexes hold what the catalog holds, once what waits is embedded."""
        made = self.made()
        assert self.library.count() == len(made)
        assert self.library.corrections.merges(limit=100).total == sum(len(m.records) > 1 for m in made)
        keys = {key for m in made for key in self.library.by_identity([f"id:{m.paper.paper_id}"])}
        assert len(keys) == len(made)

    @invariant()
    def a_paper_shows_the_longest_abstract_of_its_records(self) -> None:
        for made in self.made():
            assert made.paper.abstract in {record.paper.abstract for record in made.records}
            assert len(made.paper.abstract) == max(len(record.paper.abstract) for record in made.records)
            if len(made.records) == 1:
                (record,) = made.records
                assert replace(record.paper, paper_id=made.paper.paper_id) == made.paper

    def teardown(self) -> None:
        """At the end of each run the indexes are examined, and every quote is looked up."""
        self.library.embed_waiting(sentences=True)
        health = self.library.health()
        assert health.problems == ()
        assert health.chunks == health.vectors == health.indexed
        ids = {paper.paper_id for paper in self.library.papers()}
        hits = self.library.search("kites balloons steered sails", k=100).hits
        assert {hit.paper.paper_id for hit in hits} <= ids
        for hit in hits:
            assert hit.best.quote == hit.paper.abstract[hit.best.start : hit.best.end]
        self.library.close()
        self.folder.cleanup()

    def made(self) -> list:
        ids = [paper.paper_id for paper in self.library.papers()]
        return [self.library.corrections.made(paper_id) for paper_id in ids]

    def abstracts(self) -> set[str]:
        return {record.paper.abstract for made in self.made() for record in made.records}


@pytest.mark.slow
class TestShelf(Shelf.TestCase):
    settings = settings(max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
