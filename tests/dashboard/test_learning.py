"""Commending and lessons on the pages: who may, what is refused, what holders and everyone see."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from dashboard import dossier as rendering
from dashboard import kept
from dashboard.parts import Quote
from data.model import Decision, Judgement, Outcome
from data.reports.dossier import Commended
from data.schema import version
from data.services import commending, lessons, renewal, review
from data.services.actors import shell
from data.store import alerts
from data.store.engine import Store
from tests.dashboard.test_alert import number
from tests.support.filled import Council
from tests.support.opened import fill
from tests.support.screen import buttons, opened, press, words

ADVISED = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles.", words="Shall we talk?")
LESSON = "Ask what would help, before asking who is at fault."
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMMEND, SHARE = "Commend it", "Share it"


def reading(store: Store, council: Council, role: str = "reviewer") -> AppTest:
    """Return the page of the account bins with its words shown."""
    page = opened(store, getattr(council, role), "account", account="bins")
    return press(page, next(label for label in buttons(page) if label.startswith("Show the words of")))


def decided(store: Store, council: Council) -> int:
    """Decide the alert on the account bins."""
    bins = number(store, "bins")
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, bins))
    review.decide(store, council.reviewer, seen, ADVISED)
    return bins


@pytest.mark.parametrize("role", ["reviewer", "panel"])
def test_a_post_is_commended_where_it_is_read(sqlite_store: Store, council: Council, role: str) -> None:
    page = reading(sqlite_store, council, role)
    chosen = next(box for box in page.selectbox if box.label == "Which post")
    assert any("New glass bank" in option for option in chosen.options)
    assert "Choose which post" in words(press(page, COMMEND))
    chosen = next(box for box in page.selectbox if box.label == "Which post")
    chosen.set_value(next(n for n in (1, 2, 3) if "glass" in chosen.format_func(n)))
    fill(page, "commend-reason-bins", "Says <b>where</b>, in one line.")
    assert "The post is commended" in words(press(page, COMMEND))
    assert "Says &lt;b&gt;where&lt;/b&gt;, in one line." in words(page)


def test_the_form_waits_for_the_words(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.reviewer, "account", account="bins")
    assert COMMEND not in buttons(page)
    assert COMMEND not in buttons(reading(sqlite_store, council, "administrator"))


def glass(store: Store) -> int:
    """Return the post about glass, which no alert is about."""
    with store.read() as tx:
        return int(tx.scalar(select(version.c.post_id).where(version.c.text.contains("glass bank"))) or 0)


def test_the_holder_sees_why(sqlite_store: Store, council: Council) -> None:
    commending.commend(sqlite_store, council.reviewer, glass(sqlite_store), "Says <b>where</b>.")
    page = words(opened(sqlite_store, council.owner, "mine"))
    assert page.count("Your post of") == 1
    assert "Says &lt;b&gt;where&lt;/b&gt;." in page
    assert "Rowan" not in page


def test_one_s_own_is_taken_back(sqlite_store: Store, council: Council) -> None:
    n = commending.commend(sqlite_store, council.reviewer, glass(sqlite_store), "Plain.")
    back = f"Take commendation {n} back"
    assert back not in buttons(opened(sqlite_store, council.second, "account", account="bins"))
    assert back in buttons(opened(sqlite_store, council.panel, "account", account="bins"))
    page = opened(sqlite_store, council.reviewer, "account", account="bins")
    assert "The commendation is taken back." in words(press(page, back))
    assert "Commended" not in words(opened(sqlite_store, council.owner, "mine"))


def test_the_dossier_shows_what_went_well(sqlite_store: Store, council: Council) -> None:
    commending.commend(sqlite_store, council.reviewer, glass(sqlite_store), "Says where.")
    found = renewal.dossier(sqlite_store, shell(), "Europe/London", "bins")
    html = rendering.html(found, "Europe/London")
    assert "1 post is commended by people who read them; no score has a part in it." in html
    assert '<blockquote dir="auto">New glass bank at the Co-op car park.</blockquote>' in html
    assert '"reason": "Says where."' in rendering.document(found, "Europe/London")
    page = words(opened(sqlite_store, council.panel, "renewal", account="bins"))
    assert "Says where." in page
    assert "New glass bank" not in page
    assert rendering.pdf(found, "Europe/London").startswith(b"%PDF")


def test_none_commended_is_said_kindly() -> None:
    assert "says nothing against the account" in kept.well((), "Europe/London").lead[0]


def test_words_are_quoted_once_and_erased_ones_named() -> None:
    now = NOON
    twice = [Commended(1, now, now, reason, "The words") for reason in ("Plain.", "")]
    section = kept.well(twice, "Europe/London")
    assert section.lead == ("1 post is commended by people who read them; no score has a part in it.",)
    assert section.quotes == (Quote("Commended, published 22 Nov 2026, 12:00", "The words"),)
    assert section.table is not None
    assert [row[1] for row in section.table.rows] == ["Plain.", "erased"]
    assert kept.well([Commended(1, None, now, "", "")], "Europe/London").quotes == ()


def test_a_lesson_is_shared_beside_a_decided_alert(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.reviewer, "alert", alert=number(sqlite_store, "bins"))
    assert SHARE not in buttons(page)
    bins = decided(sqlite_store, council)
    page = opened(sqlite_store, council.reviewer, "alert", alert=bins)
    assert "20 to 600 characters" in words(press(page, SHARE))
    fill(page, f"lesson-text-{bins}", "As Jo Field says, do not blame residents.")
    assert "this has the name Jo Field" in words(press(page, SHARE))
    fill(page, f"lesson-text-{bins}", LESSON)
    assert "The lesson is shared" in words(press(page, SHARE))
    for who in (council.owner, council.panel, council.administrator):
        assert LESSON in words(opened(sqlite_store, who, "lessons"))
    [row] = lessons.of_alert(sqlite_store, council.reviewer, bins)
    assert "is taken back" in words(press(page, f"Take lesson {row.id} back"))
    assert "No lesson has been shared yet." in words(opened(sqlite_store, council.owner, "lessons"))


def test_trends_have_both_without_names(sqlite_store: Store, council: Council) -> None:
    commending.commend(sqlite_store, council.reviewer, glass(sqlite_store), "Says where.")
    lessons.share(sqlite_store, council.reviewer, decided(sqlite_store, council), LESSON)
    page = words(opened(sqlite_store, council.panel, "trends"))
    assert "1 post of this time is commended, in the whole council." in page
    beside = page[page.index("What went well") :]
    assert "Says where." in beside
    assert LESSON in beside
    assert not any(name in beside for name in ("Fernbrook Bins", "Rowan", "Jo Field"))
