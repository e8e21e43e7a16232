"""What shows that a sentence tells of a trouble, a figure, data, supervision or a measure: patterns behind cells."""

from __future__ import annotations

import re

_I = re.IGNORECASE

_SPARED = (
    r"label\w*|annotat\w+|supervis\w+|train\w*|retrain\w*|fine-?tun\w+|tun(?:ed|ing)|data|transcri\w+|gradients?|"
    r"teachers?|"
    r"preferences|feedback|cost|overhead|parameters?|memory|hardware|extra|additional|reference|access|human|stored|"
    r"loss|"
    r"degrad\w+|sacrific\w+|compromis\w+|decline|harm|saturation|forgetting|parallel|rewards?|images?"
)
SPARES = re.compile(
    rf"\b(?:no|without|nothing|neither|nor|needs? neither|does not (?:need|require|rely)|do not (?:need|require|rely)|"
    rf"not (?:need|require|rely on)\w*|eliminat\w+|avoid\w*|remov\w+|obviat\w+|free of|never)\b[^.;:]{{0,40}}?"
    rf"\b(?:{_SPARED})\b|\bnothing has to be\b|\bno\b[^.;:]{{0,20}}\b(?:is|are|was|were) (?:needed|required|used|"
    rf"stored)\b",
    _I,
)
"""What a method can do without: a strength, although it is told by a negation."""

PRAISE = re.compile(
    r"\b(?:outperform\w*|surpass\w*|superior|state-of-the-art|significant(?:ly)? (?:improv|better|outperform|reduc)\w*|"
    r"best results?|(?:better|improved?|optimal|favou?rable|good|best|superior|flexible|"
    r"strong) (?:\w+ ){0,2}trade-?offs?|"
    r"overcomes?|mitigat\w+|alleviat\w+|address(?:es|ing)?|solv(?:es|ing)|tackl\w+|resolv\w+|prevents?|"
    r"demonstrat\w+ (?:the )?effectiveness|effectively|robust|achiev\w+|improves?|highlight\w*|underscor\w*)\b",
    _I,
)
"""Words of success: a sentence with them tells of no limit of the work unless it says so outright."""

OTHERS = re.compile(
    r"\b(?:typically|usually|commonly|existing|previous|prior|conventional|traditional|na(?:i|ï)ve|current|other|"
    r"earlier|most|many|recent|unlike|"
    r"contrary to|such as GPT|open-source|proprietary|state-of-the-art|baselines?|conventional|practitioners|"
    r"(?:vision|large|pre-?trained|multimodal|language)[- ](?:\w+[- ])?models?|LLMs|LMs|VLMs|MLLMs|LVLMs|"
    r"transformers)\b",
    _I,
)
"""Who else may be in trouble."""

