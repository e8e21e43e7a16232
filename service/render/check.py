"""The report of a check: what to mend first, with its line, the quote that shows it and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from service.records import Citation
from service.records.checks import Check, CheckedClaim, CheckedEntry, FieldFault, Suggestion, Unjudged
from service.render.lines import wrapped
from service.render.plain import readable, visible
from service.render.reference import in_words, short_title
from service.render.written import judged_by
from service.review.checking.sentence_kinds import IN_SHORT

_INDENT = "    "
_GROUPS: tuple[tuple[str, str, Callable[[CheckedClaim], bool]], ...] = (
    ("contradicted", "Contradicted by the paper it cites", lambda c: c.verdict == "contradicted" and bool(c.cited)),
    ("contradicted", "Contradicted by a paper it does not cite", lambda c: c.verdict == "contradicted"),
    ("unknown-key", "Unknown citation keys", lambda c: bool(c.unknown_keys)),
    ("not-in-abstract", "Not in the abstract of the paper it cites", lambda c: c.unsupported),
    ("partly", "Partly supported", lambda c: c.verdict == "partly"),
    ("uncited", "Missing citations", lambda c: c.uncited),
    ("undecided", "Not decided: read the quote beside the sentence", lambda c: c.verdict == "undecided"),
)
"""Rule, heading and what falls under it, gravest first: a claim stands under the first that fits."""
_PASSED_OVER = "Passed over: nothing to judge in them, or no paper to judge them by"
_UNKNOWN, _MOST_UNKNOWN = "References that nothing is known of, neither for nor against them", 30
_PLACES = {"snapshot": "the snapshot", "online": "the record online"}


def check_text(check: Check, *, width: int | None = None, verbose: bool = False) -> str:
    """The report as plain text, gravest first, ending in a line of counts.

    With `verbose` also what is supported, and every sentence that was passed over.
    """
    blocks = [_grouped(check, heading, claims, width) for heading, claims in _groups(check) if claims]
    blocks += [_listed(heading, items, width) for heading, items in _references(check)]
    blocks.append(_listed("Not in the library, so not checked", _absent(check), width))
    blocks.append(_good(check, width, verbose))
    blocks.append(_listed(_PASSED_OVER, _unjudged(check, verbose=verbose), width))
    blocks.append(_listed("Sources", [f"[{r.label}] {in_words(r)}" for r in check.references], width))
    blocks.append(_listed("Not read", [visible(a) for a in check.asides], width))
    return "\n\n".join([*filter(None, blocks), _wrapped(summary(check), width, 0)]) + "\n"


def check_markdown(check: Check, *, verbose: bool = False) -> str:
    """The same report as markdown: a heading a group, an item a sentence."""
    lines, again = [f"# Check of {_code(check.file)}", "", summary(check)], repeats(check)
    for heading, claims in _groups(check):
        if claims:
            lines += ["", f"## {heading}", ""]
        for claim in claims:
            lines.append(f"- **{_code(_place(check, claim))}** {_escaped(claim.text)}")
            lines += [f"  - {_escaped(line)}" for line in remarks(check, claim, again.get(claim, ()))]
    supported = _supported(check)
    if verbose and supported:
        lines += ["", "## Supported", ""]
        for claim in supported:
            lines.append(f"- **{_code(_place(check, claim))}** {_escaped(claim.text)}")
            lines += [f"  - {_escaped(_says(check, claim, quote))}" for quote in claim.citations]
    for heading, items in (
        *_references(check),
        ("Not in the library, so not checked", _absent(check)),
        (_PASSED_OVER, _unjudged(check, verbose=verbose)),
        ("Sources", [f"[{r.label}] {in_words(r)}" for r in check.references]),
        ("Not read", [visible(a) for a in check.asides]),
    ):
        lines += ["", f"## {heading}", "", *(f"- {_escaped(item)}" for item in items)] if items else []
    return "\n".join(lines) + "\n"


def summary(check: Check) -> str:
    """One line of counts, and who judged."""
    counts = check.counts()
    said = [
        (counts["contradicted"], "contradicted"),
        (counts["unsupported"], "not in the cited abstract"),
        (counts["unknown_keys"], "unknown key" + "s" * (counts["unknown_keys"] != 1)),
        (counts["wrong_references"], "wrong reference" + "s" * (counts["wrong_references"] != 1)),
        (counts["partly"], "partly supported"),
        (counts["uncited"], "without citation"),
        (counts["undecided"], "not decided"),
        (len(_supported(check)), "supported"),
        (len(_only_absent(check)), "not in the library"),
    ]
    told = ", ".join(f"{n} {what}" for n, what in said if n) or "nothing to judge"
    rest = f"{counts['claims']} of {counts['statements']} sentences were judged{_passed_over(check)}"
    listed = _listed_references(check)
    nothing = "nothing was decided, so this says nothing for or against the text; " if check.all_undecided else ""
    who = f"; {judged_by(check.judge)}" if check.judge is not None else ""
    return f"{visible(check.file)}: {nothing}{told}; {rest}{listed}{who}."


def _passed_over(check: Check) -> str:
    """How many sentences were not judged, and for what, the most frequent first."""
    reasons = Counter(IN_SHORT.get(s.reason, s.reason) for s in check.unjudged)
    told = ", ".join(f"{n} {reason}" for reason, n in reasons.most_common())
    return f" and {len(check.unjudged)} passed over ({told})" if told else ""


def _listed_references(check: Check) -> str:
    """How many references are as cited, and how many nothing is known of."""
    verdicts = [entry.verdict for entry in check.bibliography]
    unknown = f", {verdicts.count('unverified')} unverified" if "unverified" in verdicts else ""
    return f"; {verdicts.count('valid')} of {len(verdicts)} references are as cited{unknown}" if verdicts else ""


def _groups(check: Check) -> list[tuple[str, list[CheckedClaim]]]:
    """Each claim once, under the first heading that fits, in the order of the text."""
    repeated = {claim for again in repeats(check).values() for claim in again}
    left = [claim for claim in check.claims if claim not in repeated]
    groups = []
    for _, heading, fits in _GROUPS:
        groups.append((heading, [c for c in left if fits(c)]))
        left = [c for c in left if not fits(c)]
    return groups


def repeats(check: Check) -> dict[CheckedClaim, list[CheckedClaim]]:
    """For a claim those of which there is only to say an unknown key that it has before them."""
    first: dict[str, CheckedClaim] = {}
    found: dict[CheckedClaim, list[CheckedClaim]] = {}
    for claim in check.claims:
        keys, more = claim.unknown_keys, (claim.citations, claim.suggested, claim.near, claim.part)
        if keys and not any(more) and all(key in first for key in keys):
            found.setdefault(first[keys[0]], []).append(claim)
        for key in keys:
            first.setdefault(key, claim)
    return found


def rule_of(claim: CheckedClaim) -> str | None:
    """The name of the first group that a claim falls under; `None` for one that needs no look."""
    return next((rule for rule, _, fits in _GROUPS if fits(claim)), None)


def _references(check: Check) -> list[tuple[str, list[str]]]:
    """The entries that depart from the library's papers, by how sure it is, each with its fields; those not known."""
    headings = (
        ("wrong", "References that are not as cited"),
        (
            "unverified",
            "References that are known otherwise, perhaps another version, another work or the year of print",
        ),
    )
    told = [entry for entry in check.bibliography if entry.fields]
    groups = [(heading, [entry_told(e) for e in told if e.verdict == verdict]) for verdict, heading in headings]
    unknown = [visible(e.key) for e in check.bibliography if e.verdict == "unverified" and not e.fields]
    more = [f"and {len(unknown) - _MOST_UNKNOWN:,} more"] if len(unknown) > _MOST_UNKNOWN else []
    return [*groups, (_UNKNOWN, [", ".join([*unknown[:_MOST_UNKNOWN], *more])] if unknown else [])]


