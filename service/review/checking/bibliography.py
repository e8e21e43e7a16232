"""Whether the entries of a list of references exist as cited: field by field against what is known, and alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final, Literal

from service.identity import is_preprint_doi, normal_doi
from service.manuscript import Entry
from service.records import Paper
from service.records.checks import CheckedEntry, FieldFault, ReferencePlace
from service.review.checking.entry_match import (
    all_words,
    arxiv_of,
    differences,
    is_preprint,
    is_respelt,
    is_slip,
    same_authors,
    same_kind,
    same_title,
    venue_fault,
)
from service.review.checking.plain_entries import in_view_of, is_about_something_else, prepared
from service.review.checking.reference_sources import Candidates, ReferenceSource
from service.text.normal import title_key

_LEAST_START: Final = 2
_LEAST_END: Final = 3
_AHEAD: Final = 1  # years
_PLACEHOLDERS: Final = frozenset(
    title_key(name)
    for name in (
        "John Smith", "Jane Smith", "John Doe", "Jane Doe", "John Q. Public", "Max Mustermann", "Erika Mustermann",
        "First Author", "Second Author", "Author One", "Author Two", "Firstname Lastname", "Anonymous Author",
    )
)  # fmt: skip
"""What stands where somebody meant to fill in names."""
_NUMBERS: Final = frozenset({"doi", "eprint"})
_MALFORMED: Final = {
    "year": "is no year of a work; look it up",
    "doi": "is no DOI, which is 10.NUMBER/NAME; copy it from the publisher's page, or delete the field",
}


def checked_entries(sources: Iterable[ReferenceSource], entries: Iterable[Entry]) -> tuple[CheckedEntry, ...]:
    """Each entry with its verdict: valid, wrong with what should stand there, or not to be verified here.

    The sources are asked in order, each for what the ones before it did not find valid. What is valid anywhere is
    valid; otherwise the first source counts that knows the work.
    """
    entries = list(entries)
    first = {entry.key: entry for entry in reversed(entries)}
    listed = [prepared(entry) for entry in first.values()][::-1]
    checked = {entry.key: _unknown(entry) for entry in listed}
    return further_checked(checked.values(), sources, entries)


def further_checked(
    checked: Iterable[CheckedEntry], sources: Iterable[ReferenceSource], entries: Iterable[Entry]
) -> tuple[CheckedEntry, ...]:
    """The checked entries after more sources were asked for those that are not valid yet."""
    entries = list(entries)
    first = {entry.key: entry for entry in reversed(entries)}
    verdicts = {entry.key: entry for entry in checked}
    for source in sources:
        open_ = [prepared(first[key]) for key, made in verdicts.items() if made.verdict != "valid"]
        known = source.papers_for(open_) if open_ else {}
        for entry in open_:
            made = _checked(entry, known.get(entry.key, Candidates()), source.place)
            if made.verdict == "valid" or verdicts[entry.key].checked_against == "none":
                verdicts[entry.key] = made
    return _with_repeated(verdicts.values(), entries)


def _unknown(entry: Entry) -> CheckedEntry:
    alone = _faults_by_itself(entry)
    return CheckedEntry(entry.key, entry.line, "wrong" if alone else "unverified", None, tuple(alone), entry.file)


def _checked(entry: Entry, candidates: Candidates, place: ReferencePlace) -> CheckedEntry:
    found = _found(entry, candidates)
    if found is None:
        return _unknown(entry)
    seen, paper, faults = found
    fields = {fault.field for fault in faults}
    numbered = candidates.numbered
    is_faulty = (
        bool(faults) and _means_version(seen, paper, fields, numbered) and not _may_be_print(seen, paper, fields)
    )
    if fields & _NUMBERS and not is_faulty and numbered not in (None, paper):
        sure = fields <= _NUMBERS
        faults = [f if sure else replace(f, should_be=None) for f in faults if f.field in _NUMBERS]
        is_faulty, fields = True, fields & _NUMBERS  # it is that of another work, whichever version is meant
    verdict: Literal["valid", "wrong", "unverified"] = "wrong" if is_faulty else "unverified" if faults else "valid"
    if not entry.title and not faults and not (seen.authors and seen.year):
        verdict = "unverified"
    alone = _faults_by_itself(seen)
    faults += [fault for fault in alone if fault.field not in fields]
    paper_id = paper.paper_id if place == "library" else None
    return CheckedEntry(
        entry.key, entry.line, "wrong" if alone else verdict, paper_id, tuple(faults), entry.file, place
    )


def _means_version(entry: Entry, paper: Paper, fields: set[str], numbered: Paper | None) -> bool:
    """Whether an entry that differs in `fields` means this very version of the work, so that they are faults.

    A DOI that both have says so. Without it, another venue, or a number that the record lacks, may be those of the
    journal, preprint or working paper of the same title; an arXiv number tells the work, not where it appeared.
    """
    if entry.doi and (numbered is paper or entry.doi == normal_doi(paper.doi or "")) and not is_preprint_doi(entry.doi):
        return True
    if "venue" in fields:
        return False
    number = arxiv_of(paper)
    if numbered is paper or (entry.arxiv and entry.arxiv == number):
        return True
    is_draft, was_draft = (is_preprint(e.venue, e.doi, n) for e, n in ((entry, entry.arxiv), (paper, number)))
    published = (paper.venue or paper.doi) if is_draft else (entry.venue or entry.doi)
    if is_draft != was_draft and published:
        return False
    if (entry.doi and not paper.doi) or (entry.arxiv and not number):
        return False
    in_one_place = bool(entry.venue and paper.venue)
    if entry.venue and paper.venue and not same_kind(entry.venue, paper.venue):
        return False
    in_one_year = entry.year is not None and entry.year == paper.year
    if fields & _NUMBERS:
        return len(fields) == 1 and (in_one_place or is_draft)
    if "title" in fields:
        return len(fields) == 1 and entry.year == paper.year and (in_one_place or bool(entry.authors and paper.authors))
    return len(fields) == 1 and (in_one_place or (in_one_year and "year" not in fields))


def _may_be_print(entry: Entry, paper: Paper, fields: set[str]) -> bool:
    """Whether only the year differs, by one, as online and print do."""
    return fields == {"year"} and abs((entry.year or 0) - (paper.year or 0)) == 1


def _faults_by_itself(entry: Entry) -> list[FieldFault]:
    """What is wrong whatever paper is meant: no year or one to come, no DOI, nobody's names."""
    faults = [FieldFault(field, was, None, _MALFORMED[field]) for field, was in entry.malformed]
    if entry.year is not None and entry.year > datetime.now(UTC).year + _AHEAD:
        faults.append(FieldFault("year", str(entry.year), None, "is still to come; look the year up"))
    names = [title_key(" ".join(reversed(a.split(", ", 1)))) for a in entry.authors]
    if names and all(name in _PLACEHOLDERS for name in names):
        what = "stands for names that were to be filled in; fill them in"
        faults.append(FieldFault("author", " and ".join(entry.authors), None, what))
    return faults