_STRONG_LIMIT = (
    r"does not (?:measure|cover|model|test)|(?<!their )(?<!these )(?<!the )limitations?\b(?! of (?:existing|previous|"
    r"prior|current|the (?:existing|current)|these|such|traditional))|"
    r"drawbacks?|weakness|caveat|shortcoming|future work|"
    r"we leave|left (?:for|to) (?:later|future)|remains? to be seen|open (?:question|problem|challenge)s?|"
    r"remains? (?:an )?open|at the (?:cost|price|expense) of|has a price|"
    r"(?:did|have|do|could|can|was|were|is|are|has|had) ?not (?:\w+ )?(?:test|tested|tried|study|studied|cover|covered|"
    r"considered|included?|examined?|measured?|know|known|confirm|claim|record|recorded|evaluated?|establish|say|be "
    r"(?:computed|handled|trusted|measured|seen|applied|revoked)|aim|solve|detected|part of|applicable|addressed|"
    r"transfer|generali[sz]e|carry over|recommend|modell?ed|reflect)|"
    r"cannot (?:say|be|handle|tell)|outside (?:our|the) (?:scope|budget)|beyond (?:our|the) (?:scope|budget|method|"
    r"study|reach)|"
    r"no experiments|restricted to|limited to|only (?:been )?tested|untested|not (?:yet )?been (?:tested|studied|"
    r"evaluated)|"
    r"left out|are absent|not included|should not be|we advise against|we study only|study is restricted|"
    r"were not included|no insight"
)
_LIMIT = (
    r"fails?\b|failed|breaks? down|only (?:when|on|for|if|in|from|within|one|half)\b|(?:countries|English|languages?|"
    r"tasks?|prompts|models|domains?) (?:only|alone)\b|"
    r"must (?:\w+ )?be (?:retrained|rebuilt|known|available)|"
    r"ha(?:s|ve) to be (?:re\w+|written|known|available|repeated)|presupposes?|assumes?|relies on|depends on|"
    r"sensitive to|"
    r"unstable|diverg(?:es?|ing)\b|slower|too (?:slow|noisy|large|costly)|vanish\w*|shrinks?|"
    r"worse\b(?! than (?:existing|previous|random))|be meaningless|overconfident|"
    r"prone to|susceptible to|vulnerable to|breaks?\b|suffers?|"
    r"no (?:benefit|gain|improvement|advantage|effect|help)|does (?:not|little|worse)|do not\b|poor(?:ly)?\b|weak\b|"
    r"badly|"
    r"main source of (?:error|confusion)|invisible|harmful|inherits?|"
    r"falls? (?:\S+ )?[\d.]+ points|loses?\b|lose up to|(?:adds|costs?) (?:\w+ )?(?:a )?(?:further )?\d|"
    r"takes (?:\S+ ){0,2}[\d.]+ times as long|times as long|requires? (?:access|complete|at least|a\b)|needs? access|"
    r"needs? (?:wind|slow|careful)|at least \d|"
    r"smaller (?:for|than)|remains? (?:poor|at|low|below|difficult|challenging|behind|invisible)|"
    r"grows? with|scales with|used up|overflow\w*|weaker|still succeed|less (?:accurate|pleasant|effective)|lacks?|"
    r"three countries only|imperfect|noisy|hardly ever|rejected|temperate|profit less|gain least|could (?:well )?"
    r"(?:differ|behave)|(?:may|might|could) (?:pick|not|merely|harm|hurt|fail|leak|be (?:meaningless|biased|harmful|"
    r"unreliable))|narrower|over-represented"
)
STRONG_LIMIT = re.compile(rf"\b(?:{_STRONG_LIMIT})\b", _I)
LIMIT = re.compile(rf"\b(?:{_LIMIT})", _I)
HEDGED = re.compile(
    r"^(?:however|yet|but|nevertheless|unfortunately|on balance)\b|\b(?:although|though|may|might|but|whether)\b", _I
)

TROUBLE = re.compile(
    r"\b(?:challeng\w+|suffers?|struggl\w+|bottleneck|lacks?|lacking|gaps?|fails?|failing|failed|hinder\w*|"
    r"prohibitiv\w*|"
    r"expensive|cost(?:s|ly)?\b|difficult\w*|hard to|under-?explored|unexplored|overlook\w*|unclear|scarc\w+|"
    r"insufficient\w*|"
    r"limit(?:s|ed|ing|ations?)\b|concerns?|risks?|problem\w*|poor(?:ly)?|slow(?:er|ly)?|wast\w+|loses?|lost|"
    r"forgets?|forgotten|"
    r"weak(?:ness\w*|er)?(?![- ](?:to|supervis|label|judge))|defeats?|ignor\w+|confus\w+|errors?|wrong|worse|"
    r"vulnerab\w+|brittle|unreliable|inefficien\w+|"
    r"suboptimal|degrad\w+|harm\w*|attacks?|hallucinat\w+|biased|biases|misalign\w+|mismatch\w*|inconsisten\w+|"
    r"instabilit\w+|"
    r"unstable|cumbersome|tedious|burden|obstacle|drawback\w*|rare(?:ly)?|seldom|hardly|little|tiny|too (?:much|many|"
    r"slow|few|large)|"
    r"threw|throws? away|rounded off|out of date|dangerous|useless|noisy|noise|"
    r"remains? (?:un\w+|an? |limited|difficult|challenging|elusive|open|largely|poorly)|not|no|never|nobody|cannot|"
    r"unable|neglect\w*|redundan\w+|sacrific\w+|trade-?offs?|conflict\w*|disagree\w*|contradict\w*)\b|n't\b",
    _I,
)
"""What makes a background sentence the statement of a problem."""

