"""One account from its application to its renewal: what went well, what was learnt, what the figures say of it."""

from datetime import date, timedelta

import pytest

from classifier.scan import scan
from dashboard import dossier as rendering
from dashboard import kept
from data.business_case import BusinessCase
from data.model import Decision, Judgement, Outcome, Person, Role
from data.services import commending, elapsed, lessons, people, register, renewal, review
from data.services.actors import shell
from data.services.erasure import Asked, erase_post
from data.services.register import Verdict
from data.store import accounts, alerts, business, runs
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import JUDGE
from tests.support.office import ZONE, Office, applied, staff
from tests.support.posts import item, store_items

YEAR = date(2026, 4, 1), date(2027, 3, 31)
ADVICE = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles.", words="Shall we talk?")
LESSON = "A joke at somebody's cost is dear. Say what helps."


@pytest.fixture
def office(store: Store) -> Office:
    return staff(store)


def posts_of(store: Store, clock: FakeClock, weeks: int) -> None:
    """Post twice a week for some weeks, about glass, and be rude once; all of it collected and read."""
    begin = store.now()
    for n in range(weeks):
        clock.move(days=7)
        at = store.now()
        said = [f"the glass bank is emptied in week {n}", "what a clown" if n == 1 else f"glass goes here, week {n}"]
        new = [item(10 * n + k, text, published_at=at - timedelta(days=k + 1)) for k, text in enumerate(said)]
        store_items(store, "bins", *new)
    with store.write() as tx:
        runs.extend_coverage(tx, "bins", begin, store.now(), runs.begin(tx, "bins", store.now()))
    list(scan(store, JUDGE))


def test_from_an_application_to_a_renewal(store: Store, office: Office, clock: FakeClock) -> None:
    approved_after(store, office, clock, days=3)
    reviewer: Person = people.add(store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)
    posts_of(store, clock, weeks=8)
    with store.read() as tx:
        [flag] = alerts.of_account(tx, "bins")
        seen = review.seen(alerts.get(tx, flag.id))
    review.decide(store, reviewer, seen, ADVICE)
    lessons.share(store, reviewer, flag.id, LESSON)
    plain = flag.post_id - 1
    commending.commend(store, office.max, plain, "Says when, and that is all one needs.")

    found = renewal.dossier(store, office.pat, ZONE, "bins")
    assert (found.kept.fewest, found.kept.most) == (2, 3)
    assert found.kept.as_promised >= 6
    assert found.kept.fewer == found.kept.more == 0
    assert dict(found.topics.words)["glass"] == 15  # the flagged post is not read for topics
    assert "clown" not in dict(found.topics.words)
    assert [one.reason for one in found.commended] == ["Says when, and that is all one needs."]
    said = " ".join(kept.promise(found.kept).lead)
    assert "Promised: 2 to 3 posts a week. Kept: usually 2 a week" in said
    html = rendering.html(found, ZONE)
    assert LESSON not in html  # a lesson belongs to no account
    assert "Says when, and that is all one needs." in html

    register.renew(store, ZONE, "bins", office.pat.email, Verdict(True, "It does what it said.", "Two people post."))
    with store.read() as tx:
        assert accounts.passport_of(tx, "bins").conditions == "Two people post."

    erase_post(store, Asked(office.admin, "They asked."), plain)
    after = renewal.dossier(store, office.pat, ZONE, "bins")
    assert [(one.reason, one.words) for one in after.commended] == [("", "")]
    assert after.kept.weeks[0] in found.kept.weeks  # numbers stay


def approved_after(store: Store, office: Office, clock: FakeClock, days: int) -> None:
    """Apply with a promise of two to three posts a week, and be approved some days later."""
    passport = applied(store, office.owner)
    with store.write() as tx:
        business.put(tx, int(passport.id or 0), BusinessCase(posts_from=2, posts_to=3))
    clock.move(days=days)
    register.decide(store, ZONE, "bins", office.pat.email, Verdict(True, "Useful."))
    assert elapsed.to_approve(store, office.pat, ZONE, *YEAR).number is None  # one is few, and hidden
