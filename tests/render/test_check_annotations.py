"""A check's findings as annotations and as SARIF: where, how grave, and nothing that a text could smuggle in."""

from __future__ import annotations

import json
from dataclasses import replace

from test_check_reports import check, claim

from service.records.checks import CheckedEntry, FieldFault
from service.render.check_annotations import check_github, check_sarif

WRONG = CheckedEntry("heron2023", 7, "wrong", "p-heron", (FieldFault("year", "2022", "2023"),), file="a, b.bib")
OPEN = CheckedEntry("tern2020", 9, "unverified", "p-tern", (FieldFault("year", "2020", "2021"),))
MADE = replace(
    check(claim("supported", 1), claim("contradicted", 3, "75.0%"), claim("undecided", 5)),
    bibliography=(WRONG, OPEN, CheckedEntry("owl2019", 11, "valid", "p-owl")),
)


def test_each_finding_is_an_annotation_on_its_line() -> None:
    """What is supported or valid is none; reference faults point into the .bib."""
    lines = check_github(MADE).splitlines()
    assert [line.partition(",title")[0] for line in lines] == [
        "::error file=a.md,line=3",
        "::notice file=a.md,line=5",
        "::error file=a%2C b.bib,line=7",
        "::notice file=a.md,line=9",
    ]
    assert "year “2022” should be “2023”" in lines[2]
    assert check_github(check(claim("supported", 1))) == ""


def test_a_text_cannot_write_a_command_of_its_own() -> None:
    """Line ends and percent signs are escaped, in the words and in the file's name."""
    hostile = replace(claim("contradicted", 3), text="100%0A done\n::error file=x::no")
    written = check_github(replace(check(hostile), file="a\n::set-output::b.md"))
    assert len(written.splitlines()) == 1
    assert "100%250A" in written


def test_sarif_names_rule_level_and_place() -> None:
    """One result a finding, its rule by index, a URI with no space in it."""
    (run,) = json.loads(check_sarif(MADE))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    results = [(r["ruleId"], r["level"], r["locations"][0]["physicalLocation"]) for r in run["results"]]
    assert [(rule, level) for rule, level, _ in results] == [
        ("contradicted", "error"),
        ("undecided", "note"),
        ("wrong-reference", "error"),
        ("unverified-reference", "note"),
    ]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
    assert results[2][2] == {"artifactLocation": {"uri": "a%2C%20b.bib"}, "region": {"startLine": 7}}
