"""The passport office in a real browser: its pages are accessible and narrow, and a renewal goes through them."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from data.services import register
from tests.browser.conftest import Site, Visit, settled
from tests.browser.test_pages import WIDE, violations

PAGES = (("panel", "panel"), ("panel", "panel?account=library"), ("owner", "apply"), ("administrator", "register"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_the_office_s_pages_have_no_accessibility_violation(
    site: Site, visit: Visit, who: str, path: str, scheme: str
) -> None:
    with site.store.write() as tx:
        tx.execute(text("UPDATE account_person SET until = since WHERE account_id = 'events'"))
    page = visit("", who, scheme)
    page.goto(site.url + path)
    settled(page)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 900})
    settled(page)
    assert max(page.evaluate(WIDE)) <= 0


def test_a_holder_is_asked_whether_it_is_still_theirs(site: Site, visit: Visit) -> None:
    with site.store.write() as tx:
        tx.execute(text("UPDATE account_person SET since = '2026-01-01 00:00:00' WHERE account_id = 'bins'"))
    page = visit("mine", "owner")
    page.goto(f"{site.url}mine")
    settled(page)
    page.get_by_text("Training and the policies behind it").click()
    page.get_by_role("button", name="Ask for training").wait_for()
    settled(page)
    assert violations(page) == []
    page.get_by_role("button", name="Yes, still mine and still right").click()
    expect(page.locator("#pr-said")).to_contain_text("That is recorded")
    assert violations(page) == []


def test_a_lapsed_account_is_renewed_once_however_often_the_button_is_pressed(site: Site, visit: Visit) -> None:
    page = visit("", "panel")
    page.goto(f"{site.url}panel?account=library")
    settled(page)
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator("#pr-said")).to_contain_text("Choose what is decided")
    assert violations(page) == []
    page.get_by_text("Renew", exact=True).click()
    page.get_by_role("textbox", name="Reason, in a factual sentence").fill("Useful to readers.")
    page.get_by_role("button", name="Record the decision").dblclick()
    expect(page.locator("#pr-said")).to_be_visible()
    settled(page)
    expect(page.get_by_text("Live, renewal due").or_(page.get_by_text("Live", exact=True)).first).to_be_visible()
    assert [step.action for step in register.history(site.store, "library")] == ["import", "renew"]
    assert violations(page) == []
