"""The pages of notices in a real browser: accessible, narrow, and a choice that is kept."""

import pytest

from data.notice import Kind
from data.services import candidates, people, preferences
from tests.browser.conftest import Site, Visit, settled
from tests.browser.test_pages import WIDE, violations
from tests.support.posts import item, store_items

PAGES = (
    ("reviewer", "notices"),
    ("owner", "notices"),
    ("reviewer", "look-now?alert=1"),
    ("administrator", "candidates"),
)


@pytest.fixture
def named(site: Site) -> Site:
    """A site with a name in a post that is not on the register."""
    store_items(site.store, "bins", item(50, "See @fernbrook_lib", links=("https://x.com/Fernbrook_Lib",)))
    assert candidates.search(site.store, ["fernbrook"]) >= 1
    return site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_the_pages_have_no_accessibility_violation_and_are_narrow(
    named: Site, visit: Visit, who: str, path: str, scheme: str
) -> None:
    page = visit("", who, scheme)
    page.goto(named.url + path)
    settled(page)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 900})
    settled(page)
    assert max(page.evaluate(WIDE)) <= 0


def test_a_choice_is_kept(site: Site, visit: Visit) -> None:
    page = visit("notices", "reviewer")
    page.goto(f"{site.url}notices")
    settled(page)
    page.get_by_text("An appeal that someone else is to hear").click()
    page.get_by_role("button", name="Keep this").click()
    page.get_by_text("That is how you are told from now on.").first.wait_for()
    rita = next(p for p in people.everyone(site.store) if p.email.startswith("reviewer@"))
    assert preferences.mine(site.store, rita).off == {Kind.APPEAL}
