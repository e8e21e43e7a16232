"""XML records: what of a hostile or damaged file is read, and how the text of an element reads."""

from __future__ import annotations

import pytest

from service.errors import SourceError
from service.readers.xml_element import Element
from service.readers.xml_source import MOST_CHARS, elements
from service.records import Rejection


def read(document: str | bytes, *names: str) -> tuple[list[Element], list[Rejection]]:
    data = document if isinstance(document, bytes) else document.encode()
    found = list(elements(data, "a.xml", names or ("rec",)))
    return [f[1] for f in found if not isinstance(f, Rejection)], [f for f in found if isinstance(f, Rejection)]


def text(inner: str) -> str:
    [element], _ = read(f"<rec>{inner}</rec>")
    return element.text()


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("a <i>b</i>c <b>d</b>", "a bc d"),
        ("CO<sub>2</sub> and 10<sup>3</sup> m<sup>2</sup>", "CO2 and 10^3 m²"),
        ("10<sup><i>-3</i></sup>; n<sup>th</sup>; 94<sup>th</sup>", "10^-3; nth; 94th"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("p&lt;0.05 &amp; q&gt;1", "p<0.05 & q>1"),
        ("<unheard-of>a</unheard-of>b", "ab"),
        ("<![CDATA[a < b]]> &nbsp;&alpha;", "a < b \xa0α"),
        ("a<!-- no --><?pi no?>b", "ab"),
        ("A title<fn><p>A note.</p></fn><xref ref-type='fn'>*</xref>", "A title"),
        ("<m:math xmlns:m='u'>\n <m:msup>\n <m:mn>10</m:mn>\n <m:mn>3</m:mn>\n </m:msup></m:math> V", "10^3 V"),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "1/2"),
        ("<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>", "xi²"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac></math>", "(a+b)/c"),
        ("<math><msup><mn>2</mn><mrow><mi>n</mi><mo>-</mo><mn>1</mn></mrow></msup></math> steps", "2^(n-1) steps"),
        ("<math><msub><mi>log</mi><mn>10</mn></msub><mn>2</mn></math>, <math><msqrt><mn>2</mn></msqrt></math>",
         "log₁₀2, √2"),
        ("<alternatives><tex-math>$x$</tex-math><m:math><m:mi>x</m:mi></m:math></alternatives>", "x"),
        (r"<tex-math>\documentclass{a}\begin{document}$y$\end{document}</tex-math>", "$y$"),
    ],
    ids=["inline", "sub-sup", "powers", "blocks", "less-than", "unknown", "entities", "comments", "footnote",
         "power-in-mathml", "fraction", "sub-and-sup", "fraction-of-sums", "exponent",
         "sub-before-a-number", "one-of-two-formulas", "tex"],
)  # fmt: skip
def test_the_text_of_an_element_reads_as_its_markup_means(inner: str, expected: str) -> None:
    assert text(inner) == expected


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("&secret;", "uses an entity"),
        ("<a>" * 200_000 + "</a>" * 200_000, "nested over 250 levels"),
        ("x" * MOST_CHARS, "longer than"),
        ("a & b", "not well-formed"),
        ("a\x00b", "not well-formed"),
        ("<a></b>", "not well-formed"),
        ("<!-- open", "not well-formed"),
        ("".join(f"<p{n}:a/>" for n in range(60)), "namespace prefixes"),
    ],
    ids=["entity", "deep", "huge", "ampersand", "nul", "mismatch", "open-comment", "prefixes"],
)
def test_a_bad_record_costs_itself_and_the_rest_is_read(bad: str, reason: str) -> None:
    """Its rejection has the line it starts on and its place; those before and after it are whole."""
    found, [rejected] = read(f"<set>\n<rec>one</rec>\n<rec>{bad}</rec>\n<rec>three</rec>\n</set>")
    assert [element.text() for element in found] == ["one", "three"]
    assert rejected.line == 3
    assert rejected.reason.startswith("<rec> no. 2 ")
    assert reason in rejected.reason


