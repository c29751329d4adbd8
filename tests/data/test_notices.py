"""Who is told of what, and that nobody is told twice: every kind of notice, derived from the store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from data.errors import NotAllowed
from data.model import Judgement
from data.notice import Channel, Kind, Preference, Reach
from data.services import (
    appeals,
    belonging,
    drafts,
    interim,
    notices,
    owning,
    people,
    preferences,
    register,
    review,
    supporting,
)
from data.services.actors import shell
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.notices import (
    INSULT,
    RULES,
    TEAM,
    THREAT,
    Post,
    Staff,
    decide,
    planned,
    posted,
    round_of,
    seen,
    staff,
)

Rows = Callable[[Store, str], list[tuple[object, ...]]]


@pytest.fixture
def who(store: Store) -> Staff:
    """The people."""
    return staff(store)


def test_nothing_to_tell_is_nothing_planned(store: Store, who: Staff) -> None:
    posted(store, "The bins are out.")
    assert planned(store) == []


def test_an_insult_in_the_queue_is_no_notice_of_its_own(store: Store, who: Staff) -> None:
    posted(store, INSULT)
    assert planned(store) == []
    assert ("digest", "ann") in planned(store, kind=Kind.DIGEST)


def test_a_holder_is_asked_for_their_side_once(store: Store, who: Staff) -> None:
    [number] = posted(store, INSULT)
    review.ask_reply(store, who.ann, seen(store, number))
    post = Post()
    assert planned(store) == [("reply_requested", "owner")]
    assert round_of(store, post).sent == 1
    assert round_of(store, post).sent == 0
    assert post.sent == [("reply_requested", "owner")]
    owning.reply(store, who.owner, seen(store, number), "Sorry.")
    assert planned(store) == []


def test_asked_again_is_told_again(store: Store, who: Staff, clock: FakeClock) -> None:
    [number] = posted(store, INSULT)
    post = Post()
    for _ in range(2):
        review.ask_reply(store, who.ann, seen(store, number))
        round_of(store, post)
        owning.reply(store, who.owner, seen(store, number), "Sorry.")
        clock.move(minutes=1)
    assert post.sent == [("reply_requested", "owner")] * 2


def test_an_interim_step_is_told_until_it_is_lifted(store: Store, who: Staff) -> None:
    [number] = posted(store, INSULT)
    interim.ask(store, who.ann, seen(store, number), "It names a child.")
    assert planned(store) == [("interim", "owner")]
    interim.lift(store, who.ann, seen(store, number), "It does not.")
    assert planned(store) == []


def test_a_decision_is_told_for_a_week_and_not_when_it_is_taken_back(
    store: Store, who: Staff, clock: FakeClock
) -> None:
    [number] = posted(store, INSULT)
    decide(store, who.ann, number)
    assert ("decided", "owner") in planned(store)
    appeals.undo(store, who.ann, seen(store, number), "A slip.")
    assert planned(store) == []
    decide(store, who.ann, number)
    clock.move(days=7, minutes=1)
    assert ("decided", "owner") not in planned(store)


@pytest.mark.parametrize("asked", [False, True])
def test_our_mistake_is_told_only_to_whom_was_asked(store: Store, who: Staff, asked: bool) -> None:
    [number] = posted(store, INSULT)
    if asked:
        review.ask_reply(store, who.ann, seen(store, number))
        owning.reply(store, who.owner, seen(store, number), "It was a quotation.")
    decide(store, who.ann, number, Judgement.NOT_UPHELD)
    assert planned(store) == ([("decided", "owner")] if asked else [])


def test_an_appeal_is_for_reviewers_who_had_no_part_and_do_not_hold_the_account(store: Store, who: Staff) -> None:
    [number] = posted(store, INSULT)
    decide(store, who.ann, number)
    appeals.appeal(store, who.owner, seen(store, number), "Look again.")
    assert planned(store, kind=Kind.APPEAL) == [("appeal", "ben")]  # Ann decided
    belonging.link(store, shell(), "bins", who.ben.email, "deputy")
    assert planned(store, kind=Kind.APPEAL) == []


@pytest.mark.parametrize(("left", "told"), [(61, 0), (60, 1), (30, 1), (7, 1)])
def test_renewal_comes_up_at_its_marks(store: Store, clock: FakeClock, left: int, told: int) -> None:
    staff(store, renewal_date=str((clock.now + timedelta(days=left)).date()))
    assert planned(store) == [("renewal", "owner")] * told


def test_renewal_is_told_three_times_in_all(store: Store, clock: FakeClock) -> None:
    staff(store, renewal_date=str((clock.now + timedelta(days=70)).date()))
    post = Post()
    for days in (0, 9, 1, 1, 28, 1, 1, 22, 1, 1, 5, 1, 1):
        clock.move(days=days)
        round_of(store, post)
    assert post.sent == [("renewal", "owner")] * 3


def test_support_is_remembered_before_and_after_its_day(store: Store, who: Staff, clock: FakeClock) -> None:
    [number] = posted(store, INSULT)
    decide(store, who.ann, number)
    assert ("support_due", "owner") not in planned(store)
    post = Post(kinds=[Kind.SUPPORT_DUE])
    for _ in range(12):
        round_of(store, post)
        clock.move(days=5)
    assert post.sent == [("support_due", "owner")] * 2
    offered = supporting.offered(store, who.owner)[0]
    clock.now -= timedelta(days=60)
    supporting.take_up(store, who.owner, offered.id)
    clock.move(days=20)
    assert planned(store, kind=Kind.SUPPORT_DUE) == []


def test_silence_is_told_the_administrator_once_a_day(store: Store, who: Staff, clock: FakeClock) -> None:
    rules, post = replace(RULES, silence_hours=26.0), Post()
    assert planned(store, rules) == []
    clock.move(hours=27)
    for _ in range(4):
        round_of(store, post, rules)
        clock.move(hours=6)
    assert post.sent == [("silence", "ada")] * 2


def test_a_question_is_told_without_who_asks_and_leaves_no_trace(store: Store, who: Staff, rows: Rows) -> None:
    number = drafts.ask_officer(store, who.owner, "May I say this?", "")
    post = Post()
    round_of(store, post)
    assert post.sent == [("question", "ann"), ("question", "ben")]
    drafts.advise(store, who.ann, number, "Yes.")
    round_of(store, post)
    assert rows(store, "SELECT count(*) FROM notice WHERE kind = 'question'") == [(0,)]
    assert "question" not in str(rows(store, "SELECT detail FROM audit_detail"))


def test_an_urgent_notice_goes_round_until_someone_opens_it(store: Store, who: Staff, clock: FakeClock) -> None:
    [number] = posted(store, THREAT)
    post = Post()
    for _ in range(3):
        round_of(store, post)
        round_of(store, post)
        clock.move(minutes=15)
    names = [name for _, name in post.sent]
    assert set(names) == {"ann", "ben"}
    assert names[0] == names[2] != names[1]
    assert notices.opened(store, who.ann, number)
    assert not notices.opened(store, who.ben, number)
    round_of(store, post)
    clock.move(hours=1)
    assert planned(store) == []
    assert len(post.sent) == 3


def test_reading_the_words_or_taking_the_alert_stops_it_too(store: Store, who: Staff, clock: FakeClock) -> None:
    [one, two] = posted(store, THREAT, f"{THREAT}!")
    round_of(store, Post())
    clock.move(minutes=1)
    review.note_read(store, who.ann, one)
    review.claim(store, who.ben, seen(store, two))
    assert planned(store) == []


def test_who_holds_the_account_is_not_on_the_rota(store: Store, who: Staff, clock: FakeClock) -> None:
    belonging.link(store, shell(), "bins", who.ben.email, "deputy")
    posted(store, THREAT)
    post = Post()
    for _ in range(9):
        round_of(store, post)
        clock.move(minutes=15)
    assert post.sent == [("urgent", "ann")] * 3


def test_a_holder_who_looks_does_not_keep_others_from_being_asked(store: Store, who: Staff, clock: FakeClock) -> None:
    belonging.link(store, shell(), "bins", who.ben.email, "deputy")
    [number] = posted(store, THREAT)
    round_of(store, Post())
    assert not notices.opened(store, who.ben, number)
    review.note_read(store, who.ben, number)
    clock.move(minutes=1)
    assert planned(store) == [("urgent", "ann")]
    assert notices.opened(store, who.ann, number)
    assert planned(store) == []


def test_where_nobody_wants_urgent_notices_everyone_who_can_help_gets_them(store: Store, who: Staff) -> None:
    for person in (who.ann, who.ben):
        preferences.choose(store, person, Preference(off=frozenset({Kind.URGENT})))
    posted(store, THREAT)
    assert len(planned(store)) == 1


def test_the_team_is_told_of_its_own_work_and_never_of_a_holders(store: Store, who: Staff) -> None:
    _, two = posted(store, THREAT, INSULT)
    review.ask_reply(store, who.ann, seen(store, two))
    drafts.ask_officer(store, who.owner, "May I?", "")
    told = {p.cause.kind for p in notices.plan(store, TEAM).values() if p.channel is Channel.SLACK}
    assert told == {Kind.URGENT, Kind.QUESTION, Kind.DIGEST}


def test_who_reads_the_teams_channel_gets_no_e_mail_about_its_work(store: Store, who: Staff) -> None:
    preferences.choose(store, who.ann, Preference(reach=Reach.TEAM))
    drafts.ask_officer(store, who.owner, "May I?", "")
    assert planned(store, TEAM) == [("question", "ben"), ("question", "team:slack")]
    assert "ann" not in str(planned(store, TEAM, Kind.DIGEST))


def test_without_a_mail_server_only_the_team_is_told(store: Store, who: Staff) -> None:
    posted(store, THREAT)
    assert planned(store, replace(TEAM, email=False)) == [("urgent", "team:slack")]


def test_who_left_is_told_nothing(store: Store, who: Staff) -> None:
    [number] = posted(store, INSULT)
    review.ask_reply(store, who.ann, seen(store, number))
    people.set_active(store, shell(), who.owner.email, active=False)
    assert planned(store) == []


def test_what_lapsed_is_not_due_for_renewal(store: Store, clock: FakeClock) -> None:
    staff(store, renewal_date=str((clock.now + timedelta(days=5)).date()))
    clock.move(days=6)
    assert planned(store) == []
    assert not register.listed(store, "Europe/London")[0].live


def test_opening_is_for_those_who_can_take_an_alert(store: Store, who: Staff) -> None:
    with pytest.raises(NotAllowed):
        notices.opened(store, who.owner, 1)


def test_no_words_and_no_names_are_put_down(store: Store, who: Staff, rows: Rows) -> None:
    [number] = posted(store, THREAT)
    interim.ask(store, who.ann, seen(store, number), "It names a child.")
    round_of(store, Post())
    kept = str(rows(store, "SELECT * FROM notice")).lower()
    assert len(kept) > 100
    for word in ("live", "child", "ann", "owner", "fernbrook", "threat"):
        assert word not in kept
