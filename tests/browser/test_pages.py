"""Every page: accessible in light and dark, usable on a narrow screen, and deaf to hostile words."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, Visit, settled

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE = """[document.documentElement, ...document.querySelectorAll('[data-testid=stMain], .stAppViewContainer')]
    .map(e => e.scrollWidth - e.clientWidth)"""


def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA."""
    found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]


PATHS = ("", "queue", "accounts", "account?account=parking", "account?account=museum", "account?account=library")
OFFICE = ("people", "people?who=4", "policy", "model", "rights", "audit", "audit?action=alert", "health", "how-to-read")
NARROWED = ("queue?department=Highways", "queue?words=nowhere")
REPORTS = (
    "lessons",
    "trends",
    "trends?back-cast=true",
    "trends?cut=Quarters&by=Department",
    "renewal?account=parking",
    "renewal?account=museum",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_accessibility_violation(site: Site, visit: Visit, scheme: str) -> None:
    page = visit("", "", scheme)
    assert violations(page) == []
    page = visit("", "reviewer", scheme)
    for path in (*PATHS, *NARROWED, *REPORTS):
        page.goto(site.url + path)
        settled(page)
        assert violations(page) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_office_s_pages_have_no_accessibility_violation(site: Site, visit: Visit, scheme: str) -> None:
    site.give_card()
    page = visit("", "administrator", scheme)
    for path in OFFICE:
        page.goto(site.url + path)
        settled(page)
        for closed in page.locator("summary").all():
            closed.click()
        settled(page)
        assert violations(page) == [], path
    page.goto(site.url + "policy")
    settled(page)
    page.get_by_role("textbox", name="The policy, as TOML").fill('version = "x"\ntitel = "y"')
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("#pr-said")).to_contain_text("does not hold together yet")
    expect(page.locator("pre").first).to_contain_text("did you mean title?")
    assert violations(page) == []
    page.get_by_role("button", name="Office").press("Enter")
    expect(page.get_by_role("menuitem", name="People")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(["Policy"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_holder_s_page_has_no_accessibility_violation(site: Site, visit: Visit, scheme: str) -> None:
    asked = site.alert_of("bins")
    page = visit(f"alert?alert={asked}", "reviewer", scheme)
    page.get_by_role("button", name="Take this alert and show the words").click()
    page.get_by_role("button", name="Ask the owner first").click()
    settled(page)
    page = visit("mine", "owner", scheme)
    assert violations(page) == []
    page.get_by_role("link", name=f"Alert {asked}, opened").click()
    page.get_by_role("button", name="Show the words").click()
    page.get_by_role("heading", name="Why it was flagged").wait_for()
    assert violations(page) == []
    page.get_by_role("textbox", name="Your reply").fill("I have taken it down.")
    page.get_by_role("button", name="Send your reply").click()
    expect(page.locator("#pr-said")).to_contain_text("is recorded")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_alert_has_no_accessibility_violation_covered_uncovered_or_decided(
    site: Site, visit: Visit, scheme: str
) -> None:
    page = visit(f"alert?alert={site.alert_of('bins')}", "reviewer", scheme)
    assert violations(page) == []
    page.get_by_role("button", name="Take this alert and show the words").click()
    page.get_by_role("button", name="Record decision").wait_for()
    settled(page)
    page.get_by_text("Earlier versions (1)").click()
    settled(page)
    assert violations(page) == []
    page.get_by_role("button", name="Record decision").click()
    expect(page.locator("#pr-said")).to_contain_text("The form still lacks")
    assert violations(page) == []
    site.age_claims()
    page.get_by_text("Not upheld: the flag was mistaken", exact=True).click()
    page.get_by_text("No action", exact=True).click()
    page.get_by_role("textbox", name="Reason").fill("It is about sofas.")
    page.get_by_role("button", name="Record decision").click()
    expect(page.locator("h1")).to_have_text(["Possible: threat"])
    page.goto(f"{site.url}alert?alert={site.alert_of('bins')}")
    settled(page)
    expect(page.get_by_text("It is about sofas.")).to_be_visible()
    assert violations(page) == []


def test_nothing_is_wider_than_a_narrow_screen(site: Site, visit: Visit) -> None:
    page = visit("", "", width=320)
    assert max(page.evaluate(WIDE)) <= 0
    page = visit("", width=320)
    for path in (*PATHS, *NARROWED, *REPORTS, f"alert?alert={site.alert_of('parking')}"):
        page.goto(site.url + path)
        settled(page)
        assert max(page.evaluate(WIDE)) <= 0, path
    page.get_by_role("button", name="Take this alert and show the words").click()
    page.get_by_role("button", name="Record decision").wait_for()
    assert max(page.evaluate(WIDE)) <= 0


def test_the_office_s_pages_fit_a_narrow_screen(site: Site, visit: Visit) -> None:
    site.give_card()
    page = visit("", "administrator", width=320)
    for path in OFFICE:
        page.goto(site.url + path)
        settled(page)
        for closed in page.locator("summary").all():
            closed.click()
        settled(page)
        assert max(page.evaluate(WIDE)) <= 0, path


def test_an_address_that_is_no_page_says_so(site: Site, visit: Visit) -> None:
    page = visit("own-assessment")
    expect(page.locator("h1")).to_have_text(["There is no such page"])
    page.goto(f"{site.url}assessment")
    settled(page)
    expect(page.locator("h1")).not_to_have_text(["There is no such page"])


def test_hostile_words_stay_words(site: Site, visit: Visit) -> None:
    page = visit(f"alert?alert={site.alert_of('parking')}")
    page.get_by_role("button", name="Show the words", exact=True).click()
    shown = page.locator(".pr-words").first
    expect(shown).to_contain_text("<script>window.hacked=1</script>")
    expect(shown).to_contain_text("**bold** [link](javascript:window.hacked=1)")
    expect(shown).to_contain_text("[U+202E]evil")
    expect(shown).to_contain_text("&lt;b&gt;")
    assert shown.locator("script, img, a, strong, code, pre, h1").count() == 0
    page.goto(f"{site.url}account?account=parking")
    settled(page)
    page.get_by_role("button", name="Show the words of these 3 posts").click()
    page.wait_for_selector(".pr-words")
    expect(page.locator("h1")).to_have_text(["Fernbrook *Parking* <b>"])
    assert len(page.locator(".pr-words").first.inner_text()) > 100_000
    assert page.evaluate("window.hacked") is None


def test_the_pages_run_under_their_own_rules(site: Site, visit: Visit) -> None:
    page = visit("")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site.url}account?account=parking")
    settled(page)
    page.wait_for_selector("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas")
    assert [text for text in said if "Content Security Policy" in text] == []


def test_nothing_is_fetched_from_elsewhere(site: Site, visit: Visit) -> None:
    page = visit("")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in (*PATHS, *REPORTS, f"alert?alert={site.alert_of('bins')}"):
        page.goto(site.url + path)
        settled(page)
    own = site.url.removeprefix("http://").rstrip("/")
    assert [url for url in asked if own not in url and not url.startswith(("data:", "blob:"))] == []
