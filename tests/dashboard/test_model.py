"""The model's page and the page on reading a score: figures of the card, never typed in; the card as inert text."""

import pytest

from classifier import cards
from classifier.pipeline import SHIPPED
from dashboard import card
from dashboard.views import reading_scores
from data.services import models
from data.services.asking import CARD
from data.store.engine import Store
from data.worker import Worker
from tests.support.filled import Council
from tests.support.opened import fill, refused
from tests.support.screen import buttons, opened, press, words

MANIFEST = {"name": "small+reviews", "adapted": {"base": "0" * 64}}


def give_card(store: Store, council: Council, **more: object) -> None:
    """Let somebody look, and the worker answer with the shipped model's card."""
    opened(store, council.reviewer, "model")
    assert Worker(store, lambda _: None).answer_one({CARD: lambda _: cards.card(SHIPPED) | more})


@pytest.mark.parametrize("role", ["reviewer", "second", "panel", "administrator"])
def test_the_page_comes_to_whoever_sees_accounts(sqlite_store: Store, council: Council, role: str) -> None:
    page = words(opened(sqlite_store, getattr(council, role), "model"))
    for needed in ("The shipped model is in use, since the beginning.", "not yet known", "No alert has been looked at"):
        assert needed in page
    assert "Nothing answers: no worker" in page


def test_owners_get_a_sentence(sqlite_store: Store, council: Council) -> None:
    assert refused(opened(sqlite_store, council.owner, "model"))


def test_the_card_is_shown_once_the_worker_gave_it(sqlite_store: Store, council: Council) -> None:
    give_card(sqlite_store, council)
    page = words(opened(sqlite_store, council.panel, "model"))
    assert "What it must not be used for" in page
    assert "<strong>Long posts</strong>" in page
    assert page.count("<table>") > 3
    assert "|" not in page.split("What it must not be used for")[1].split("Probabilities")[0]


def test_a_hostile_card_is_only_text(sqlite_store: Store, council: Council) -> None:
    give_card(
        sqlite_store, council, card="# <script>x</script>\n\n[a](javascript:b) <img src=x>\n\n| <b> |\n|--|\n| <i> |"
    )
    page = words(opened(sqlite_store, council.panel, "model"))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;img src=x&gt;" in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "# One\nwords *and* **more**",
            '<h3 class="pr-heading">One</h3><p>words <em>and</em> <strong>more</strong></p>',
        ),
        ("### Three", '<h4 class="pr-heading">Three</h4>'),
        ("- a\n  b\n- `c_d`", "<ul><li>a b</li><li><code>c_d</code></li></ul>"),
        ("a\nb\n\nc", "<p>a b</p><p>c</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("", ""),
    ],
)
def test_a_card_is_read_as_blocks(text: str, html: str) -> None:
    assert card.html(text) == html


def test_a_table_keeps_its_cells() -> None:
    made = card.html("| set | n |\n| --- | ---: |\n| **own** | 12 |")
    assert '<th scope="col">set</th><th scope="col">n</th>' in made
    assert '<bdi class="pr-value">own</bdi>' in made
    assert "---" not in made


def test_an_administrator_goes_back_to_another_model(sqlite_store: Store, council: Council) -> None:
    assert "Put it in use" not in buttons(opened(sqlite_store, council.administrator, "model"))
    models.accept(sqlite_store, council.administrator, "d" * 64, MANIFEST, [(1, sqlite_store.now())])
    assert "Put it in use" not in buttons(opened(sqlite_store, council.reviewer, "model"))
    page = opened(sqlite_store, council.administrator, "model")
    assert "may not be used" in words(page)  # the review it learnt from is not there
    fill(page, "model-choice", models.SHIPPED)
    assert "needs a reason in words" in words(press(page, "Put it in use"))
    fill(page, "model-reason", "Too many false alarms.")
    assert "The shipped model is in use from the next scan on." in words(press(page, "Put it in use"))
    assert models.standing(sqlite_store).chosen is None
    fill(page, "model-choice", "d" * 64)
    fill(page, "model-reason", "Try again.")
    assert "is not in the folder of the models any more" in words(press(page, "Put it in use"))


@pytest.mark.parametrize("role", ["reviewer", "panel", "administrator", "owner"])
def test_how_to_read_a_score_is_open_to_everyone(sqlite_store: Store, council: Council, role: str) -> None:
    page = words(opened(sqlite_store, getattr(council, role), "how-to-read"))
    for needed in ("What a flag is", "Why most flags are mistaken", "What is not read", "Text inside a picture."):
        assert needed in page


def test_its_figures_are_those_of_the_card(sqlite_store: Store, council: Council) -> None:
    assert "are not here yet" in words(opened(sqlite_store, council.reviewer, "how-to-read"))
    figures = {"sets": [{"set": "own", "n": 200, "positives": 50, "recall": 0.5, "false_alarms": 0.02}]}
    give_card(sqlite_store, council, prevalence=0.01, figures=figures, name="<b>")
    page = words(opened(sqlite_store, council.reviewer, "how-to-read"))
    assert "The model reckons that 1.0% of posts are harmful: 10 of 1,000." in page
    assert "it flagged 50% of the harmful and 2.0% of the harmless ones (50 harmful of 200" in page
    assert "it would flag 5.0 that are harmful and 19.8 that are not: of all flags about 1 in 5 would be right" in page
    assert "<b>" not in page


def test_a_card_without_figures_makes_none_up() -> None:
    told = reading_scores.example({"prevalence": 0.01, "figures": {}, "name": "x"})
    assert told == ["The card of the model in use has no figures of this kind."]


def test_the_alert_s_explanation_links_there(sqlite_store: Store, council: Council) -> None:
    page = press(opened(sqlite_store, council.reviewer, "alert", alert=1), "Show the words")
    assert "How to read this" in words(page)
