"""Whatever people write of what went well, of lessons, evidence and views, it stays words: on pages, in every file."""

import io
import json

import pikepdf
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from dashboard import dossier as rendering
from dashboard.screens import PAGES
from data.assessment import Capability, Stage
from data.model import Decision, Judgement, Outcome, Person, Role
from data.nameless import tidied
from data.schema import version
from data.services import assessing, commending, lessons, people, renewal, review, views
from data.services.actors import shell
from data.store import alerts
from data.store.engine import Store
from tests.dashboard.test_alert import number
from tests.support.filled import PASSWORD, Council
from tests.support.opened import refused
from tests.support.screen import opened, words

ZONE = "Europe/London"
HOSTILE = (
    "</dd></dl><script>window.hacked=1</script> and this is long enough",
    "**bold** [link](javascript:window.hacked=1) and this is long enough",
    "=HYPERLINK(1) \u202egnol\u202c and this is long enough \U0001f921",
    "' onmouseover='window.hacked=1 and this is long enough",
)
DECISION = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles.", words="Shall we talk?")


@pytest.fixture(params=HOSTILE)
def told(request: pytest.FixtureRequest, sqlite_store: Store, council: Council) -> str:
    """The same hostile words as a commendation, a lesson, evidence and the name of a view."""
    text = str(request.param)
    with sqlite_store.read() as tx:
        post = int(tx.scalar(select(version.c.post_id).where(version.c.text.contains("glass bank"))) or 0)
    bins = number(sqlite_store, "bins")
    with sqlite_store.read() as tx:
        seen = review.seen(alerts.get(tx, bins))
    review.decide(sqlite_store, council.reviewer, seen, DECISION)
    commending.commend(sqlite_store, council.reviewer, post, text)
    lessons.share(sqlite_store, council.reviewer, bins, text)
    culture = Capability.CULTURE
    assessing.assess(sqlite_store, council.panel, "Culture", culture, Stage.ENGAGED, text, text[:40])
    views.keep(sqlite_store, council.panel, text, {"only-department": text})
    return text


def tags(page: str) -> set[str]:
    """Return the names of all elements and of all attributes that act."""
    soup = BeautifulSoup(page, "html.parser")
    acting = {name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")}
    return {tag.name for tag in soup.find_all(True)} | acting


@pytest.mark.parametrize("path", ["lessons", "assessment", "trends", "renewal", "account"])
def test_no_page_takes_it_for_more_than_words(sqlite_store: Store, council: Council, told: str, path: str) -> None:
    query = {"account": "bins"} if path in ("renewal", "account") else {}
    page = words(opened(sqlite_store, council.panel, path, **query))
    assert not {"script", "onmouseover"} & tags(page)
    assert 'href="javascript:' not in page
    said = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
    assert tidied(told)[:40] in said
    assert "\u202e" not in said


def test_the_holder_s_page_neither(sqlite_store: Store, council: Council, told: str) -> None:
    page = words(opened(sqlite_store, council.owner, "mine"))
    assert "and this is long enough" in page
    assert not {"script", "onmouseover"} & tags(page)


def test_nor_does_any_file_of_the_dossier(sqlite_store: Store, council: Council, told: str) -> None:
    found = renewal.dossier(sqlite_store, council.panel, ZONE, "bins")
    soup = BeautifulSoup(rendering.html(found, ZONE), "html.parser")
    assert soup.find("script") is None
    assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert tidied(told) in [cell.get_text() for cell in soup.find_all("td")]
    assert json.loads(rendering.document(found, ZONE))["commended"][0]["reason"] == tidied(told)
    with pikepdf.open(io.BytesIO(rendering.pdf(found, ZONE))) as document:
        assert bool(document.Root.MarkInfo.Marked)


@pytest.mark.parametrize("role", [None, Role.OWNER, Role.ANALYST, Role.AUDITOR])
@pytest.mark.parametrize("path", ["lessons", "assessment", "trends"])
def test_each_role_meets_what_is_its_own(sqlite_store: Store, council: Council, role: Role | None, path: str) -> None:
    roles = [role] if role else []
    person: Person = people.add(sqlite_store, shell(), "kim@fernbrook.example", "Kim", roles, PASSWORD)
    page = opened(sqlite_store, person, path)
    allowed = {
        "lessons": role is not None,
        "assessment": role is not None,
        "trends": role not in (None, Role.OWNER),
    }
    assert refused(page) is not allowed[path]


def test_the_pages_have_an_address_and_a_title() -> None:
    named = {path: title for path, title, _ in PAGES}
    assert (named["lessons"], named["assessment"]) == ("Lessons", "Own assessment")
    assert len(named) == len(PAGES)
