"""Which sentences of a text claim nothing about the literature, so that nothing is to be checked in them."""

from __future__ import annotations

import re

from service.review.coverage import content_words

_OWN = re.compile(
    r"^(?:(?:in (?:this|our) (?:\w+ )?(?:paper|work|study|article|section|chapter|thesis|report|survey|review)|here|"
    r"finally|first|second|third|then|next|thus|therefore|hence|to this end|specifically|in contrast|unlike|following|"
    r"inspired|building|motivated|based|as in|like|similar|moreover|furthermore|also|instead|however)\b"
    r"[^.;]{0,160}?,? )?"
    r"(?:we|our|i|my)\b",
    re.IGNORECASE,
)
_ABOUT_THE_TEXT = re.compile(
    r"^(?:in (?:this|the (?:next|following|remainder|rest)|what follows)\b(?! (?:field|area|domain|setting))|"
    r"(?:this|the present|our|the current) (?:paper|work|study|article|section|subsection|chapter|thesis|report|survey|"
    r"review|appendix|manuscript|table|figure)\b|the (?:rest|remainder|following|next) (?:of |section|paragraph)|"
    r"(?:section|sec\.|chapter|figure|fig\.|table|tab\.|appendix|algorithm|equation|eq\.)\s*\(?[\dA-Z]?|"
    r"(?:below|above),? |see |note that|recall that|let |suppose |consider |assume |to (?:summari[sz]e|conclude)|"
    r"as (?:shown|discussed|described|mentioned|noted|explained) (?:above|below|in|earlier|before))",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^(?:(?:moreover|furthermore|also|additionally|in addition|however|yet|still|besides|finally|there|then),? )?"
    r"(?:it|its|they|their|this|these|that|those|he|she|both|the (?:authors?|method|model|approach|system|paper|same|"
    r"latter|former|gain|result|results|schedule|resulting|framework|study|work))\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 3
_LEAST_UNCITED_WORDS = 5


def claims_nothing(text: str, *, cites: bool) -> bool:
    """Whether a sentence is about the text itself or its authors' own work, a question, or too short to claim.

    A sentence that `cites` is given the benefit: only its authors' own doings are left alone.
    """
    words = content_words(text)
    if cites:
        return len(words) < _LEAST_WORDS or _OWN.match(text) is not None
    return (
        len(words) < _LEAST_UNCITED_WORDS
        or text.rstrip().endswith(("?", ":"))
        or _OWN.match(text) is not None
        or _ABOUT_THE_TEXT.match(text) is not None
        or re.search(r"\b(?:we|our|us)\b", text, re.IGNORECASE) is not None
    )


def leans(text: str) -> bool:
    """Whether a sentence goes on about what the one before it cites: "It needs …", "The method also …"."""
    return _LEANS.match(text) is not None
