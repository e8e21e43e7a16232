"""The findings of a check for machines that show them beside the text: GitHub's annotations, and SARIF 2.1.0."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

from service import __version__
from service.records.checks import Check
from service.render.check import entry_told, remarks, repeats, rule_of
from service.render.plain import readable

_RULES: Final = {
    "contradicted": "A cited abstract contradicts the sentence",
    "unknown-key": "No work has this citation key",
    "not-in-abstract": "The cited abstract does not say it",
    "wrong-reference": "The reference is not as cited",
    "partly": "The cited abstract says only a part of it",
    "uncited": "A paper says it and is not cited",
    "undecided": "The judge could not decide: read the quote",
    "unverified-reference": "The reference is known otherwise",
}
_GITHUB: Final = {"error": "error", "warning": "warning", "note": "notice"}


@dataclass(frozen=True, slots=True)
class _Finding:
    rule: str
    level: Literal["error", "warning", "note"]
    file: str
    line: int
    text: str


def check_github(check: Check) -> str:
    """Workflow commands, `::error file=paper.tex,line=3,title=…::…`, a line each; nothing where nothing is found."""
    return "".join(map(_command, _findings(check)))


def check_sarif(check: Check) -> str:
    """A SARIF 2.1.0 log of one run. Source: OASIS, Static Analysis Results Interchange Format 2.1.0."""
    findings = list(_findings(check))
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, text in _RULES.items()]
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "litweave", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding) for finding in findings],
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _command(finding: _Finding) -> str:
    place = f"file={_property(finding.file)},line={finding.line},title={_property(_RULES[finding.rule])}"
    return f"::{_GITHUB[finding.level]} {place}::{_data(finding.text)}\n"


def _result(finding: _Finding) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": quote(finding.file)}, "region": {"startLine": finding.line}}
    return {
        "ruleId": finding.rule,
        "ruleIndex": list(_RULES).index(finding.rule),
        "level": finding.level,
        "message": {"text": finding.text},
        "locations": [{"physicalLocation": place}],
    }


def _findings(check: Check) -> Iterator[_Finding]:
    """What is wrong or worth a look, claims in the order of the text, then references."""
    again = repeats(check)
    for claim in check.claims:
        rule = rule_of(claim)
        if rule is not None:
            level: Literal["error", "warning", "note"] = "error" if claim.wrong else "warning"
            text = "\n".join([readable(claim.text), *remarks(check, claim, again.get(claim, ()))])
            yield _Finding(rule, "note" if rule == "undecided" else level, check.file, claim.line, text)
    for entry in check.bibliography:
        if entry.fields:
            wrong = entry.verdict == "wrong"
            rule = "wrong-reference" if wrong else "unverified-reference"
            place = entry.file or check.file
            yield _Finding(rule, "error" if wrong else "note", place, entry.line, entry_told(entry))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
