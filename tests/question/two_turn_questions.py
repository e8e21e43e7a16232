"""Follow-ups to a question, written by hand over subjects of three fields, with what they have to be read as.

`holds` are words that the resolved question has to hold, `lacks` those of the question before that it must have
dropped. `own`: the follow-up is a question of its own and stays as it is. Every other one is of the half that the rules
were chosen on; the halves were drawn before any outcome was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class TwoTurns:
    """A question, the one after it, and the words that tell whether it was understood."""

    before: str
    after: str
    holds: str = ""
    lacks: str = ""
    own: bool = False


IMMUNOLOGY: Final = (
    TwoTurns("Does IL-6 blockade help in sepsis in mice?", "and in humans?", "IL-6 blockade sepsis humans", "mice"),
    TwoTurns("How do regulatory T cells limit colitis?", "And asthma?", "regulatory cells limit asthma", "colitis"),
    TwoTurns(
        "Does vitamin D lower the risk of diabetes in children?",
        "what about adults?",
        "vitamin diabetes adults",
        "children",
    ),
    TwoTurns("Which cytokines rise after influenza infection?", "Why?", "Why cytokines influenza"),
    TwoTurns("Does BCG vaccination protect infants?", "For how long?", "how long BCG protect infants"),
    TwoTurns("What does miR-155 do in macrophages?", "And in dendritic cells?", "miR-155 dendritic", "macrophages"),
    TwoTurns(
        "Is interferon beta safe in multiple sclerosis?", "Does it prevent relapses?", "interferon sclerosis relapses"
    ),
    TwoTurns("How does HIV evade antibodies?", "How is asthma treated in schools?", own=True),
    TwoTurns(
        "Which receptors do B cells use to sense antigen?", "What about T cells?", "receptors T sense antigen", "B"
    ),
    TwoTurns("Does rituximab help in lupus?", "and in children with nephritis?", "rituximab lupus children nephritis"),
    TwoTurns("How is sepsis diagnosed in newborns?", "With which markers?", "which markers sepsis newborns"),
    TwoTurns(
        "Does TNF inhibition raise the risk of tuberculosis?",
        "But is that true of lymphoma?",
        "TNF inhibition lymphoma",
    ),
    TwoTurns("What is known of NK cells in pregnancy?", "Which papers study Zika virus?", own=True),
    TwoTurns("Does smoking raise C-reactive protein?", "By how much?", "how much smoking C-reactive"),
)
TRIALS: Final = (
    TwoTurns("Does ketamine reduce pain after surgery?", "and morphine?", "morphine pain surgery", "ketamine"),
    TwoTurns(
        "Is acupuncture better than placebo for migraine?", "For back pain?", "acupuncture placebo back", "migraine"
    ),
    TwoTurns("How often do falls occur in nursing homes?", "and in hospitals?", "falls hospitals", "nursing"),
    TwoTurns("Does metformin cause weight loss in women?", "In men?", "metformin weight men", "women"),
    TwoTurns("Which exercise improves balance in older adults?", "How many sessions are needed?", own=True),
    TwoTurns("Do statins prevent stroke?", "Are they safe in kidney disease?", "statins kidney"),
    TwoTurns("What dose of esomeprazole heals ulcers?", "And how fast?", "how fast esomeprazole ulcers"),
    TwoTurns("Does yoga lower blood pressure?", "Compared with walking?", "yoga blood pressure walking"),
    TwoTurns(
        "Is early feeding safe after colon surgery?",
        "What about after gastric surgery?",
        "early feeding safe gastric",
        "colon",
    ),
    TwoTurns(
        "Does dexamethasone prevent nausea in children?", "At what dose?", "what dose dexamethasone nausea children"
    ),
    TwoTurns(
        "How does sleep apnea affect memory?", "Does oxygen therapy shorten hospital stay in pneumonia?", own=True
    ),
    TwoTurns(
        "Did the tourniquet change blood loss in knee replacement?",
        "and operating time?",
        "tourniquet operating time knee",
        "loss",
    ),
    TwoTurns("Does breastfeeding protect against eczema?", "What of its effect on asthma?", "breastfeeding asthma"),
    TwoTurns(
        "Does tranexamic acid reduce bleeding in trauma?",
        "or in childbirth?",
        "tranexamic bleeding childbirth",
        "trauma",
    ),
)
LANGUAGE: Final = (
    TwoTurns(
        "Does data augmentation help low-resource translation?",
        "And speech recognition?",
        "augmentation help speech recognition",
        "translation",
    ),
    TwoTurns(
        "How do large language models perform on medical exams?", "and on law exams?", "language models law", "medical"
    ),
    TwoTurns("Which metrics are used to evaluate summaries?", "For dialogue?", "metrics evaluate dialogue"),
    TwoTurns("Is BERT better than LSTM for parsing Latin?", "what about Greek?", "BERT LSTM parsing Greek", "Latin"),
    TwoTurns("Do users trust chatbots with health advice?", "Why not?", "Why trust chatbots health"),
    TwoTurns("How is toxicity annotated in Twitter data?", "by whom?", "whom toxicity annotated Twitter"),
    TwoTurns(
        "Does prompt compression save cost in question answering?",
        "Does it hurt accuracy?",
        "prompt compression accuracy",
    ),
    TwoTurns("Which treebanks exist for isiZulu?", "and for Welsh?", "treebanks Welsh", "isiZulu"),
    TwoTurns("How does GPT-4 do on metaphor detection?", "Which datasets cover sign language?", own=True),
    TwoTurns(
        "Can reinforcement learning improve code generation?", "In Rust?", "reinforcement learning code generation Rust"
    ),
    TwoTurns(
        "What errors do speech recognisers make with accents?",
        "And with noise?",
        "errors speech recognisers noise",
        "accents",
    ),
    TwoTurns("Does multilingual training help Finnish?", "And does it harm English?", "multilingual training English"),
)
QUESTIONS: Final = (*IMMUNOLOGY, *TRIALS, *LANGUAGE)
CHOOSING: Final = QUESTIONS[::2]
REPORTED: Final = QUESTIONS[1::2]
HELD_OUT: Final = (
    TwoTurns("What accuracy does TideWalk reach on AbacusGrove?", "and for SlackTide?",
             "accuracy SlackTide reach AbacusGrove", "TideWalk"),
    TwoTurns("What does TideWalk show?", "Is it better than SlackTide?", "TideWalk better SlackTide", "show"),
    TwoTurns("What does TideWalk show?", "Why?", "Why TideWalk show"),
    TwoTurns("How large is BioNERD?", "Is it larger than GENIA?", "BioNERD larger GENIA", "large"),
    TwoTurns("Which F1 does BioNERD reach with SciBERT?", "and with RoBERTa?", "F1 BioNERD RoBERTa", "SciBERT"),
    TwoTurns("Does mTOR inhibition extend lifespan in mice?", "And in rats?", "mTOR lifespan rats", "mice"),
    TwoTurns("How does DeepSeek-R1 score on MATH-500?", "And on GSM8K?", "DeepSeek-R1 GSM8K", "MATH-500"),
    TwoTurns("How does DeepSeek-R1 score on MATH-500?", "and for Qwen-72B?", "Qwen-72B MATH-500", "DeepSeek-R1"),
    TwoTurns("What recall does ColBERT have on LoTTE?", "What about SPLADE?", "recall SPLADE LoTTE", "ColBERT"),
    TwoTurns("Does IL-17 drive psoriasis?", "And IL-23?", "IL-23 drive psoriasis", "IL-17"),
    TwoTurns("What does the FOMC statement move?", "Does it move bond yields?", "FOMC statement bond yields"),
    TwoTurns("Do tariffs lower imports?", "By how much?", "how much tariffs imports"),
    TwoTurns("Did the GDPR lower venture investment?", "Was it larger than CCPA?", "GDPR larger CCPA"),
    TwoTurns("Do minimum wages lower employment?", "and for teenagers?", "minimum wages employment teenagers"),
    TwoTurns("Is Gusset-4 trained on private data?", "and SlackTide?", "SlackTide trained private data", "Gusset-4"),
    TwoTurns("How fast is FlashDecode on A100?", "and on H100?", "fast FlashDecode H100", "A100"),
    TwoTurns("What does CRISPRi silence in T cells?", "Is it safer than Cas9?", "CRISPRi safer Cas9", "silence"),
    TwoTurns("Which papers use HMDA data?", "Why?", "Why HMDA"),
    TwoTurns("How well does ESM-2 predict binding?", "and for AlphaFold?", "AlphaFold predict binding", "ESM-2"),
    TwoTurns("Does remdesivir shorten COVID-19?", "Does metformin help in obesity?", own=True),
)  # fmt: skip
"""Of names, in whose places others come, and of pronouns that stand for one; written before the rules for them."""
