"""The page Sample: covered words, nothing of a score, an answer on exactly what was shown; and what reviewers read."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from dashboard.views import load
from dashboard.views.sample import COVERED, NONE_LEFT
from data.config import Settings
from data.model import Person
from data.schema import version
from data.schema_samples import sample_item
from data.services import people, sampling, wellbeing
from data.services.actors import shell
from data.services.sampling import Asked
from data.services.wellbeing import Load
from data.store import ledger
from data.store.engine import Store
from tests.support.filled import PASSWORD, Council
from tests.support.opened import fill, refused
from tests.support.sampled import ON
from tests.support.screen import buttons, opened, press, script, words

SHOW, RECORD = "Show the words", "Record the answer"


def on(store: Store, person: Person, page: str = "sample", settings: Settings = ON) -> AppTest:
    """Return a page of a council that has the sample on."""
    token = people.sign_in(store, person.email, PASSWORD)
    made = replace(settings, store=str(store.url), anchor=f"{store.path}.anchor")
    return AppTest.from_function(script, default_timeout=30, args=(store, made, token, page)).run()


@pytest.fixture
def drawn(sqlite_store: Store) -> Store:
    """The filled store as if its posts had been seen a month ago, with a sample of them."""
    with sqlite_store.write() as tx:
        tx.execute(update(version).values(seen_at=sqlite_store.now() - timedelta(days=30)))
    sampling.draw(sqlite_store, shell(), ON, Asked(date(2026, 10, 1), date(2026, 10, 31), seed="feed"))
    return sqlite_store


def answers(store: Store) -> list[tuple[str, list[str], int | None]]:
    """Return what was answered."""
    c = sample_item.c
    with store.read() as tx:
        rows = tx.execute(select(c.judgement, c.categories, c.alert_id).where(c.answered_at.is_not(None)))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def item_of(page: AppTest) -> int:
    """Return the number of the post that the page shows the form for."""
    return int(str(page.radio[0].key).rsplit("-", 1)[1])


def choose(page: AppTest, judgement: str) -> int:
    """Choose an answer; return which post it is about."""
    number = item_of(page)
    page.radio[0].set_value(judgement)
    return number


def test_while_it_is_off_the_page_says_so(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.reviewer, "sample")
    assert refused(page)
    assert "The sample is off" in words(page)
    assert "Read posts of the sample" not in words(opened(sqlite_store, council.reviewer, "queue"))


def test_it_hangs_on_the_queue_when_it_is_on(drawn: Store, council: Council) -> None:
    assert "Read posts of the sample" in words(on(drawn, council.reviewer, "queue"))


@pytest.mark.parametrize("role", ["panel", "administrator", "owner"])
def test_others_get_a_sentence(drawn: Store, council: Council, role: str) -> None:
    assert refused(on(drawn, getattr(council, role)))


@pytest.mark.parametrize("role", ["reviewer", "second", "owning_reviewer"])
def test_words_are_covered_and_nothing_is_told_of_the_flag(drawn: Store, council: Council, role: str) -> None:
    page = on(drawn, getattr(council, role))
    told = words(page)
    assert COVERED in told
    assert 'pr-words"' not in told.split(COVERED)[0].split("The post")[-1]
    assert RECORD not in buttons(page)
    told = words(press(page, SHOW))
    assert COVERED not in told
    for hidden in ("<mark", "Why it was flagged", "severity", "score", "stratum", "%"):
        assert hidden not in told.replace("without a score", ""), hidden
    assert RECORD in buttons(page)


def test_reading_is_on_record_and_so_is_the_answer(drawn: Store, council: Council) -> None:
    page = press(on(drawn, council.reviewer), SHOW)
    first = choose(page, "not_upheld")
    assert "Your answer is recorded." in words(press(page, RECORD))
    assert answers(drawn) == [("not_upheld", [], None)]
    assert COVERED in words(page)  # the next one is covered again
    assert item_of(press(page, SHOW)) != first
    with drawn.read() as tx:
        done = [(e.action, e.subject) for e in ledger.entries(tx) if e.action.startswith("sample.")]
    assert done[1:3] == [("sample.read", f"sample:{first}"), ("sample.answer", f"sample:{first}")]


def test_nothing_chosen_is_nothing_recorded(drawn: Store, council: Council) -> None:
    page = press(on(drawn, council.reviewer), SHOW)
    assert "Say first whether the post meets the policy." in words(press(page, RECORD))
    assert answers(drawn) == []


def test_a_kind_of_harm_is_kept(drawn: Store, council: Council) -> None:
    page = press(on(drawn, council.reviewer), SHOW)
    number = choose(page, "upheld")
    fill(page, f"sample-categories-{number}", ["threat"])
    press(page, RECORD)
    assert answers(drawn) == [("upheld", ["threat"], None)]


def test_what_cannot_wait_becomes_an_alert_with_its_reason(drawn: Store, council: Council) -> None:
    page = press(on(drawn, council.reviewer), SHOW)
    while "Bin day moves" not in words(page):
        choose(page, "not_upheld")
        press(press(page, RECORD), SHOW)
    number = choose(page, "upheld")
    fill(page, f"sample-urgent-{number}", True)
    assert "and with a reason in words" in words(press(page, RECORD))
    fill(page, f"sample-clause-{number}", "T1")
    fill(page, f"sample-reason-{number}", "It names <b>a street</b>.")
    told = words(press(page, RECORD))
    opened_ = max(alert for _, _, alert in answers(drawn) if alert is not None)
    assert f"Alert {opened_} is in the queue." in told
    alert = press(opened(drawn, council.second, "alert", alert=opened_), SHOW)
    assert (
        "Not the classifier but reviewer@fernbrook.example opened this alert: It names &lt;b&gt;a street&lt;/b&gt;."
        in words(alert)
    )


def test_nobody_reads_a_post_of_their_own_account(drawn: Store, council: Council) -> None:
    page = on(drawn, council.owning_reviewer)
    while NONE_LEFT not in words(page):
        assert "Fernbrook Events" not in words(page)
        press(page, SHOW)
        choose(page, "not_upheld")
        press(page, RECORD)
    with drawn.read() as tx:
        assert tx.execute(select(sample_item.c.id).where(sample_item.c.answered_at.is_(None))).all()


def test_hostile_words_are_only_words(drawn: Store, council: Council) -> None:
    page = press(on(drawn, council.reviewer), SHOW)
    while "hacked" not in words(page):
        choose(page, "cannot_tell")
        press(press(page, RECORD), SHOW)
    assert "<script" not in words(page)
    assert "&lt;script&gt;" in words(page)
    assert "[U+202E]" in words(page)


def test_at_the_council_s_limit_the_words_stay_covered(drawn: Store, council: Council) -> None:
    settings = replace(ON, review_pause=1, review_limit=2)
    page = on(drawn, council.reviewer, settings=settings)
    for _ in range(2):
        press(page, SHOW)
        choose(page, "upheld")
        press(page, RECORD)
    told = words(page)
    assert "Posts you judged today: 2, 2 of them (100%) harmful" in told
    assert load.FULL in told
    assert "limit is 2 a day (review_limit)" in words(press(page, SHOW))
    assert COVERED in words(page)


def test_the_alert_page_tells_a_reviewer_what_they_read(drawn: Store, council: Council) -> None:
    page = press(on(drawn, council.reviewer, settings=replace(ON, review_pause=1)), SHOW)
    choose(page, "upheld")
    press(page, RECORD)
    alert = words(on(drawn, council.reviewer, "queue"))
    assert "Only you see this" not in alert
    shown = opened(drawn, council.reviewer, "alert", alert=1)
    assert "Posts you judged today: 1, 1 of them (100%) harmful" in words(shown)
    assert "Only you see this" not in words(opened(drawn, council.second, "alert", alert=1))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Load(0, 0, 3, 1, False, False), "today: none; this week: 3, 1 of them (33%) harmful"),
        (Load(4, 0, 4, 0, False, False), "today: 4, 0 of them (0%) harmful; this week: 4"),
    ],
)
def test_a_reader_s_share_in_words(found: wellbeing.Load, told: str) -> None:
    assert told in load.sentence(found)


def test_the_model_page_says_what_is_known_of_what_was_missed(drawn: Store, council: Council) -> None:
    assert "Not every stratum has an answer yet" in words(opened(drawn, council.panel, "model"))


def test_without_a_draw_the_model_page_says_that_nothing_is_known(sqlite_store: Store, council: Council) -> None:
    assert "nothing is known of what the flags missed" in words(opened(sqlite_store, council.panel, "model"))
