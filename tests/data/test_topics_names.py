"""No topic names anyone: tried with many names, spellings and hashtags; and what is read has its bounds."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reports.topics import ENOUGH, FEWEST_POSTS, MOST, Topics, topics
from data.store import topics as words
from data.store.engine import Store
from tests.support.posts import item, store_items
from tests.support.register import add, row

LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéüŵ", min_size=4, max_size=9)
OTHERS = [f"the library is open on day {n}" for n in range(ENOUGH)]
FRAMES = ("thanks to {}, recycling is up", "recycling: {} says so", "we met {} about recycling", "{} did it, recycling")


def said(found: Topics) -> str:
    return " ".join(word for word, _ in (*found.words, *found.hashtags))


@given(LETTERS, LETTERS, st.sampled_from(["{0} {1}", "{0}", "{1}", "{0}-{1}", "@{0}{1}", "{0}.{1}@council.example"]))
def test_people_of_the_register_are_never_told(first: str, last: str, form: str) -> None:
    name = form.format(first, last)
    own = [frame.format(name) for frame in FRAMES * 2]
    found = topics(own, OTHERS, [f"{first.title()} {last.title()}"], [])
    told = set(said(found).split())
    assert not told & {first, last, f"{first}-{last}", f"{first}{last}"}


@given(LETTERS, LETTERS)
def test_whoever_is_written_with_capitals_is_never_told(first: str, last: str) -> None:
    own = [frame.format(f"{first.capitalize()} {last.capitalize()}") for frame in FRAMES * 2]
    own += [f"recycling with {first.capitalize()} #{first.capitalize()}{last.capitalize()}"] * FEWEST_POSTS
    if {first, last} & {"recycling", "thanks", "says", "about"}:
        return
    found = topics(own, OTHERS, [], [])
    assert not set(said(found).split()) & {first, last, f"{first}{last}"}


@given(st.lists(st.text(max_size=60), max_size=30), st.lists(st.text(max_size=60), max_size=30))
def test_any_text_is_read_without_harm(own: list[str], others: list[str]) -> None:
    found = topics(own, others, ["Jo Field"], ["@bins"])
    assert len(found.words) <= MOST
    assert len(found.hashtags) <= MOST
    assert all(FEWEST_POSTS <= n <= len(own) for _, n in (*found.words, *found.hashtags))
    assert (found.posts, found.others) == (len(own), len(others))


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script> bank", "=cmd|' /C calc'!A0 bank", "\u202egnab\u202c bank", "[bank](javascript:x) bank"],
)
def test_a_word_is_letters_alone(text: str) -> None:
    found = topics([f"{text} {n}" for n in range(5)], [], [], [])
    assert "bank" in dict(found.words)
    assert all(word.replace("'", "").replace("’", "").replace("-", "").isalpha() for word, _ in found.words)


def test_the_order_does_not_hang_on_the_order_of_posts() -> None:
    own = [f"glass bank number {n}" for n in range(6)] + [f"glass and compost {n}" for n in range(6)]
    assert topics(own, OTHERS, [], []) == topics(own[::-1], OTHERS[::-1], [], [])


def test_what_is_read_has_its_bounds(sqlite_store: Store) -> None:
    add(sqlite_store, *(row(f"a{n}") for n in range(4)))
    now = sqlite_store.now()
    for account in ("a0", "a1", "a2"):
        posts = [item(n, f"{account} post {n}", published_at=now - timedelta(hours=n + 1)) for n in range(30)]
        store_items(sqlite_store, account, *posts)
    year = now - timedelta(days=365), now
    with sqlite_store.read() as tx:
        assert words.texts(tx, "a0", *year, 7) == [f"a0 post {n}" for n in range(7)]
        everything = words.of_others(tx, "a0", *year)
    assert len(everything) == 60
    assert {text.split()[0] for text in everything} == {"a1", "a2"}


def test_every_other_account_has_the_same_weight(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(sqlite_store, *(row(f"a{n}") for n in range(4)))
    now = sqlite_store.now()
    for account, number in (("a1", 30), ("a2", 9), ("a3", 2)):
        posts = [item(n, f"{account} post {n}", published_at=now - timedelta(hours=n + 1)) for n in range(number)]
        store_items(sqlite_store, account, *posts)
    monkeypatch.setattr(words, "READ", 24)
    with sqlite_store.read() as tx:
        read = [text.split()[0] for text in words.of_others(tx, "a0", now - timedelta(days=365), now)]
    assert {name: read.count(name) for name in ("a1", "a2", "a3")} == {"a1": 8, "a2": 8, "a3": 2}
