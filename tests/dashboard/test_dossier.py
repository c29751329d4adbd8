"""The dossier: the log's numbers in every format, accessible, and words of others only ever as text."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

import postreeve
from classifier.scan import scan
from dashboard import dossier as rendering
from dashboard import svg, telling
from data.errors import NotAllowed, NotFound, UseError
from data.model import Category, Decision, Gap, Judgement, Outcome, Person, Role
from data.reports.dossier import Dossier
from data.schema import review
from data.services import people, renewal
from data.services import review as reviewing
from data.services.actors import shell
from data.store import alerts, ledger, runs
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.judgements import CANNOT_TELL, JUDGE, NOT_UPHELD, UPHELD, appeal, decide, reviewer
from tests.support.posts import item, store_items
from tests.support.register import add, row
from tests.support.rights import ended

ZONE = "Europe/London"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOSTILE = '</blockquote><script>window.hacked=1</script> clown #import "x" $ \\ \u202eevil \U0001f921 \u0175'
REFERRED = Decision(Judgement.UPHELD, Outcome.REFER, "H1", "It belittles <b>residents</b>.", (Category.HARASSMENT,))


@pytest.fixture
def sqlite_store(tmp_path: Path, clock: FakeClock) -> Store:
    """An account with a year of posts, some of them judged in every way, and a gap."""
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path}/postreeve.db", clock)
    fill(store)
    return store


def fill(store: Store) -> None:
    add(store, row("bins", cadence="three a week", handle="Bins <b> & *parks*", purpose="Bin days"), row("parks"))
    quiet = [item(n, published_at=NOON - timedelta(days=3 * n)) for n in range(1, 90)]
    words = [HOSTILE, *(f"what a clown {n}" for n in range(8))]
    flagged = [item(500 + n, text, published_at=NOON - timedelta(days=20 * n + 5)) for n, text in enumerate(words)]
    store_items(store, "bins", *quiet, *flagged)
    store_items(store, "parks", item(1, "another clown", published_at=NOON - timedelta(days=2)))
    for name in ("bins", "parks"):
        ended(store, name)  # verify goes by the clock of the machine
    list(scan(store, JUDGE))
    collected(store)
    judged(store)


def collected(store: Store) -> None:
    now = store.now()
    with store.write() as tx:
        run = runs.begin(tx, "bins", now)
        runs.record_gap(tx, "bins", Gap(NOON - timedelta(days=61), NOON - timedelta(days=51), "the feed was cut"), run)
        runs.extend_coverage(tx, "bins", now - timedelta(days=300), now, run)


def judged(store: Store) -> None:
    rita, n = reviewer(store), alert_numbers(store)
    with store.read() as tx:
        first = alerts.get(tx, n[0])
    reviewing.ask_reply(store, rita, reviewing.seen(first))
    with store.read() as tx:
        owner = people.everyone(store)
    reviewing.reply(store, next(p for p in owner if p.email == "owner@bins.example"), n[0], "Sorry <i>about that</i>.")
    decide(store, rita, n[0], REFERRED)
    for number, decision in zip(n[1:6], [UPHELD, UPHELD, NOT_UPHELD, NOT_UPHELD, CANNOT_TELL], strict=True):
        decide(store, rita, number, decision)


def alert_numbers(store: Store) -> list[int]:
    """Return the alerts of the account by the day of their post, the hostile one first."""
    with store.read() as tx:
        rows = alerts.of_account(tx, "bins")
        versions = {row.id: alerts.version_of(tx, row.id) for row in rows}
    return sorted((row.id for row in rows), key=lambda number: -versions[number])


def made(store: Store, account: str = "bins") -> Dossier:
    return renewal.dossier(store, shell(), ZONE, account)


def page(store: Store) -> BeautifulSoup:
    return BeautifulSoup(rendering.html(made(store), ZONE), "html.parser")


def test_numbers_equal_the_log(sqlite_store: Store) -> None:
    found = made(sqlite_store).now
    with sqlite_store.read() as tx:
        mine = [row.id for row in alerts.of_account(tx, "bins")]
        decisions = tx.execute(select(review.c.judgement, review.c.outcome).where(review.c.alert_id.in_(mine))).all()
        events = [e.action for e in ledger.entries(tx) if e.subject in {f"alert:{n}" for n in mine}]
    count = [judgement for judgement, _ in decisions].count
    assert (found.counts.raised, found.counts.upheld) == (len(mine), count("upheld")) == (9, 3)
    assert (found.mistakes, found.cannot_tell, found.unjudged) == (count("not_upheld"), count("cannot_tell"), 3)
    assert events.count("alert.decide") == 6
    assert found.outcomes == {"no_action": 0, "advice": 2, "training": 0, "correct_or_remove": 0, "refer": 1}
    assert (found.asked, found.replied) == (1, 1)
    assert found.counts.posts == 98
    assert sum(month.posts for month in made(sqlite_store).months) == 98


def test_every_format_has_the_same_numbers(sqlite_store: Store) -> None:
    found = made(sqlite_store)
    numbers = json.loads(rendering.document(found, ZONE))
    assert numbers["now"]["counts"]["raised"] == 9
    assert numbers["now"]["mistakes"] == 2
    assert numbers["now"]["shares"]["upheld"]["high"] == pytest.approx(found.now.upheld.high)  # type: ignore[union-attr]
    assert numbers["made_at"] == "2026-11-22T12:00:00Z"
    told = page(sqlite_store).get_text(" ")
    assert "Our mistakes: 2." in told
    facts = {d.dt.text: d.dd.text for d in page(sqlite_store).find_all("div") if d.dt}
    assert (facts["Alerts raised"], facts["Upheld"], facts["Owner replied"]) == ("9", "3", "1")
    assert f"{found.now.collected:,.0f} of {found.now.days:,.0f} days" in told


def test_advice_and_dismissed_alerts_are_numbers_only(sqlite_store: Store) -> None:
    found = made(sqlite_store)
    assert [one.outcome for one in found.upheld] == ["refer"]
    everything = rendering.html(found, ZONE) + rendering.document(found, ZONE)
    for n in range(8):
        assert f"clown {n}" not in everything
    assert "A circus came to town." not in everything  # why a flag was dismissed
    assert "Sorry &lt;i&gt;about that&lt;/i&gt;." in rendering.html(found, ZONE)


def test_words_of_others_are_only_text(sqlite_store: Store) -> None:
    soup = page(sqlite_store)
    assert soup.find("script") is None
    quotes = [q.text for q in soup.find_all("blockquote")]
    assert quotes[0] == HOSTILE
    assert soup.h1 is not None
    assert soup.h1.text == "Renewal: Bins <b> & *parks*"
    assert "It belittles <b>residents</b>." in quotes


def test_the_page_is_built_for_everyone(sqlite_store: Store) -> None:
    soup = page(sqlite_store)
    assert soup.html is not None
    assert soup.html["lang"] == "en-GB"
    assert len(soup.find_all("h1")) == 1
    assert [soup.find(name) is not None for name in ("header", "nav", "main", "footer")] == [True] * 4
    assert all(table.caption and table.caption.text for table in soup.find_all("table"))
    assert all(cell.get("scope") for cell in soup.find_all("th"))
    for drawing in soup.find_all("svg"):
        assert drawing["role"] == "img"
        assert soup.find(id=drawing["aria-labelledby"]).text == "Posts a month"  # type: ignore[union-attr]
        assert "not collected" in soup.find(id=drawing["aria-describedby"]).text or drawing  # type: ignore[union-attr]
    links = [a["href"][1:] for a in soup.find_all("a")]
    assert all(soup.find(id=target) for target in links)
    levels = [int(h.name[1]) for h in soup.find_all(re.compile("^h[1-6]$"))]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_pdf_is_tagged_and_says_the_same(sqlite_store: Store) -> None:
    content = rendering.pdf(made(sqlite_store), ZONE)
    with pikepdf.open(io.BytesIO(content)) as found:
        assert bool(found.Root.MarkInfo.Marked)
        assert str(found.Root.Lang).lower() == "en-gb"
        assert "StructTreeRoot" in str(list(found.Root.keys()))
        with found.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
            assert "Bins <b> & *parks*" in str(meta["dc:title"])
    assert content == rendering.pdf(made(sqlite_store), ZONE)


def test_the_pdf_names_what_it_cannot_draw() -> None:
    assert rendering._drawable("ŵ clown \U0001f921 \u202e\u05d0") == "ŵ clown [U+1F921] [U+202E][U+05D0]"


def test_gaps_and_what_was_never_collected_are_named(sqlite_store: Store) -> None:
    told = page(sqlite_store).get_text(" ")
    assert "the feed was cut" in told
    assert "Of the other" in told
    nothing = "\n".join(line for s in telling.sections(made(sqlite_store, "parks"), ZONE) for line in s.lead)
    assert "Nothing was collected in this time, so nothing can be said of it. That is no clean record." in nothing


def test_a_month_that_was_not_collected_is_no_nought(sqlite_store: Store) -> None:
    found = next(s for s in telling.sections(made(sqlite_store, "parks"), ZONE) if s.chart)
    assert found.chart is not None
    assert found.chart.bars[0][1] is None
    assert "not collected" in found.chart.alt
    drawn = svg.bars(found.chart, "x")
    assert drawn.count("url(#x-hatch)") == 12
    assert found.table is not None
    assert found.table.rows[0][1:4] == ("not collected",) * 3


def test_it_is_compared_with_its_own_past_only(sqlite_store: Store) -> None:
    found = renewal.dossier(sqlite_store, shell(), ZONE, "bins", date(2026, 8, 1), date(2026, 11, 22))
    assert (found.before.since, found.before.until) == (date(2026, 4, 9), date(2026, 7, 31))
    assert (found.now.until - found.now.since) == (found.before.until - found.before.since)
    assert "parks" not in rendering.html(found, ZONE).replace("*parks*", "")


def test_a_decision_taken_back_or_under_appeal_is_told_as_such(sqlite_store: Store) -> None:
    first = alert_numbers(sqlite_store)[0]
    appeal(sqlite_store, first)
    found = made(sqlite_store)
    assert (found.now.appealed, found.upheld[0].final) == (1, False)
    assert "Not final: appealed." in rendering.html(found, ZONE)
    with sqlite_store.write() as tx:
        tx.execute(update(review).where(review.c.alert_id == first).values(undone_at=sqlite_store.now()))
    assert (made(sqlite_store).now.counts.upheld, made(sqlite_store).upheld) == (2, ())


def test_the_time_begins_with_the_last_approval_that_is_old_enough(sqlite_store: Store, clock: FakeClock) -> None:
    assert made(sqlite_store).now.since == date(2025, 11, 23)
    with pytest.raises(UseError, match="choose an earlier beginning"):
        renewal.dossier(sqlite_store, shell(), ZONE, "bins", date(2027, 1, 1))
    with pytest.raises(NotFound):
        made(sqlite_store, "none")
    owner = Person("o@council.example", "O", frozenset({Role.OWNER}))
    with pytest.raises(NotAllowed):
        renewal.dossier(sqlite_store, owner, ZONE, "bins")


@pytest.fixture
def ask(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command on the filled store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", str(sqlite_store.url))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = postreeve.outcome(list(arguments))
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize("ending", list(rendering.FORMATS))
def test_the_verb_writes_and_records(ask: Callable[..., tuple[int, str, str]], tmp_path: Path, ending: str) -> None:
    code, out, err = ask("dossier", "bins", "--from", "2026-01-01", "--to", "2026-10-31", "-o", f"d{ending}")
    assert (code, err) == (0, "")
    assert out == f"Wrote the dossier of bins, 2026-01-01 to 2026-10-31, to d{ending}.\n"
    assert (tmp_path / f"d{ending}").stat().st_mode & 0o077 == 0
    assert ask("verify")[0] == 0


def test_what_the_verb_refuses(ask: Callable[..., tuple[int, str, str]], sqlite_store: Store, tmp_path: Path) -> None:
    assert "must be one of .html, .json, .pdf" in ask("dossier", "bins", "-o", "d.docx")[2]
    assert ask("dossier", "none", "-o", "d.html")[0] == 2
    assert "cannot be written" in ask("dossier", "bins", "-o", "nowhere/d.html")[2]
    assert list(tmp_path.glob("*d.*")) == []
    with sqlite_store.read() as tx:
        assert [e for e in ledger.entries(tx) if e.action == "export"] == []
