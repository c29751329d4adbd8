"""Topics follow the published rule, and hold no name, no address and no word of a flagged post."""

import math
from datetime import timedelta

import pytest

from classifier.scan import scan
from data.model import Category, Role
from data.reports.topics import Topics, log_odds, topics
from data.services import people, renewal
from data.services.actors import shell
from data.store import topics as words
from data.store.engine import Store
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

BINS = [f"Please put the recycling out by {n}; recycling of glass too #RecyclingWeek" for n in range(6)]
OTHERS = [f"The library opens at {n}, please come in" for n in range(60)]


def of(
    own: list[str], others: list[str] = OTHERS, names: tuple[str, ...] = (), handles: tuple[str, ...] = ()
) -> Topics:
    return topics(own, others, names, handles)


def test_what_is_said_more_often_than_elsewhere_comes_first() -> None:
    found = of(BINS)
    assert {word for word, _ in found.words} >= {"recycling", "glass"}
    assert "please" not in dict(found.words)
    assert "library" not in dict(found.words)
    assert found.hashtags == (("recyclingweek", 6),)
    assert (found.posts, found.others) == (6, 60)


def test_a_word_counts_once_a_post_and_needs_three_posts() -> None:
    found = of([*BINS, "compost compost compost compost", "compost"])
    assert dict(found.words)["recycling"] == 6
    assert "compost" not in dict(found.words)
    assert "compost" in dict(of([*BINS, *(f"we compost {n}" for n in range(3))]).words)


def test_the_score_is_the_published_one() -> None:
    here, there = {"glass": 5}, {"glass": 2}
    a, a0 = 0.1 * 7, 0.1 * 30 + 1
    wanted = math.log((5 + a) / (10 + a0 - 5 - a)) - math.log((2 + a) / (20 + a0 - 2 - a))
    assert log_odds("glass", here, there, 10, 20) == pytest.approx(wanted / math.sqrt(1 / (5 + a) + 1 / (2 + a)))
    assert math.isfinite(log_odds("all", {"all": 3}, {"all": 9}, 3, 9))  # a word of every post


def test_equal_use_is_no_topic() -> None:
    same = [f"the weather again {n}" for n in range(30)]
    assert of(same, same).words == ()


def test_with_few_others_the_words_of_most_posts_are_told() -> None:
    found = of([*BINS, "glass again"], [])
    assert found.words[:2] == (("glass", 7), ("recycling", 6))
    assert "please" not in dict(found.words)
    assert of([*BINS, "glass again"], OTHERS[:19]).words[0] == ("glass", 7)
    assert of([], []) == Topics()


def test_names_are_never_told() -> None:
    posts = [f"Thanks to Wren Hollow, and Wren knows recycling {n} #WrenHollow #ThanksAda" for n in range(5)]
    found = of(posts)
    assert "wren" not in dict(found.words)
    assert "hollow" not in dict(found.words)
    assert found.hashtags == ()
    assert "recycling" in dict(found.words)


def test_people_and_handles_of_the_register_are_never_told_however_written() -> None:
    posts = [f"ask marsh about recycling {n}, recycling is by fernbins #marshrecycling #fernbins" for n in range(5)]
    open_ = of(posts)
    assert {"marsh", "fernbins"} <= set(dict(open_.words))
    assert dict(open_.hashtags) == {"marshrecycling": 5, "fernbins": 5}
    found = of(posts, names=("Olive Marsh",), handles=("@Fern Bins",))
    assert set(dict(found.words)) == {"recycling", "about"} - {"about"}
    assert found.hashtags == ()


@pytest.mark.parametrize(
    "hidden", ["@ada_recycling", "ada@recycling.example", "https://x.example/recycling", "www.recycling.example"]
)
def test_addresses_are_no_words(hidden: str) -> None:
    found = of([f"see {hidden} now, number {n}" for n in range(5)])
    assert not any("recycl" in word or "example" in word for word, _ in (*found.words, *found.hashtags))


def test_a_script_without_capitals_has_topics_too() -> None:
    assert dict(of([f"إعادة التدوير {n}" for n in range(4)]).words) == {"إعادة": 4, "التدوير": 4}


def test_what_is_read_leaves_out_flagged_erased_and_other_times(store: Store) -> None:
    add(store, row("bins"), row("parks"))
    now = store.now()
    texts = ["glass bank", "what a clown", "old glass", ""]
    at = [now - timedelta(days=d) for d in (1, 2, 400, 3)]
    store_items(store, "bins", *[item(n, t, published_at=w) for n, (t, w) in enumerate(zip(texts, at, strict=True))])
    store_items(store, "parks", item(1, "bandstand", published_at=now - timedelta(days=1)))
    list(scan(store, WordJudge({"clown": Category.HARASSMENT})))
    year = now - timedelta(days=365), now
    with store.read() as tx:
        assert "what a clown" not in words.texts(tx, "bins", *year)
        assert words.texts(tx, "bins", *year)[0] == "glass bank"
        assert words.texts(tx, "bins", *year, 1) == ["glass bank"]
        assert "old glass" not in words.texts(tx, "bins", *year)
        assert words.of_others(tx, "bins", *year) == ["bandstand"]
        assert "bins" in words.handles(tx) or words.handles(tx) == ["", ""]


def test_the_dossier_names_topics_and_no_owner(sqlite_store: Store) -> None:
    add(sqlite_store, row("bins", handle="Fern Bins"), row("parks"))
    people.add(sqlite_store, shell(), "m@council.example", "Olive Marsh", [Role.REVIEWER], None)
    now = sqlite_store.now()
    said = [f"marsh says: recycling on day {n} by fernbins" for n in range(5)]
    store_items(
        sqlite_store, "bins", *[item(n, t, published_at=now - timedelta(days=n + 1)) for n, t in enumerate(said)]
    )
    found = renewal.dossier(sqlite_store, shell(), "Europe/London", "bins").topics
    assert dict(found.words) == {"recycling": 5, "says": 5}
    assert (found.posts, found.others) == (5, 0)
