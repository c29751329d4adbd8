"""What is learnt, in a real browser: accessible and narrow pages, the form that commends, one lesson, one view kept."""

import pytest
from playwright.sync_api import Page, expect

from data.assessment import Capability, Stage
from data.model import Decision, Judgement, Outcome, Person
from data.services import assessing, commending, lessons, people, review
from data.store import alerts
from data.store.engine import Store
from tests.browser.conftest import Site, Visit, settled
from tests.browser.test_pages import WIDE, violations
from tests.support import filled

LESSON = "Ask what would help, before asking who is at fault."
DECISION = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles.", words="Shall we talk?")


def who(store: Store, name: str) -> Person:
    return next(p for p in people.everyone(store) if p.email == f"{name}@{filled.DOMAIN}")


def decided(site: Site) -> int:
    """Decide the alert on the account bins and draw a lesson from it."""
    number, rita = site.alert_of("bins"), who(site.store, "reviewer")
    with site.store.read() as tx:
        seen = review.seen(alerts.get(tx, number))
    review.decide(site.store, rita, seen, DECISION)
    lessons.share(site.store, rita, number, LESSON)
    return number


def sound(page: Page) -> None:
    """Check a page with everything unfolded, wide and narrow."""
    for closed in page.locator("summary").all():
        closed.click()
    settled(page)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 900})
    settled(page)
    assert max(page.evaluate(WIDE)) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_accessibility_violation(site: Site, visit: Visit, scheme: str) -> None:
    number, panel = decided(site), who(site.store, "panel")
    for stage in (Stage.ENGAGED, Stage.EXEMPLARY):
        assessing.assess(site.store, panel, "Culture", Capability.CULTURE, stage, "Minutes of May.", "The team")
    page = visit("", "reviewer", scheme)
    for path in ("lessons", f"alert?alert={number}"):
        page.goto(site.url + path)
        settled(page)
        sound(page)
    page = visit("", "panel", scheme)
    for path in ("assessment", "trends?back-cast=true&by=Department", "renewal?account=bins"):
        page.goto(site.url + path)
        settled(page)
        sound(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_that_commends_is_accessible(site: Site, visit: Visit, scheme: str) -> None:
    page = visit("", "panel", scheme)
    page.goto(f"{site.url}account?account=bins")
    settled(page)
    page.get_by_role("button", name="Show the words of these 3 posts").click()
    page.get_by_role("button", name="Commend it").wait_for()
    settled(page)
    sound(page)
    page.get_by_role("textbox", name="What went well").fill("Says <b>where</b>, in one line.")
    page.get_by_role("button", name="Commend it").click()
    expect(page.locator("#pr-said")).to_contain_text("Choose which post")
    settled(page)
    assert violations(page) == []


def test_a_view_that_is_kept_comes_back_by_its_link(site: Site, visit: Visit) -> None:
    page = visit("", "panel")
    page.goto(f"{site.url}trends?cut=Quarters&by=Department")
    settled(page)
    page.get_by_text("Views that you keep").click()
    page.get_by_role("textbox", name="Name of this view").fill("Quarters <i>")
    page.get_by_role("button", name="Keep this view").click()
    expect(page.locator("#pr-said")).to_contain_text("The view is kept.")
    page.goto(f"{site.url}trends")
    settled(page)
    page.get_by_text("Views that you keep").click()
    page.get_by_role("link", name="Quarters <i>").click()
    settled(page)
    expect(page.get_by_text("2026 Q4").first).to_be_visible()
    expect(page.get_by_role("columnheader", name="Department").first).to_be_visible()


def test_a_post_is_chosen_and_commended(site: Site, visit: Visit) -> None:
    page = visit("account?account=bins")
    page.get_by_role("button", name="Show the words of these 3 posts").click()
    settled(page)
    box = page.get_by_role("combobox", name="Which post")
    box.scroll_into_view_if_needed()  # a list that is open closes when the page moves
    box.click()
    page.get_by_role("option").first.click()
    settled(page)
    page.get_by_role("textbox", name="What went well").fill("Says where, in one line.")
    page.get_by_role("button", name="Commend it").click()
    expect(page.locator("#pr-said")).to_contain_text("The post is commended")
    assert [row.reason for row in commending.of_account(site.store, who(site.store, "panel"), "bins")] == [
        "Says where, in one line."
    ]