CONTRASTS = re.compile(
    r"^(?:however|yet|nevertheless|despite|although|while|unfortunately|but|still)\b|\b(?:but|although|yet)\b", _I
)

FIGURE = re.compile(r"(?<![\w.-])[-+$]?\d[\d.,]*(?:\s?\\?%|x\b| times| points?|-fold)?(?![\w^])")
MEASURE = re.compile(
    r"(?:\b(?:(?:macro|micro)-averaged |average |mean |top-\d |overall |final |expected |human |word |character |"
    r"phone |tone |"
    r"diarisation |diarization |root-mean-square |attack |exact |balanced |calibration |citation |relative |"
    r"absolute |strict )*"
    r"(?:accurac(?:y|ies)|F1(?:[- ]scores?)?|exact match|win[- ]rates?|error rates?|calibration error|success rates?|"
    r"(?:root-)?mean[- ]squared? error|perplexit(?:y|ies)|precision|recall(?:@\d+)?|(?:citation )?(?:precision|recall)|"
    r"intersection over union|pass rates?|hit rates?|AUROC|AUC|win[- ]loss|preference rates?|"
    r"harmlessness|helpfulness|faithfulness scores?|resolution rates?|completion rates?)\b"
    r"|\b(?:BLEU(?:-\d)?|ROUGE(?:-\w)?|METEOR|chrF|COMET|BERTScore|CIDEr|FID|FVD|CLIP[- ]?[Ss]core|mAP|mIoU|IoU|PSNR|"
    r"SSIM|LPIPS|"
    r"nDCG(?:@\d+)?|NDCG(?:@\d+)?|MRR|MAE|RMSE|WER|CER|DER|Recall@\d+|Pass@\d+|pass@\d+|Hits?@\d+|ELO|Elo|EER|ECE|"
    r"MOS)\b)"
    r"(?P<on> (?:on|over|across) (?:the )?(?:[A-Z][\w^+-]*(?:[- ][A-Z\d][\w.^+-]*)*))?",
)

