"""Texts for everyone tell of no one: what in a text names people or an account, or repeats a post. Pure."""

import re
from collections.abc import Iterable, Sequence

RUN = 4  # words in a row that are the post's and no longer anyone's
SHORTEST = 3  # letters of a part of a name
ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]*@[\w.-]*\w", re.IGNORECASE)
TURNS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # Unicode Bidirectional Algorithm, section 2
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def tidied(text: str) -> str:
    """Return a text on one line, without the marks that would turn the words after it around."""
    return " ".join(TURNS.sub("", text).split())


def betrays(text: str, names: Iterable[str], handles: Iterable[str], posts: Iterable[str]) -> list[str]:
    """Return what in a text tells whose account or which post it is about, each as a phrase for people.

    A name is refused whole in any spelling, and each of its parts where it stands with a capital. Of the words of posts
    four in a row are too many, or all of a shorter one.
    """
    said = _words(text)
    found = [f"the address {one[0]}" for one in ADDRESS.finditer(text)]
    found += [f"the name {name.strip()}" for name in names if _names(text, said, name)]
    found += [f"the account’s name {handle.strip()}" for handle in handles if _within(_words(handle), said)]
    return found + [f"the post’s own words “{run}”" for post in posts if (run := shared(said, _words(post)))]


def shared(said: Sequence[str], post: Sequence[str]) -> str:
    """Return the first run of words that a text shares with a post, empty when there is none."""
    length = min(RUN, len(post))
    theirs = {tuple(post[n : n + length]) for n in range(len(post) - length + 1)} if post else set()
    runs = (tuple(said[n : n + length]) for n in range(len(said) - length + 1))
    return " ".join(next((run for run in runs if run in theirs), ()))


def _names(text: str, said: Sequence[str], name: str) -> bool:
    """Say whether a text names a person: all of the name in a row, or a part of it with a capital."""
    parts = [part for part in WORD.findall(name) if len(part) >= SHORTEST]
    told = set(WORD.findall(text))
    capital = {form for part in parts for form in (part.capitalize(), part.upper(), part) if form[0].isupper()}
    possessive = {f"{form}{end}" for form in capital for end in ("'s", "’s")}
    return _within(_words(name), said) or bool(told & (capital | possessive))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Say whether words stand in a row in a text, or run together as one word."""
    if not part:
        return False
    together = "".join(part)
    rows = (list(whole[n : n + len(part)]) for n in range(len(whole) - len(part) + 1))
    return together in whole or any(row == list(part) for row in rows)