def entry_told(entry: CheckedEntry) -> str:
    """An entry's key and its faults, as `[key] year “2021” should be “2024”`."""
    joined = "should be" if entry.verdict == "wrong" else "is there"
    by = f" (by {_PLACES[entry.checked_against]})" if entry.checked_against in _PLACES else ""
    return f"[{visible(entry.key)}] {'; '.join(_fault(fault, joined) for fault in entry.fields)}{by}"


def _fault(fault: FieldFault, joined: str) -> str:
    right = f"{joined} “{readable(fault.should_be)}”" if fault.should_be else readable(fault.note or "is wrong")
    return f"{fault.field} “{readable(fault.was)}” {right}"


def _supported(check: Check) -> list[CheckedClaim]:
    return [c for c in check.claims if c.verdict == "supported" and not c.uncited and not c.unknown_keys]


def _only_absent(check: Check) -> list[CheckedClaim]:
    return [c for c in check.claims if c.verdict == "not_in_corpus" and not c.wrong]


def _grouped(check: Check, heading: str, claims: Sequence[CheckedClaim], width: int | None) -> str:
    blocks, again = [f"{heading} ({len(claims)})"], repeats(check)
    for claim in claims:
        lines = [_wrapped(f"{_place(check, claim)}: {readable(claim.text)}", width, 0, 1)]
        lines += [_wrapped(line, width, 1) for line in remarks(check, claim, again.get(claim, ()))]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def remarks(check: Check, claim: CheckedClaim, again: Sequence[CheckedClaim]) -> list[str]:
    """Why, the quotes, and what to do, a line each; `again`: its `repeats`."""
    if claim.uncited:
        return [_offer(check, s) for s in claim.suggested]
    lines = [f"Why: {readable(claim.reason).rstrip('.')}."] if claim.reason else []
    if claim.part and readable(claim.part) != readable(claim.text):
        lines.append(f"Not borne out: “{readable(claim.part)}”")
    lines += [_says(check, claim, quote) for quote in claim.citations]
    if claim.unknown_keys:
        add = "add the work to the references" if check.bibliography else "give the references with --bib FILE"
        lines += [f"Also cited in {_lines([c.line for c in again])}."] if again else []
        lines.append(f"Do: correct the key, or {add}.")
    if claim.suggested:
        lines += [_offer(check, s) for s in claim.suggested]
    elif claim.verdict == "contradicted":
        lines.append("Do: correct the sentence after the quote, or cite what does say it.")
    elif claim.unsupported:
        lines.append("Do: look in the paper itself; if it is not there, cite what says it or take the sentence out.")
    elif claim.verdict == "partly":
        lines.append("Do: say no more than the quote, or cite what says the rest.")
    return lines + [f"Near: {_says_near(suggestion)}" for suggestion in claim.near]