def _with_repeated(checked: Iterable[CheckedEntry], entries: Sequence[Entry]) -> tuple[CheckedEntry, ...]:
    """The checked entries; a key that several entries of one file have is a fault of the first, for BibTeX an error."""
    lines: dict[tuple[str | None, str], list[Entry]] = {}
    for entry in entries:
        lines.setdefault((entry.file, entry.key), []).append(entry)
    return tuple(_repeated(made, lines.get((made.file, made.key), [])) for made in checked)


def _repeated(checked: CheckedEntry, entries: Sequence[Entry]) -> CheckedEntry:
    if checked.file is None or len(entries) < 2 or any(fault.field == "key" for fault in checked.fields):
        return checked
    again = ", ".join(str(e.line) for e in entries[1:])
    one_work = len({title_key(e.title or e.text) for e in entries}) == 1
    do = "delete one, for they are one work" if one_work else "give each work a key of its own, also where it is cited"
    note = f"is used again in line{'s' * (len(entries) > 2)} {again}; {do}"
    return replace(checked, verdict="wrong", fields=(*checked.fields, FieldFault("key", checked.key, None, note)))


def _found(entry: Entry, candidates: Candidates) -> tuple[Entry, Paper, list[FieldFault]] | None:
    """The entry with its fields, the paper that is meant, and what the entry says otherwise; `None`: not to be told."""
    numbered = candidates.numbered
    if numbered is not None and same_title(seen := _seen(entry, numbered), numbered):
        return seen, numbered, differences(seen, numbered)
    views = [(seen, paper) for paper in candidates.others if (seen := _seen(entry, paper)).title]
    titled = [(seen, paper, differences(seen, paper)) for seen, paper in views if same_title(seen, paper)]
    if titled:
        return min(titled, key=lambda found: len(found[2]))
    if numbered is not None:
        return _misnumbered(_seen(entry, numbered), numbered)
    titles = [all_words(paper.title) for paper in candidates.others]
    near = next(((seen, paper) for seen, paper in views if _misquoted(seen, paper, titles)), None)
    return None if near is None else (*near, differences(*near))


def _seen(entry: Entry, paper: Paper) -> Entry:
    """The entry itself; one that is plain text with what of its fields is certain if the paper is meant."""
    return entry if entry.title or not entry.text else in_view_of(entry, paper)


def _misnumbered(entry: Entry, paper: Paper) -> tuple[Entry, Paper, list[FieldFault]] | None:
    """An entry whose DOI or arXiv number is that of a paper of another title: one of the two is wrong."""
    if not entry.title:
        if not is_about_something_else(entry, paper):
            return None
        return entry, paper, [FieldFault("doi", entry.doi or entry.arxiv or "", None)]
    field = "title" if same_authors(entry, paper) or not entry.authors else "doi"
    was = (entry.title if field == "title" else entry.doi or entry.arxiv) or ""
    fault = FieldFault(field, was, paper.title if field == "title" else None)
    rest = [f for f in differences(entry, paper) if f.field != "title"] if field == "title" else []
    return entry, paper, [fault, *rest]


def _misquoted(entry: Entry, paper: Paper, titles: Sequence[Sequence[str]]) -> bool:
    """Whether this paper is meant: its title is only spelt otherwise; or all else is the paper's, and the title is a
    slip of its or two titles in one.
    """
    given, known = all_words(entry.title or ""), all_words(paper.title)
    if is_respelt(given, known) and (same_authors(entry, paper) or not (entry.authors and paper.authors)):
        return True
    if not entry.authors or not same_authors(entry, paper) or entry.year != paper.year or venue_fault(entry, paper):
        return False
    if any(fault.field in ("doi", "eprint") for fault in differences(entry, paper)):
        return False  # another title with another number is another work
    return is_slip(given, known) or any(_is_graft(given, known, other) for other in titles if other != known)


def _is_graft(given: Sequence[str], known: Sequence[str], other: Sequence[str]) -> bool:
    """Whether a title begins as one paper's and goes on as another's ends."""
    return any(list(other[-len(end) :]) == list(end) for end in _ends(given, known))


def _ends(given: Sequence[str], known: Sequence[str]) -> Iterator[Sequence[str]]:
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(given, known, strict=False)))
    return (given[n:] for n in range(_LEAST_START, shared + 1) if len(given) - n >= _LEAST_END)
