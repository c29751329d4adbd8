"""Which stretches of a text are English, judged a sentence at a time; in doubt a stretch counts as English.

The model is py3langid's (naive Bayes over byte n-grams); it is loaded at the first question, not at import.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

# Bilingual councils set the two languages apart by line, slash or bar as often as by full stop.
SENTENCE = re.compile(r"[^.!?\n|/]+(?:[.!?\n|/]+|$)|[.!?\n|/]+")
LONGEST = 1000  # code points judged at once
LETTERS = re.compile(r"[^\W\d_]")
WORD = re.compile(r"[^\W\d_]+")
MASK = re.compile(r"<(?:url|user|email)>|:[a-z ]{2,80}:")  # what is not anybody's words: masks, names of emoji
FEWEST_LETTERS = 16  # below this a stretch is too short to tell
SURE = 0.9
# The model confuses these with English, Scots and slang among them; "zxx" means no language at all.
ENGLISH = frozenset({"en", "sco", "pcm", "enm", "ang", "jam", "tpi", "bi", "zxx", "und"})
# Languages of these islands: named without the full certainty, since councils write in them.
ISLANDS = {"cy": 0.7, "gd": 0.7, "ga": 0.85}
# English function words and the daily bread of councils, without those that Dutch or German writes too.
COMMON = frozenset(
    WORD.findall(
        """the and you your they their them that this with are what who why people should these those from would not our
        can he she his were my if out just when how more has which about there new now see please today before some
        into only make made know us get got then its could being because while where every other any back down
        free first year help work need thank thanks good great community council residents road street children
        school support"""
    )
)
COMMON_SHARE = 0.25  # this share of English function words outweighs the model


class Identifier(Protocol):
    """What is asked of a language model: languages with probabilities, the likeliest first."""

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return every language with its probability in [0, 1]."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """`language` is that of most letters, `english` the stretches to assess; `other`: were any left out?"""

    language: str
    english: list[tuple[int, int]]
    other: bool


@cache
def identifier() -> Identifier:
    """Load py3langid's model once; takes about 0.8 s."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # late: nobody pays for it who does not classify

    loaded: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found: Identifier = loaded
    return found


def judge(text: str, model: Identifier | None = None) -> Judged:
    """Judge a normalised text. Offsets are code points of it."""
    model = model or identifier()
    letters: dict[str, int] = {}
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        language = sentence_language(text[start:end], model)
        letters[language] = letters.get(language, 0) + len(LETTERS.findall(text[start:end]))
        if language == "en":
            spans.append((start, end))
    main = max(letters, key=lambda lang: (letters[lang], lang == "en"), default="en")
    return Judged(main, _joined(spans), any(n and lang != "en" for lang, n in letters.items()))


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the stretches that are judged one by one; together they are the whole text."""
    return [
        (start, min(start + LONGEST, match.end()))
        for match in SENTENCE.finditer(text)
        for start in range(match.start(), match.end(), LONGEST)
    ]


def sentence_language(sentence: str, model: Identifier) -> str:
    """Return the code of a language other than English only where that is hardly in doubt, else "en"."""
    bare = MASK.sub(" ", sentence)
    if len(LETTERS.findall(bare)) < FEWEST_LETTERS or _reads_english(bare):
        return "en"
    ranked = model.rank(bare)
    language, probability = ranked[0]
    if language in ENGLISH or probability < ISLANDS.get(language, SURE):
        return "en"
    return language


def _reads_english(sentence: str) -> bool:
    found = WORD.findall(sentence.lower())
    return sum(word in COMMON for word in found) >= COMMON_SHARE * len(found)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