def _says(check: Check, claim: CheckedClaim, quote: Citation) -> str:
    verb = "comes nearest with" if claim.unsupported or claim.verdict == "undecided" else "says"
    return f"[{quote.label}] {_title(check, quote.label)} {verb}: “{visible(quote.quote)}”"


def _offer(check: Check, suggestion: Suggestion) -> str:
    cite = visible(_cited(check, suggestion.key))
    return f"Do: cite {cite}: {short_title(suggestion.title)} says: “{visible(suggestion.quote)}”"


def _cited(check: Check, key: str) -> str:
    """The citation as the text would write it: by key, or by the number or note of its own list."""
    if check.form == "latex":
        return f"\\cite{{{key}}}"
    return f"[{key}]" if key.isdecimal() or key[:1] == "^" else f"[@{key}]"


def _says_near(suggestion: Suggestion) -> str:
    """A paper to read, which is not known to say it."""
    key, title = visible(suggestion.key), short_title(suggestion.title)
    return f"{title} ({key}), which may not say it: “{visible(suggestion.quote)}”"


def _unjudged(check: Check, *, verbose: bool) -> list[str]:
    """Each reason with its lines; with `verbose` each sentence with its reason."""
    if verbose:
        return [
            f"{_place(check, s)}: {readable(s.text)}: {s.reason}{''.join(f'; near: {_says_near(n)}' for n in s.near)}"
            for s in check.unjudged
        ]
    lines: dict[str, list[int]] = {}
    for sentence in check.unjudged:
        lines.setdefault(sentence.reason, []).append(sentence.line)
    return [f"{reason}: {_lines(at)}" for reason, at in lines.items()]


def _lines(at: Sequence[int]) -> str:
    numbers = list(dict.fromkeys(at))
    return f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _title(check: Check, label: str) -> str:
    return next((short_title(r.title) for r in check.references if r.label == label), "")


def _place(check: Check, claim: CheckedClaim | Unjudged) -> str:
    return f"{visible(check.file)}:{claim.line}"


def _absent(check: Check) -> list[str]:
    """Each work that the library does not have, with the lines that cite it."""
    lines: dict[tuple[str, str | None], list[int]] = {}
    for claim in check.claims:
        for work in claim.cited:
            if work.status == "not_in_library":
                lines.setdefault((work.key, work.title), []).append(claim.line)
    return [
        f"{visible(key)}{f' ({readable(title)})' if title and title != key else ''}: {_lines(at)}"
        for (key, title), at in lines.items()
    ]


def _good(check: Check, width: int | None, verbose: bool) -> str:
    claims = _supported(check)
    if not claims:
        return ""
    if not verbose:
        lines = _lines(sorted(c.line for c in claims))
        return _wrapped(f"Supported ({len(claims)}): {lines} (--verbose shows their quotes)", width, 0, 1)
    return _grouped(check, "Supported", claims, width)


def _listed(heading: str, items: Sequence[str], width: int | None) -> str:
    """A heading over its items, a line each; empty for none."""
    return "\n".join([heading, *(_wrapped(item, width, 1, 1) for item in items)]) if items else ""


def _code(text: str) -> str:
    return f"`{visible(text).replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|" else c for c in visible(text))


def _wrapped(text: str, width: int | None, indent: int, hanging: int = 0) -> str:
    if width is None:
        return _INDENT * indent + text
    return "\n".join(wrapped(text, width, first=_INDENT * indent, rest=_INDENT * (indent + hanging)))
