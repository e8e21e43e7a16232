"""Names kept: the share of claims with names in which every name stands in a paper the claim truly cites.

A name is a word that is spelt like one: a capital, digit or caret after its first character ("TideWalk",
"R^2Tune", "GPT-4", "BLEU"), or a capital first letter inside a sentence ("on AbacusGrove by Marrowby"). A capital
that merely opens a sentence says nothing, unless a paper of the library is called so ("Drystone: …"). Title and
abstract of the cited papers are looked in, because an abstract's "it" becomes a name when it is told elsewhere; and
their authors, by whom a paper may be called.
"""

from __future__ import annotations

import re
import unicodedata

from eval.documents.folding import occurs
from eval.documents.reading import SentenceDocument
from eval.scorers.citations import MARKER, fault_of_quote
from eval.scorers.score import Score, Scorer, Submission, clip, share

_WORD = re.compile(r"(?<![\w.])[^\W\d_](?:[\w^+]|[-.'’](?=\w))*")
_OPENS = re.compile(r"""(?:^|[.!?:;•]["'”’)\]]*\s+|["'“‘(\[]\s*)$""")
_PLAIN = frozenset(
    "i we our us a an the this these that they it its in on at by for from with of to and or but as".split()
)


def names(text: str) -> tuple[str, ...]:
    """What is spelt like a name in `text`, in order, each once."""
    text = unicodedata.normalize("NFKC", text)
    found = [m[0] for m in _WORD.finditer(text) if _is_name(m[0], opens=bool(_OPENS.search(text[: m.start()])))]
    return tuple(dict.fromkeys(found))


def _is_name(word: str, *, opens: bool) -> bool:
    bare = re.sub(r"['’]s$", "", word)
    if bare.casefold() in _PLAIN:
        return False
    inner = any(c.isupper() or c.isdigit() or c == "^" for part in bare.split("-")[:1] for c in part[1:])
    later = any(c.isupper() or c.isdigit() for part in bare.split("-")[1:] for c in part)
    return inner or later or (bare[0].isupper() and not opens)


def _lost(sentence: SentenceDocument, submission: Submission) -> list[str]:
    cited = [c for c in sentence.citations if fault_of_quote(c, submission.papers) is None]
    papers = [submission.papers[c.paper_id or ""] for c in cited]
    held = (part for p in papers for part in (p.title, p.abstract, *p.authors))
    known = "\n".join([*held, *(c.quote or "" for c in cited)])
    return [n for n in _told(sentence, submission) if not _stands(n, known)]


def _told(sentence: SentenceDocument, submission: Submission) -> tuple[str, ...]:
    text = MARKER.sub(" ", sentence.text)
    called = {p.title.partition(":")[0] for p in submission.papers.values() if ":" in p.title}
    openers = [m[0] for m in _WORD.finditer(text) if m[0] in called]
    return tuple(dict.fromkeys([*names(text), *openers]))


def _stands(name: str, known: str) -> bool:
    bare = re.sub(r"['’]s$", "", name)
    parts = [p for p in bare.split("-") if len(p) > 1]
    # A compound made in the telling ("TideWalk-style") stands by its parts that are names themselves.
    named = [p for p in parts if p[0].isupper() or any(c.isdigit() for c in p)]
    return occurs(bare, known) or (len(parts) > 1 and bool(named) and all(occurs(p, known) for p in named))


def _measure(submission: Submission) -> Score:
    claims = [s for s in submission.answer.claims if _told(s, submission)]
    lost = [(s, _lost(s, submission)) for s in claims]
    reasons = tuple(f"{', '.join(ns)} not in the papers cited by: {clip(s.text)!r}" for s, ns in lost if ns)
    return share(len(claims) - len(reasons), len(claims), reasons)


names_kept = Scorer("names_kept", "higher", _measure)