_COUNTED = (
    r"pairs?|examples?|samples?|images?|photographs?|photos?|hours?|minutes?|questions?|prompts?|sentences?|documents?|"
    r"papers?|stud(?:y|ies)|sessions?|dialogues?|instructions?|tokens?|videos?|clips?|recordings?|patients?|"
    r"participants?|cells?|"
    r"records?|annotations?|labels?|trajector(?:y|ies)|conversations?|passages?|abstracts?|problems?|plans?|chains?|"
    r"votes?|"
    r"instances?|queries|captions?|frames?|subjects?|women|men|children|charts?|refusals?|revisions?|articles?|"
    r"capacities|broadcasts|preferences?|demonstrations?|entries|comparisons|captures|scenes|objects|rollouts"
)
_QUANTITY = (
    r"(?:\d[\d.,]*\s?(?:k|K|M|B|million|billion|thousand|trillion)?|(?:two|three|four|five|six|seven|eight|nine|ten|"
    r"twelve|"
    r"fifteen|twenty|fifty|hundreds?|thousands?|millions?|a few|several|dozens?))"
)
COUNTED = re.compile(
    rf"\b{_QUANTITY}\+?(?:[ -](?:of )?(?!(?:when|where|with|from|to|in|on|and|or|the|at|"
    rf"by)\b)[\w\"'-]+){{0,4}}?[ -](?:{_COUNTED})\b"
)
TRAINED_ON = re.compile(
    r"\b(?:pre-?trained|fine-?tuned|trained|tuned|distilled|learn(?:s|ed|t)?|adapted|calibrated|fitted|train(?:s|ing)?|"
    r"pre-?training|fine-?tuning)\b[^.;:]{0,60}?\b(?:on|with|from|using|over|uses|has|of)\b|"
    r"\b(?:using|uses|needs|^with) (?:only |just |about )?(?:the )?\d",
    _I,
)
COLLECTED = re.compile(
    r"\b(?:we|authors) (?:\w+ly |also |then |further |first )*(?:collect|curate|construct|build|compile|assemble|"
    r"annotate|gather|"
    r"contribute|release|record|introduce|create|generate|synthesi[sz]e|survey|review)\w*\b|"
    r"\bour (?:recordings|data(?:set)?|corpus|sample|cohort)\b|\b(?:consists of|is built from|contains|comprises|"
    r"comprising|consisting of|containing|were (?:recruited|"
    r"enrol+ed|included|"
    r"drawn|collected|taken)|are made from|come from|is a (?:collection|corpus|set) of)\b",
    _I,
)
_DATA_NOUN = r"(?:data ?sets?|corpus|corpora|collections?|data)"
DATA_TOLD = re.compile(
    rf"\b(?:trained|tuned|training|tuning) (?:\w+ )?(?:on|with|from) (?:[^.,;:\s]+ ){{0,6}}?{_DATA_NOUN}\b|"
    rf"\bwe (?:\w+ly |also |then |further |first )*(?:collect|curate|construct|build|compile|annotate|gather|release|"
    rf"contribute|synthesi[sz]e|create) (?:[^.,;:\s]+ ){{0,8}}?{_DATA_NOUN}\b|"
    rf"\b{_DATA_NOUN} (?:size )?(?:of|to|with|containing|comprising) (?:just |only |over |"
    rf"about )?\d[\d.,]*\s?[kKMB]?\b",
    _I,
)
SUPERVISION = re.compile(
    r"\b(?:(?:un|self-|semi-|weakly[- ]|weak |fully[- ]|self |distant )supervis(?:ed|ion)\b|un-?label+ed|unpaired|"
    r"unannotated|"
    r"training-free|tuning-free|label-free|annotation-free|supervised fine-?tuning|"
    r"(?:without|no|any|neither|nor|needs? no|only|image-level|labell?ed|annotated|human|expert|manual|relevance|weak|"
    r"pseudo|crowd\w*|gold|\d%? of the|additional|prior) (?:[\w-]+ ){0,3}?(?:labels?|annotations?|annotators?|"
    r"supervision|"
    r"transcripts?|transcribed speech|preference pairs|feedback|refusals|parallel (?:data|sentences)|votes|"
    r"chains)\b|transcribed speech|(?:labelled|labeled|annotated|written|corrected) by\b|"
    r"(?:human|user|AI|expert|preference) (?:feedback|preference (?:pairs|data|labels)|annotat\w+|demonstrations?|"
    r"labels|data)\b|"
    r"preference (?:pairs|labels|training)|labell?ed preferences|weak judges|distill?ed from|knowledge distillation|"
    r"verifiable rewards?|"
    r"instruction[- ](?:tuning|following) data|reinforcement learning|RLHF|RLAIF)",
    _I,
)
NEEDS = re.compile(
    r"\b(?:train\w*|learn\w*|fine-?tun\w*|tun(?:ed|ing)|distil\w*|supervis\w+|uses?|used|using|requir\w+|needs?|"
    r"needed|without|"
    r"no|neither|serve as|pre-?train\w*|leverag\w*|from|with|collect\w*|adapt\w*|optimi[sz]\w*|free)\b",
    _I,
)