def test_declared_entities_are_neither_expanded_nor_fetched() -> None:
    """Not in text, where they are refused, nor in attributes; a record that uses none is read."""
    declared = '<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY xxe SYSTEM "file:///etc/hostname">'
    records = "<rec>&b;</rec><rec>&xxe;</rec><rec k='&b;'>x</rec><rec>fine</rec>"
    found, rejected = read(f"<!DOCTYPE set [{declared}]><set>{records}</set>")
    assert [element.text() for element in found] == ["fine"]
    assert len(rejected) == 3


def test_what_a_doctype_a_comment_and_cdata_hold_is_no_record() -> None:
    commented = (
        "<!DOCTYPE s [<!ENTITY r '<rec>no</rec>'>]><s><!-- <rec>no</rec> --><![CDATA[<rec>no</rec>]]><rec>yes</rec></s>"
    )
    found, rejected = read(commented)
    assert ([element.text() for element in found], rejected) == (["yes"], [])


def test_a_file_that_is_cut_off_keeps_what_came_before() -> None:
    found, [rejected] = read("<set><rec>one</rec>\n<rec>tw")
    assert [element.text() for element in found] == ["one"]
    assert (rejected.line, "cut off" in rejected.reason) == (2, True)


def test_a_missing_end_tag_costs_only_its_record() -> None:
    found, [rejected] = read("<set><rec>one\n<rec>two</rec></set>")
    assert [element.text() for element in found] == ["two"]
    assert (rejected.line, "</rec> is missing" in rejected.reason) == (1, True)


def test_joined_documents_and_empty_elements_are_all_read() -> None:
    """Two documents in one file, with a byte order mark at the seam."""
    found, rejected = read("<?xml version='1.0'?><set><rec/></set>\ufeff<?xml version='1.0'?><set><rec>b</rec></set>")
    assert ([element.text() for element in found], rejected) == (["", "b"], [])


def test_records_of_any_prefix_are_found_by_name() -> None:
    found, _ = read("<x:set xmlns:x='u'><x:rec x:k='1'><x:part>a</x:part></x:rec><recs>no</recs></x:set>")
    assert [element.text("part") for element in found] == ["a"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("cp1252", "windows-1252"), ("cp1252", "ISO-8859-1"), ("utf-16", "utf-16"), ("utf-16-le", "UTF-16"),
     ("utf-8", "utf-16"), ("utf-8-sig", "utf-8"), ("gb18030", "GB18030")],
)  # fmt: skip
def test_the_encoding_of_the_file_is_honoured(encoding: str, declared: str) -> None:
    """By its byte order mark, else as it declares; a UTF-8 file that calls itself UTF-16 is UTF-8."""
    document = f'<?xml version="1.0" encoding="{declared}"?><rec>“Müller”</rec>'
    found, rejected = read(document.encode(encoding))
    assert ([element.text() for element in found], rejected) == (["“Müller”"], [])


def test_bytes_of_another_encoding_cost_their_record() -> None:
    found, [rejected] = read(b"<set><rec>caf\xe9</rec><rec>tea</rec></set>")
    assert [element.text() for element in found] == ["tea"]
    assert "byte 0xe9" in rejected.reason


def test_an_unknown_encoding_is_refused_by_name() -> None:
    with pytest.raises(SourceError, match="'x-secret'"):
        read(b'<?xml version="1.0" encoding="x-secret"?><rec>a</rec>')


@pytest.mark.parametrize("flood", ["<!-- ", "<rec ", "<rec>", "<!DOCTYPE a [ ", "</rec>", "<![CDATA["])
def test_floods_of_opening_marks_end(flood: str) -> None:
    """Linear: a scan to the end for each of 200,000 marks would not come back within the suite's limit."""
    found, rejected = read("<set><rec>one</rec>" + flood * 200_000)
    assert [element.text() for element in found] == ["one"]
    assert len(rejected) == (200_000 if flood.startswith("<rec") else 0)
