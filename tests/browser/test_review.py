"""The review with mouse and keyboard: one decision, on what was seen, and on to the next."""

from playwright.sync_api import Page, expect

from data.keys import Step
from data.services import keys, people
from data.services.actors import shell
from tests.browser.conftest import Site, Visit, settled
from tests.support.filled import DOMAIN

TAKE, SHOW, RECORD = "Take this alert and show the words", "Show the words", "Record decision"
SIX_PRESSES = "button => { for (let n = 0; n < 6; n++) button.click(); }"


def take(site: Site, page: Page) -> None:
    page.get_by_role("button", name=TAKE).click()
    page.wait_for_selector(".pr-words")
    page.get_by_role("button", name=RECORD).wait_for()
    site.age_claims()


def fill_form(page: Page) -> None:
    page.get_by_text("Upheld: the post does not meet the policy", exact=True).click()
    page.get_by_text("Advice", exact=True).click()
    page.get_by_role("textbox", name="Reason").fill("It calls residents clueless.")


def test_from_sign_in_to_the_next_alert(site: Site, visit: Visit) -> None:
    number = site.alert_of("bins")
    page = visit(f"alert?alert={number}")
    expect(page.locator("h1")).to_have_text(["Possible: harassing or bullying content"])
    expect(page.locator("body")).not_to_contain_text("clueless")
    take(site, page)
    expect(page.locator(".pr-words").first).to_contain_text("clueless")
    fill_form(page)
    page.get_by_role("button", name=RECORD).click()
    expect(page.locator("h1")).to_have_text(["Possible: threat"])
    expect(page.locator("#pr-title")).to_be_focused()
    expect(page.locator("#pr-status")).to_contain_text(f"Your decision on alert {number} is recorded")
    expect(page.locator("#pr-said")).to_contain_text("Below stands another alert. This is the next alert")
    expect(page.get_by_role("link", name=f"Back to alert {number}, which this is about")).to_be_visible()
    expect(page.locator(".pr-words")).to_have_count(0)
    assert f"alert={site.alert_of('events')}" in page.url
    assert site.reviews(number) == 1


def test_six_presses_record_one_decision(site: Site, visit: Visit) -> None:
    number = site.alert_of("bins")
    page = visit(f"alert?alert={number}")
    take(site, page)
    fill_form(page)
    page.get_by_role("button", name=RECORD).evaluate(SIX_PRESSES)
    expect(page.locator("h1")).to_have_text(["Possible: threat"])
    settled(page)
    expect(page.locator("#pr-said")).to_contain_text(f"alert {number} is recorded")
    with site.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM review").scalar_one() == 1
    assert site.reviews(number) == 1


def test_a_double_click_and_enter_held_down_take_once(site: Site, visit: Visit) -> None:
    number = site.alert_of("bins")
    page = visit(f"alert?alert={number}")
    page.get_by_role("button", name=TAKE).dblclick()
    page.get_by_role("button", name=RECORD).wait_for()
    settled(page)
    expect(page.locator("#pr-said")).not_to_contain_text("changed by someone else")
    with site.store.read() as tx:
        query = f"SELECT count(*) FROM alert_event WHERE alert_id = {number} AND action = 'claim'"
        assert tx.exec_driver_sql(query).scalar_one() == 1


def test_a_stale_window_is_refused_with_a_sentence(site: Site, visit: Visit) -> None:
    number = site.alert_of("bins")
    first, second = visit(f"alert?alert={number}"), visit(f"alert?alert={number}")
    take(site, first)
    second.reload()
    settled(second)
    second.get_by_role("button", name=SHOW).click()
    for page in (first, second):
        page.get_by_role("button", name=RECORD).wait_for()
        fill_form(page)
    second.get_by_text("Not upheld: the flag was mistaken", exact=True).click()
    first.get_by_role("button", name=RECORD).click()
    expect(first.locator("h1")).to_have_text(["Possible: threat"])
    second.get_by_role("button", name=RECORD).click()
    expect(second.locator("#pr-alert")).to_contain_text("changed by someone else meanwhile")
    expect(second.locator("#pr-said")).to_contain_text("Nothing was recorded")
    expect(second.locator("#pr-said")).to_be_focused()
    assert site.reviews(number) == 1


