"""What a paper's own system is called, and which words of a text look like names.

A *name* is a token a reader would not look up in a dictionary: ILLUME, UniME-V2, D^2O, LiPO-λ, GPT-4. A
paper's *own* names are those it coins: before the colon of its title, after "called" or "we propose", or
as an acronym in brackets behind the words it abbreviates. Everything else it writes with capitals
(LoRA, CLIP, AlpacaEval) is merely mentioned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from service.text.normal import for_search

_TOKEN = re.compile(r"[^\W_][\w^+.\-/–]*[\w+]|[^\W_]", re.UNICODE)
_COINED = re.compile(
    r"\b(?:called|named|dubbed|termed|coined(?: as)?|namely|[Ww]e (?:\w+ly |also |then |further |first |here )*(?:"
    r"propose|introduce|present|develop|describe|release|build|design|highlight|construct|formulate|term|call|name)"
    r"(?: (?:a|an|the|our|this|novel|new))*)[ ,:]+[\"'“‘`]*"
    r"(?P<name>[A-Z0-9](?:[\w^+\-{}\\$]|\.(?=\w))*(?: [A-Z](?:[\w^+\-]|\.(?=\w))*){0,2})"
)
_APPOSED = re.compile(
    r"\b(?:propos|introduc|present|develop|describ|releas|design)\w*[^.;:]{0,120}?\b(?:methods?|framework|approach|model|"
    r"algorithm|benchmark|data ?set|corpus|scheme|system|technique|strategy|paradigm|architecture|module|pipeline|"
    r"network|metric|toolkit|library|objective|loss|adapter|recipe),? (?P<name>[A-Z][\w^+\-{}\\$]*[A-Z0-9][\w^+\-]*)"
)
_BRACKETED = re.compile(r"\((?P<name>[A-Za-z][\w^+.\-λ]{1,14})\)")
_GENERIC = frozenset(
    """ai api apis asr cpu cv dl dnn dnns fm fms genai gpu gpus html http https i ii iii iv kl llm llms lm lms lvlm
    lvlms ml mllm mllms mlp nlg nlp nlu ood os pdf plm plms qa rag rl sota sql t2i t2v tpu ui vl vlm vlms vqa
    bert bleu clip cnn cnns cot ctc dpo gan gans gnn gnns gpt icl lora mcts mse ot peft ppo rlhf rnn rnns rouge sft svd
    auc auroc cer em f1 map mae mrr ndcg psnr rmse ssim wer vae vit we our this these a an in the first second finally
    moreover however based image images text multi large
    amr ape bilstm cbow chrf cqa crf crfs dst el gat gcn gcns gec gru hmm hmms hter ie ir kb kbs kg kgs lda
    lstm lstms lvcsr mlm mrc mt mwe mwes nat ner ngram nli nmt pbsmt pcfg pe pos ppl qe qg rbmt rdf smt
    srl st sts stt svm svms ter tf tfidf tm tts wsd xai xml
    adhd aids aml bmi ci copd covid covid19 crp ct dna ecg eeg elisa fdg fmri hiv hpv hr icu mi mri mrna
    pcr pet qol rct rcts rna""".split()
)
_SHARED = frozenset("iwslt wmt wordnet pwn omw owl squad snli mslt clef trec semeval conll".split())
"""Data sets and campaigns that many papers name and nobody coins any more; a question may well ask about them."""
_PROPOSING = re.compile(
    r"\b(?:propos|introduc|present|develop|call|nam(?:e|ed)\b|dub|term|novel|new framework|describ|formulat|highlight|"
    r"design)\w*"
)
# Between a verb of proposing and the words an acronym stands for: "we present a system for machine translation (MT)".
_LINKS = frozenset("for to on with by using from based within in into against over between among under than".split())
_OVERVIEW = re.compile(
    r"\b(?:surveys?|(?:re|over)views?|tutorial|primer|roadmap|perspectives?|taxonomy)\b", re.IGNORECASE
)
_MAX_NAME_WORDS = 4


@dataclass(frozen=True, slots=True)
class OwnNames:
    """`short` is how a reader refers to the paper, or `None` when it coins nothing; `keys` match questions."""

    short: str | None
    keys: frozenset[str]


@lru_cache(maxsize=100_000)
def name_key(name: str) -> str:
    """The form under which names are compared: case, white space, `^`, `$`, braces and dashes do not matter."""
    folded = for_search(name).casefold()
    return "".join(c for c in folded if c.isalnum() or c == "+")


def looks_like_name(token: str) -> bool:
    """Whether a token is written like a system's name: inner capitals, all capitals, or letters with digits."""
    letters = [c for c in token if c.isalpha()]
    if not letters:
        return False
    capitals = sum(c.isupper() for c in letters)
    has_digit = any(c.isdigit() for c in token)
    stem = token[:-1] if token.endswith("s") and len(token) > 2 else token
    if all(c.isupper() for c in stem if c.isalpha()):
        return len(letters) >= 2 or has_digit
    if re.fullmatch(r"[A-Z]{2}[a-z]+", token):  # "NOise Robust optimal traNsport": an acronym spelt out
        return False
    inner = any(c.isupper() for c in token[1:]) and not re.fullmatch(r"(?:[A-Z]?[a-z]+-)+[A-Z]?[a-z]+", token)
    return inner or (has_digit and capitals > 0)


