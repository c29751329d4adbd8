"""What an account writes about more than the council's others do: words and hashtags, by a published rule. Pure.

Each post counts a word once. Words are ordered by how sure it is that they are used more often here: the z-score of the
log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, "Fightin' Words", Political
Analysis 16, equations 16 to 22), the prior being both sides together at a tenth of their weight. Shown are those above
1.96, the ten first, that stand in three posts or more.

Never shown are addresses, @names, people and accounts of the register, and whatever looks like a name: a word that,
inside a sentence, is written with a capital as often as without. A hashtag is shown when an ordinary word stands in it.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

MOST, FEWEST_POSTS, SURE, SHORTEST = 10, 3, 1.96, 4
ENOUGH = 20  # posts of others, to compare with
PRIOR = 0.1
NOT_WORDS = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]*@[\w.@-]+|\S+\.(?:uk|com|org|net|wales|cymru)\b\S*", re.IGNORECASE
)
TAG = re.compile(r"#(\w+)")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
ENDS = frozenset(".!?:;\n\r\"“”‘'(–—•*#")
PARTS = re.compile("['’-]")  # what joins the parts of a word, and of a name
COMMON = (  # words that say nothing of a topic, English and Welsh, of four letters and more
    "about after again also been before being both cannot could does doing done down each even every find from have "
    "having here into it's just know like make many more most much must need only other over please same should some "
    "still such than that that's their them then there these they this those through today tomorrow tonight under "
    "until very want we're were what when where which while will with without would you're your yours "
    "dros eich gael gyda hefyd maen nawr sydd wedi"
)
STOP = frozenset(COMMON.split())


@dataclass(frozen=True, slots=True)
class Topics:
    """Words and hashtags with the posts they stand in; `posts` of the account and `others` of all others were read."""

    words: tuple[tuple[str, int], ...] = ()
    hashtags: tuple[tuple[str, int], ...] = ()
    posts: int = 0
    others: int = 0


def topics(own: Collection[str], others: Collection[str], people: Iterable[str], handles: Iterable[str]) -> Topics:
    """Return what `own` posts are about beside `others`; names of `people` and `handles` are left out.

    With fewer posts to compare with than `ENOUGH`, words are ordered by the posts they stand in.
    """
    names = {word for name in people for word in (*_words(name), "".join(_words(name)))}
    away = names | {"".join(_words(handle)) for handle in handles}
    cases: Counter[tuple[str, bool]] = Counter()
    mine, theirs = _counted(own, cases), _counted(others, cases)
    small_words = {word for word, small in cases if small and cases[word, True] > cases[word, False]}
    ordinary = {word for word in small_words if not away & {word, *PARTS.split(word)}}
    usual = {word: n for word, n in mine.items() if word in ordinary - STOP and n >= FEWEST_POSTS}
    alone = len(others) < ENOUGH
    scores = {word: math.inf if alone else log_odds(word, mine, theirs, len(own), len(others)) for word in usual}
    words = sorted((word for word in usual if scores[word] > SURE), key=lambda w: (-scores[w], -usual[w], w))
    tags = Counter(tag for text in own for tag in {found.casefold() for found in TAG.findall(_bare(text))} - away)
    shown = [(tag, n) for tag, n in tags.items() if n >= FEWEST_POSTS and _plain(tag, ordinary, names)]
    return Topics(
        tuple((word, usual[word]) for word in words[:MOST]),
        tuple(sorted(shown, key=lambda pair: (-pair[1], pair[0]))[:MOST]),
        len(own),
        len(others),
    )


def log_odds(word: str, mine: Mapping[str, int], theirs: Mapping[str, int], own: int, others: int) -> float:
    """Return the z-score of a word's log-odds here beside there, of posts with it among `own` and `others` posts."""
    here, there = mine.get(word, 0), theirs.get(word, 0)
    weight, whole = PRIOR * (here + there), PRIOR * (own + others) + 1  # one more: a word of every post has odds too
    first, second = here + weight, there + weight
    odds = math.log(first / (own + whole - first)) - math.log(second / (others + whole - second))
    return odds / math.sqrt(1 / first + 1 / second)


def _counted(texts: Iterable[str], cases: Counter[tuple[str, bool]]) -> Counter[str]:
    """Count in how many texts each word stands; note in `cases` how often it is written small inside a sentence."""
    found: Counter[str] = Counter()
    for text in map(_bare, texts):
        said = [match for match in WORD.finditer(TAG.sub(" # ", text)) if len(match[0]) >= SHORTEST]
        found.update({match[0].casefold() for match in said})
        cases.update((match[0].casefold(), _small(match)) for match in said if _small(match) or not _starts(match))
    return found


def _bare(text: str) -> str:
    return NOT_WORDS.sub(" ", text)


def _small(match: re.Match[str]) -> bool:
    return match[0][0] == match[0][0].lower()


def _starts(match: re.Match[str]) -> bool:
    before = match.string[: match.start()].rstrip(" \t")
    return not before or before[-1] in ENDS


def _words(name: str) -> list[str]:
    return [match[0].casefold() for match in WORD.finditer(name)]


def _plain(tag: str, ordinary: Collection[str], names: Collection[str]) -> bool:
    """Say whether a hashtag has an ordinary word in it, and no name."""
    return not any(len(name) >= SHORTEST and name in tag for name in names) and any(word in tag for word in ordinary)
