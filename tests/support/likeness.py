"""How alike texts are: skeletons, and pairs whose word sets have a Jaccard index of 0.6 or more."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

ALIKE = 0.6


def skeleton(text: str) -> str:
    """Return a text with numbers and names masked."""
    return re.sub(r"\b[A-Z][\w'’]*", "N", re.sub(r"\d[\d:.,]*", "#", text))


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(re.findall(r"\w+", text.lower()))


def alike(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield every pair of near-duplicates.

    Prefix filtering (Chaudhuri et al. 2006): with words in order of rarity, two sets as alike as that share one of
    their first few, so only texts that do are compared.
    """
    sets = [words(text) for text in texts]
    count = Counter(word for one in sets for word in one)
    met: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(sets):
        rare = sorted(one, key=lambda word: (count[word], word))
        prefix = rare[: len(rare) - math.ceil(ALIKE * len(rare)) + 1]
        for j in {j for word in prefix for j in met[word]}:
            both = len(one & sets[j])
            if both >= ALIKE * (len(one) + len(sets[j]) - both):
                yield j, i
        for word in prefix:
            met[word].append(i)
