"""The words of posts as inert HTML: escaped, isolated, with what raised or lowered a score marked. Pure.

Offsets count Unicode code points of the text they were measured on. Directional overrides and control characters are
shown by their code, so that a post cannot dress up what stands around it, and a reviewer sees that they are there.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from data.model import Contribution, Explanation, Part, Version

ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
MOST_COMPARED = 4000  # tokens of two versions that are compared word by word
HOLD = 2 / 3  # of all that raised (or lowered) a score is held by the words that are marked and listed
MOST_MARKED = 8  # of either side; where it takes more, it is the text as a whole
LIGHT = 0.1  # of the heaviest word's weight: what is lighter says nothing, however few words there are


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of what was judged, with where it begins in the judged words."""

    label: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `[start, end)` of a text that raised (`raised`) or lowered the score."""

    start: int
    end: int
    raised: bool


def pieces(version: Version, part: Part) -> list[Piece]:
    """Return what a reader sees of the judged part: the text, the content warning, the alternative texts."""
    if part is Part.SHARED:
        return [Piece("Words of someone else that it passes on", version.shared_text, 0)]
    found, start = [], 0
    alts = [("Description of a picture or film", alt) for alt in version.alt_texts]
    for label, text in [("", version.text), ("Content warning", version.warning), *alts]:
        if text or not label:
            found.append(Piece(label, text, start))
            start += len(text) + 1
    return found


def telling(words: Sequence[Contribution], beside: Sequence[Contribution] = ()) -> list[Contribution]:
    """Return the fewest words of one side that together hold two thirds of its weight, heaviest first, eight at most.

    Where nearly every word is marked, none is. Words that weigh next to nothing are left out, also against the heaviest
    one of the other side, `beside`.
    """
    least = LIGHT * max((abs(w.weight) for w in (*words, *beside)), default=0.0)
    ordered = sorted((w for w in words if w.weight), key=lambda w: -abs(w.weight))
    enough, held, found = HOLD * sum(abs(w.weight) for w in ordered), 0.0, []
    for word in ordered[:MOST_MARKED]:
        if held >= enough or abs(word.weight) < least:
            break
        found.append(word)
        held += abs(word.weight)
    return found


def diffuse(words: Sequence[Contribution], beside: Sequence[Contribution] = ()) -> bool:
    """Say whether the words told do not hold two thirds of the weight: then it is the text as a whole, not these."""
    return sum(abs(w.weight) for w in telling(words, beside)) < HOLD * sum(abs(w.weight) for w in words) * (1 - 1e-9)


def spans(why: Explanation | None, start: int, length: int) -> list[Span]:
    """Return the stretches of one piece that mattered, in order and without overlap; the heavier one wins."""
    if why is None:
        return []
    taken: list[Span] = []
    both = (*telling(why.for_, why.against), *telling(why.against, why.for_))
    for word in sorted(both, key=lambda w: -abs(w.weight)):
        first, last = max(word.start - start, 0), min(word.end - start, length)
        if first < last and all(last <= s.start or first >= s.end for s in taken):
            taken.append(Span(first, last, word.weight > 0))
    return sorted(taken, key=lambda s: s.start)


def visible(text: str) -> str:
    """Return `text` as HTML that can only be read: escaped, odd characters shown by their code."""
    return ODD.sub(lambda m: f'<span class="pr-odd">[U+{ord(m[0]):04X}]</span>', escape(text))


def marked(text: str, found: Sequence[Span]) -> str:
    """Return `text` as HTML with its spans marked; screen readers hear where a mark begins and ends."""
    parts, last = [], 0
    for span in found:
        kind, said = ("for", "raised the score") if span.raised else ("against", "lowered the score")
        inner = visible(text[span.start : span.end])
        parts.append(visible(text[last : span.start]))
        parts.append(f'<mark class="pr-{kind}">{inner}<span class="pr-hidden"> ({said}) </span></mark>')
        last = span.end
    return "".join([*parts, visible(text[last:])])


def post(shown: Iterable[Piece], why: Explanation | None) -> str:
    """Return the words of a post, each piece in an isolated box that scrolls inside itself when it is long."""
    return "".join(
        _box(p.label, marked(p.text, spans(why, p.start, len(p.text))) or "<em>There are no words.</em>") for p in shown
    )


def plain(label: str, text: str) -> str:
    """Return words without marks in their box."""
    return _box(label, visible(text) or "<em>There are no words.</em>")


def listed(words: Sequence[Contribution], beside: Sequence[Contribution] = ()) -> list[str]:
    """Return the words of one side that mattered most, heaviest first, each once; odd characters by their code."""
    return list(dict.fromkeys(said for w in telling(words, beside) if (said := clean(w.text))))


def weighed(why: Explanation) -> list[tuple[str, str, str]]:
    """Return every word with the side it speaks for and its part of 100 of that side, in the order of the text."""
    rows = []
    for side, words in (("raised", why.for_), ("lowered", why.against)):
        whole = sum(abs(w.weight) for w in words) or 1.0
        rows += [(w.start, clean(w.text), side, f"{100 * abs(w.weight) / whole:.0f}") for w in words if clean(w.text)]
    return [row[1:] for row in sorted(rows)]


def clean(text: str) -> str:
    """Return a word as it can be shown in a sentence: odd characters by their code."""
    return ODD.sub(lambda m: f"[U+{ord(m[0]):04X}]", text).strip()


def difference(old: str, new: str) -> str:
    """Return the newer text with what was taken out and put in, word by word; without marks when it is very long."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if len(before) + len(after) > MOST_COMPARED:
        return visible(new)
    parts = []
    for step, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = visible("".join(before[a:b])), visible("".join(after[c:d]))
        if step == "equal":
            parts.append(come)
            continue
        parts.append(f'<del><span class="pr-hidden">taken out: </span>{gone}</del>' if gone else "")
        parts.append(f'<ins><span class="pr-hidden">put in: </span>{come}</ins>' if come else "")
    return "".join(parts)


def boxed_difference(label: str, old: str, new: str) -> str:
    """Return the difference of two versions in a box."""
    return _box(label, difference(old, new))


def _box(label: str, inner: str) -> str:
    title = f'<p class="pr-label">{escape(label)}</p>' if label else ""
    name = escape(label or "Words of the post")
    box = f'<div class="pr-words" dir="auto" tabindex="0" role="region" aria-label="{name}">{inner}</div>'
    return title + box