def test_two_reviewers_one_alert(site: Site, visit: Visit) -> None:
    path = f"alert?alert={site.alert_of('bins')}"
    first, second = visit(path), visit(path, "second")
    take(site, first)
    second.get_by_role("button", name=TAKE).click()
    expect(second.locator("#pr-alert")).to_contain_text("changed by someone else meanwhile")
    expect(second.get_by_text("This alert is with Rowan Ashdown")).to_be_visible()


def test_the_keyboard_alone_reads_and_takes(site: Site, visit: Visit) -> None:
    page = visit(f"alert?alert={site.alert_of('bins')}")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == TAKE:
            break
    style = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return [s.outline, s.boxShadow] })()"
    )
    assert "rgb(11, 12, 12) solid 3px" in style[0]
    assert "rgb(255, 221, 0)" in style[1]
    page.keyboard.press("Enter")
    expect(page.locator("#pr-words")).to_be_focused()
    expect(page.locator(".pr-words").first).to_contain_text("clueless")


def test_a_sign_in_ended_elsewhere_records_nothing(site: Site, visit: Visit) -> None:
    number = site.alert_of("bins")
    page = visit(f"alert?alert={number}")
    take(site, page)
    fill_form(page)
    people.set_active(site.store, shell(), f"reviewer@{DOMAIN}", False)
    page.get_by_role("button", name=RECORD).click()
    expect(page.locator("h1")).to_have_text(["You are signed out"])
    assert site.reviews(number) == 0


def test_signing_out(visit: Visit) -> None:
    page = visit("queue")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text(["Sign in"])
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_have_text(["Sign in"])


def test_moving_about_keeps_titles_addresses_and_focus(visit: Visit) -> None:
    page = visit()
    expect(page).to_have_title("Home – postreeve")
    page.get_by_role("link", name="Open the review queue").click()
    expect(page.locator("h1")).to_have_text(["Review queue"])
    expect(page).to_have_title("Review queue – postreeve")
    expect(page.locator("#pr-title")).to_be_focused()
    page.get_by_role("link", name="Possible: threat – Fernbrook Events").click()
    expect(page.locator("h1")).to_have_text(["Possible: threat"])
    assert "/alert?alert=" in page.url
    page.go_back()
    expect(page.locator("h1")).to_have_text(["Review queue"])


def test_keys_are_off_until_chosen_and_count_once(site: Site, visit: Visit) -> None:
    """A held key repeats, and six presses come fast: one step each, and none on words that were not shown."""
    number = site.alert_of("bins")
    page = visit(f"alert?alert={number}")
    page.keyboard.press("t")
    settled(page)
    expect(page.locator(".pr-words")).to_have_count(0)
    who = next(p for p in people.everyone(site.store) if p.email == f"reviewer@{DOMAIN}")
    keys.choose(site.store, who, {Step.TAKE: "t", Step.RECORD: "Alt+S"})
    page.reload()
    settled(page)
    for _ in range(6):
        page.keyboard.down("t")  # without an up between: the browser repeats it
    page.keyboard.up("t")
    page.wait_for_selector(".pr-words")
    settled(page)
    page.get_by_role("button", name=RECORD).wait_for()
    with site.store.read() as tx:
        query = f"SELECT count(*) FROM alert_event WHERE alert_id = {number} AND action = 'claim'"
        assert tx.exec_driver_sql(query).scalar_one() == 1
    site.age_claims()
    fill_form(page)
    page.get_by_role("textbox", name="Reason").press("t")  # in a field it is only a letter
    for _ in range(6):
        page.keyboard.press("Alt+S")
    expect(page.locator("h1")).to_have_text(["Possible: threat"])
    settled(page)
    with site.store.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM review").scalar_one() == 1
        assert tx.exec_driver_sql("SELECT reason FROM review").scalar_one() == "It calls residents clueless.t"
    assert site.reviews(number) == 1