def tokens(text: str) -> list[str]:
    """Word-like tokens in order, with inner hyphens, carets, dots and slashes kept."""
    return [t.rstrip(".-/") for t in _TOKEN.findall(for_search(text))]


@lru_cache(maxsize=20_000)
def own_names(title: str, abstract: str) -> OwnNames:
    """The names a paper coins for itself, from its title first, then from its abstract."""
    candidates = [c for c in (_before_colon(title, abstract), *_coined(title, abstract)) if c]
    candidates = [c for c in candidates if len(name_key(c)) > 1 and name_key(c) not in _GENERIC | _SHARED]
    return OwnNames(short=candidates[0] if candidates else None, keys=frozenset(map(name_key, candidates)))


def acronyms(text: str) -> list[str]:
    """The field's generic acronyms (BLEU, WER, GPU) that a text writes in capitals, in order, once each."""
    return list(dict.fromkeys(t for t in tokens(text) if name_key(t) in _GENERIC and t.isupper() and len(t) > 1))


def is_acronym(word: str) -> bool:
    """Whether a word, in any case, is one of the field's generic acronyms of two letters or more."""
    return len(word) > 1 and name_key(word) in _GENERIC


def spells_out(text: str, acronym: str) -> bool:
    """Whether a text holds an acronym, or a run of words with its initials ("word error rate" for WER)."""
    words = [w for w in re.split(r"[^\w]+", for_search(text).casefold()) if w]
    key = acronym.casefold()
    if (
        key in words
        or f"{key}s" in words
        or any(w.endswith(key) or w.startswith(key) for w in words if w[-1].isdigit())
    ):
        return True
    initials = "".join(w[0] for w in words)
    return len(key) > 1 and key in initials


def mentioned_names(text: str) -> list[str]:
    """Tokens of a text that look like names, in order, without the field's generic acronyms."""
    seen: dict[str, str] = {}
    for token in tokens(text):
        key = name_key(token)
        if looks_like_name(token) and key not in _GENERIC and len(key) > 1:
            seen.setdefault(key, token)
    return list(seen.values())


def _before_colon(title: str, abstract: str) -> str | None:
    """The head of "NAME: what it does", when it is written like a name or the abstract keeps calling it so."""
    head, colon, tail = for_search(title).partition(":")
    words, head = head.split(), head.strip()
    if not colon or not 1 <= len(words) <= _MAX_NAME_WORDS:
        return None
    if any(w[0].islower() and not looks_like_name(w) and not w[-1].isdigit() for w in words):
        return None  # "Adverbs in plWordNet", "Going beyond GPT-4": a phrase
    if any(looks_like_name(w) and name_key(w) not in _GENERIC for w in words):
        return head
    if _OVERVIEW.search(tail):
        return None  # "Knowledge Graphs: A Survey" names a field
    capitalised = all(w[:1].isupper() for w in words)
    return head if capitalised and head.casefold() in for_search(abstract).casefold() else None


def _coined(title: str, abstract: str) -> list[str]:
    text = for_search(abstract)
    found = [_trim(m["name"]) for pattern in (_APPOSED, _COINED) for m in pattern.finditer(text)]
    found = [n for n in found if any(map(looks_like_name, n.split()))]
    found += [m["name"] for m in _BRACKETED.finditer(text) if _spelt_out_by_proposal(text, m.start(), m["name"])]
    in_title = {name_key(t) for t in tokens(title)}
    names = [n for n in found if name_key(n) not in _GENERIC]
    names.sort(key=lambda n: name_key(n) not in in_title)  # stable: those in the title first
    return list(dict.fromkeys(names))


def _trim(name: str) -> str:
    """Only the leading run of name-like words of a match."""
    kept: list[str] = []
    for word in name.split():
        word = word.strip(".-'")
        if not looks_like_name(word) and kept:
            break
        kept.append(word)
    return " ".join(kept)


def _spelt_out_by_proposal(text: str, bracket: int, name: str) -> bool:
    """Whether a name in brackets stands close behind a verb of proposing, within its sentence."""
    if not (looks_like_name(name) or re.fullmatch(r"[A-Z][a-z]{3,}", name)):
        return False
    before = text[max(0, bracket - 160) : bracket]
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z])", before)[-1]
    proposals = list(_PROPOSING.finditer(sentence))
    if not proposals:
        return False
    words = re.split(r"[,;:\"]", sentence[proposals[-1].end() :])[-1].split()
    head = words[: max(len(words) - sum(c.isupper() for c in name), 0)]
    return not any(w.casefold() in _LINKS for w in head)
