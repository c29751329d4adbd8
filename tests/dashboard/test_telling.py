"""A dossier in words: what is not known is said, support is never held against anyone, words of others stay apart."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import kept, present, telling
from dashboard.parts import Section
from data.model import Account, AccountKind, AlertStatus, Outcome, Passport, PassportState, Platform
from data.reports.cadence import Kept, Week
from data.reports.counting import Counts
from data.reports.dossier import Commended, Dossier, Hole, Month, Stand, Step, Upheld
from data.reports.topics import ENOUGH, Topics

LONDON = "Europe/London"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> **bold** \u202e =HYPERLINK("x")'
ACCOUNT = Account("bins", Platform.BLUESKY, "bins.example", "", AccountKind.SERVICE, "Streets")
PASSPORT = Passport("bins", PassportState.LIVE, "To say when bins are emptied.", cadence="daily")
MONDAY = date(2026, 11, 2)


def stand(**more: object) -> Stand:
    """Return half a year of 400 texts with 8 alerts, of which 2 were upheld and 3 were our mistakes."""
    values: dict[str, object] = {
        "since": date(2026, 5, 23),
        "until": date(2026, 11, 22),
        "collected": 180.0,
        "days": 184.0,
        "counts": Counts(posts=300, waiting=2, texts=400, unassessed=5, raised=8, upheld=2, not_upheld=3),
        "unjudged": 2,
        "cannot_tell": 1,
        "appealed": 0,
        "outcomes": {Outcome.ADVICE: 1, Outcome.REFER: 1},
        "asked": 4,
        "replied": 3,
    }
    return Stand(**(values | more))  # type: ignore[arg-type]


NOTHING = stand(counts=Counts(), collected=0.0, unjudged=0, cannot_tell=0, outcomes={}, asked=0, replied=0)


def dossier(**more: object) -> Dossier:
    """Return a dossier made at noon."""
    values: dict[str, object] = {
        "account": ACCOUNT,
        "made_at": NOON,
        "passport": PASSPORT,
        "holders": (("owner", "Ann Ash"), ("deputy", "Bob Birch")),
        "now": stand(),
        "before": stand(),
        "months": (),
        "upheld": (),
        "steps": (),
        "holes": (),
        "followers": (None, None),
        "commended": (),
    }
    return Dossier(**(values | more))  # type: ignore[arg-type]


def upheld(**more: object) -> Upheld:
    """Return an upheld alert that counts."""
    values: dict[str, object] = {
        "alert_id": 7,
        "published_at": NOON - timedelta(days=3),
        "decided_at": NOON,
        "clause": "H1",
        "title": "Harassment",
        "outcome": str(Outcome.REFER),
        "reason": "It names a neighbour.",
        "words": "The post.",
        "replies": ("Sorry.",),
        "status": str(AlertStatus.CLOSED),
    }
    return Upheld(**(values | more))  # type: ignore[arg-type]


def part(found: Dossier, title: str) -> Section:
    """Return the section with this title."""
    return next(one for one in telling.sections(found, LONDON) if one.title == title)


def said(one: Section) -> str:
    """Return everything of a section but the words of others."""
    table = (
        [one.table.caption, *one.table.header, *(cell for row in one.table.rows for cell in row)] if one.table else []
    )
    return "\n".join([one.title, *one.lead, *(f"{k}: {v}" for k, v in one.facts), *table])


def test_a_dossier_says_whose_it_is_and_which_time_it_is_about() -> None:
    assert telling.title(dossier()) == "Renewal: bins.example"
    assert telling.subtitle(dossier(), LONDON) == (
        "Bluesky account of Streets. 23 May 2026 to 22 November 2026. Made Sunday 22 November 2026, 12:00."
    )


def test_an_account_without_a_passport_is_said_to_have_none() -> None:
    found = dossier(passport=None)
    assert part(found, "The business case").lead == ("This account has no passport on record.",)
    assert "does not say how often" in part(found, "Cadence: promised and kept").lead[0]


@pytest.mark.parametrize("state", PassportState)
def test_the_business_case_is_told_with_every_state(state: PassportState) -> None:
    facts = dict(part(dossier(passport=replace(PASSPORT, state=state)), "The business case").facts)
    assert facts["Stands at"] == present.STATES[state]
    assert (facts["Owner"], facts["Deputy"]) == ("Ann Ash", "Bob Birch")
    assert (facts["Conditions"], facts["Owner was told"], facts["Passport until"]) == ("none", "not given", "not given")


def test_a_cadence_is_told_a_week_only_when_a_week_was_collected() -> None:
    lead = part(dossier(now=stand(collected=21.0)), "Cadence: promised and kept").lead
    assert lead[:3] == (
        "The business case says: daily.",
        "300 posts of this time are known.",
        "That is 100.0 a week that was collected.",
    )
    for collected in (0.0, 6.9):
        lead = part(dossier(now=stand(collected=collected)), "Cadence: promised and kept").lead
        assert not [line for line in lead if "a week" in line]
    one = stand(counts=Counts(posts=1))
    assert "1 post of this time is known." in part(dossier(now=one), "Cadence: promised and kept").lead


@pytest.mark.parametrize(
    ("followers", "told"),
    [((None, None), False), ((None, 3), False), ((3, None), False), ((0, 0), True), ((9, 3), True)],
)
def test_followers_are_told_when_both_ends_are_known(followers: tuple[int | None, int | None], told: bool) -> None:
    lead = part(dossier(followers=followers), "Cadence: promised and kept").lead
    assert bool([line for line in lead if "Followers" in line]) is told


def test_a_month_that_was_not_collected_has_no_number() -> None:
    months = (
        Month(date(2026, 9, 1), date(2026, 9, 30), 0, 0, 0, 0.0, 30.0),
        Month(date(2026, 10, 1), date(2026, 10, 31), 1204, 2, 1, 30.6, 31.0),
        Month(date(2026, 11, 1), date(2026, 11, 22), 0, 0, 0, 22.0, 22.0),
    )
    made = part(dossier(months=months), "Cadence: promised and kept")
    assert made.table is not None
    assert [tuple(row) for row in made.table.rows] == [
        ("September 2026", "not collected", "not collected", "not collected", "0 of 30"),
        ("October 2026", "1,204", "2", "1", "31 of 31"),
        ("November 2026", "0", "0", "0", "22 of 22"),
    ]
    assert made.chart is not None
    assert made.chart.bars == (("Sep 2026", None), ("Oct 2026", 1204.0), ("Nov 2026", 0.0))
    assert made.chart.alt == "Sep 2026: not collected; Oct 2026: 1204; Nov 2026: 0"
    assert part(dossier(months=months[:1]), "Cadence: promised and kept").chart is None
    assert part(dossier(), "Cadence: promised and kept").chart is None


@pytest.mark.parametrize(
    ("collected", "sentence", "clean"),
    [
        (0.0, "That is no clean record.", False),
        (100.0, "Of the other 84 days nothing is known; no alert on them means nothing.", False),
        (183.5, "", True),
        (190.0, "", True),
    ],
)
def test_days_that_were_missed_mean_nothing(collected: float, sentence: str, clean: bool) -> None:
    lead = part(dossier(now=stand(collected=collected)), "What was collected and assessed").lead
    assert lead[0] == f"{collected:,.0f} of 184 days were collected completely."
    assert (len(lead) == 2) is clean
    assert sentence in " ".join(lead)
    assert "400 texts were assessed, 5 could not be, and 2 posts wait to be looked at." in lead[-1]


def test_gaps_are_told_with_their_cause() -> None:
    hole = Hole(NOON - timedelta(days=2), NOON, HOSTILE)
    made = part(dossier(holes=(hole,)), "What was collected and assessed")
    assert made.table is not None
    assert list(made.table.rows) == [("20 Nov 2026, 12:00", "22 Nov 2026, 12:00", HOSTILE)]
    assert part(dossier(), "What was collected and assessed").table is None


def test_alerts_are_told_with_our_mistakes_and_with_every_outcome() -> None:
    made = part(dossier(), "Alerts, decisions and our mistakes")
    assert "Our mistakes: 3." in made.lead
    facts = dict(made.facts)
    assert (facts["Alerts raised"], facts["Upheld"], facts["Not upheld: our mistakes"]) == ("8", "2", "3")
    assert (facts["Could not be told"], facts["Not decided yet"], facts["Owner replied"]) == ("1", "2", "3")
    assert made.table is not None
    assert [(row[0], row[1]) for row in made.table.rows] == [
        (present.OUTCOMES[o], "1" if o in (Outcome.ADVICE, Outcome.REFER) else "0") for o in present.OUTCOMES
    ]
    assert [row[2] for row in made.table.rows if row[0] == "Advice"] == ["Support. It never counts against anyone."]


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (Counts(), "No text was assessed, so none can be said to be upheld by a person, or not to be."),
        (Counts(texts=400), "Texts upheld by a person: none of 400; with 95% confidence it may still be up to 0.75%"),
        (
            Counts(texts=400, raised=2, upheld=2),
            "Texts upheld by a person: 2 of 400, 0.50% (95% interval 0.14% to 1.8%).",
        ),
        (
            Counts(texts=400, raised=3, upheld=2),
            "2 of 400 so far; 1 alert is not judged or not to be told: 0.14% to 2.2%.",
        ),
        (Counts(texts=400, raised=9, upheld=2), "2 of 400 so far; 7 alerts are not judged or not to be told:"),
    ],
)
def test_a_share_says_how_sure_it_is(counts: Counts, sentence: str) -> None:
    assert sentence in part(dossier(now=stand(counts=counts)), "Alerts, decisions and our mistakes").lead[2]


def test_upheld_alerts_are_listed_with_the_words_of_others_apart() -> None:
    one = upheld(words=HOSTILE, reason=HOSTILE, replies=(HOSTILE, HOSTILE))
    made = part(dossier(upheld=(one,)), "Upheld alerts with an outcome that counts")
    assert [quote.words for quote in made.quotes] == [HOSTILE] * 4
    assert HOSTILE not in said(made)
    assert not any(HOSTILE in quote.label for quote in made.quotes)
    assert made.quotes[0].label == ("Alert 7, clause H1, refer to the panel; published 19 Nov 2026, 12:00. The post:")
    assert not [one for one in telling.sections(dossier(), LONDON) if one.title.startswith("Upheld alerts with")]


def test_erased_words_are_said_to_be_erased_and_an_unknown_time_to_be_unknown() -> None:
    [post, *_] = part(
        dossier(upheld=(upheld(words="", published_at=None),)), "Upheld alerts with an outcome that counts"
    ).quotes
    assert post.words == "The words were erased."
    assert "published at an unknown time." in post.label


@pytest.mark.parametrize("status", AlertStatus)
def test_a_decision_that_may_change_is_called_not_final(status: AlertStatus) -> None:
    one = upheld(status=str(status))
    label = part(dossier(upheld=(one,)), "Upheld alerts with an outcome that counts").quotes[0].label
    assert ("Not final: " in label) is not one.final
    assert one.final is (status in (AlertStatus.DECIDED, AlertStatus.CLOSED))


def test_an_account_stands_beside_its_own_past_alone() -> None:
    made = part(dossier(), "Beside its own past")
    assert made.table is not None
    assert [row[0] for row in made.table.rows] == list(telling.MEASURED)
    assert all(row[1] == row[2] for row in made.table.rows)
    assert "no other account stands beside it" in made.lead[0]
    empty = part(dossier(before=NOTHING), "Beside its own past")
    assert empty.table is None
    assert empty.lead[-1] == "Nothing of the time before was collected, so nothing is compared."
    late = part(dossier(before=stand(collected=0.0, counts=Counts(posts=1))), "Beside its own past")
    assert late.table is not None
    assert {row[0]: row[1] for row in late.table.rows}["Upheld"] == "nothing assessed"


def test_steps_of_the_passport_are_told_in_their_order() -> None:
    steps = (Step(NOON, "approve", HOSTILE, ""), Step(NOON + timedelta(days=1), "suspend", "why", "none"))
    made = part(dossier(steps=steps), "Passport and conditions")
    assert made.table is not None
    assert [row[1:] for row in made.table.rows] == [("approve", HOSTILE, "–"), ("suspend", "why", "none")]
    assert part(dossier(), "Passport and conditions").lead == ("No step of a passport is on record.",)


def test_nothing_at_all_is_no_clean_record() -> None:
    found = dossier(passport=None, holders=(), now=NOTHING, before=NOTHING)
    everything = "\n".join(said(one) for one in telling.sections(found, LONDON))
    assert everything.count("no clean record") == 1
    assert "No text was assessed" in everything
    assert "%" not in everything


# The parts that stand beside it: the weeks, the topics, what went well.


def week(number: int, posts: int, collected: float = 7.0) -> Week:
    """Return a week by its number."""
    return Week(MONDAY + timedelta(weeks=number), posts, collected, 7.0)


@pytest.mark.parametrize(
    ("fewest", "most", "words"),
    [
        (2, 5, "2 to 5 posts"),
        (3, 3, "3 posts"),
        (1, 1, "1 post"),
        (0, 0, "0 posts"),
        (2, None, "at least 2 posts"),
        (None, 1, "at most 1 post"),
        (None, 0, "at most 0 posts"),
        (1000, 2000, "1,000 to 2,000 posts"),
    ],
)
def test_a_promise_in_words(fewest: int | None, most: int | None, words: str) -> None:
    assert kept.numbers(Kept(fewest, most)) == words


def test_weeks_are_told_beside_the_promise() -> None:
    made = kept.promise(Kept(2, 5, (week(0, 1), week(1, 3), week(2, 9), week(3, 0, 3.0))))
    assert made.lead == (
        "Promised: 2 to 5 posts a week.",
        "Kept: usually 3 a week (median of 3 weeks collected whole; from 1 to 9).",
        "1 week was not collected whole, and counts neither way. From 23 Nov 2026.",
    )
    assert made.table is not None
    assert [row[1] for row in made.table.rows] == ["1", "1", "1", "1"]


def test_weeks_of_which_nothing_is_known_are_not_compared() -> None:
    assert kept.promise(Kept(2, 5)).lead == ("This time holds no whole week, so nothing is compared.",)
    made = kept.promise(Kept(2, 5, (week(0, 0, 0.0), week(1, 0, 6.0))))
    assert "No week was collected whole, so nothing can be said of what was kept." in made.lead
    assert made.table is None
    made = kept.promise(Kept(None, None, (week(0, 4),)))
    assert made.lead[0] == "The business case names no number of posts."
    assert made.table is None


@given(st.integers(1, 40))
def test_gaps_are_counted_and_the_first_of_them_named(number: int) -> None:
    [line] = kept.gaps(Kept(1, 2, tuple(week(n, 0, 0.0) for n in range(number))))
    assert line.startswith(f"{number} week")
    assert line.count("2026") + line.count("2027") == min(number, kept.NAMED)
    assert (f"{number - kept.NAMED} more" in line) is (number > kept.NAMED)
    assert kept.gaps(Kept(1, 2, (week(0, 1),))) == []


def test_topics_say_how_they_were_found_or_that_there_are_none() -> None:
    assert kept.about(Topics()).lead[0].startswith("No words of own posts of this time are stored")
    assert kept.about(Topics(posts=3, others=ENOUGH)).lead[-1] == "No word or hashtag stands out."
    made = kept.about(Topics(((HOSTILE, 1204),), (("recycling", 3),), 3, ENOUGH - 1))
    assert kept.ALONE in made.lead
    assert kept.ALONE not in kept.about(Topics(((HOSTILE, 3),), (), 3, ENOUGH)).lead
    assert made.table is not None
    assert list(made.table.rows) == [(HOSTILE, "1,204"), ("#recycling", "3")]


def test_what_went_well_counts_posts_and_keeps_words_apart() -> None:
    assert kept.well((), LONDON).lead == ("No post of this time is commended. That says nothing against the account.",)
    found = (
        Commended(1, NOON, NOON, "Kind.", HOSTILE),
        Commended(1, NOON, NOON, "", HOSTILE),
        Commended(2, None, NOON, "", ""),
    )
    made = kept.well(found, LONDON)
    assert made.lead[0].startswith("2 posts are commended by people who read them")
    assert made.table is not None
    assert [row[1] for row in made.table.rows] == ["Kind.", "erased", "erased"]
    assert [quote.words for quote in made.quotes] == [HOSTILE]
