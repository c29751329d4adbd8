"""How a panel decides, without a store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import panel
from data.errors import IllegalStep
from data.panel import HOLDS, Seat, Sitting, Vote

NAMES = ["ann", "ben", "cem", "dee", "eva"]
seats = st.lists(
    st.builds(Seat, st.sampled_from(NAMES), st.sampled_from(Vote)), min_size=1, max_size=5, unique_by=lambda s: s.email
)


def sat(*votes: Vote) -> list[Seat]:
    return [Seat(name, vote) for name, vote in zip(NAMES, votes, strict=False)]


def test_whoever_records_alone_sat_alone() -> None:
    assert panel.seated(Sitting(), "Ann", ()) == (Seat("ann"),)
    assert panel.check(panel.seated(Sitting(), "ann", ()), 1, "") == 1


def test_a_holder_is_recused_whatever_they_voted() -> None:
    [ann, ben] = panel.seated(Sitting((Seat(" Ann "), Seat("ben", Vote.AGAINST, "a neighbour"))), "x", {"ann", "ben"})
    assert (ann.vote, ann.interest) == (Vote.RECUSED, HOLDS)
    assert (ben.vote, ben.interest) == (Vote.RECUSED, "a neighbour")
    with pytest.raises(IllegalStep, match=r"quorum is 1, and 0 of those named count \(2 recused\)"):
        panel.check((ann, ben), 1, "m")


def test_a_declared_interest_alone_recuses_nobody() -> None:
    [ann] = panel.seated(Sitting((Seat("ann", Vote.FOR, "I know the owner."),)), "x", ())
    assert ann.vote is Vote.FOR


def test_nobody_has_two_votes() -> None:
    with pytest.raises(IllegalStep, match="ann is named twice"):
        panel.seated(Sitting((Seat("ann"), Seat(" ANN"))), "x", ())


@pytest.mark.parametrize(
    ("votes", "told"),
    [
        ((Vote.FOR, Vote.AGAINST), "1 for and 1 against"),
        ((Vote.AGAINST,) * 3, "0 for and 3 against"),
        ((Vote.ABSTAINED,) * 2, "0 for and 0 against"),
    ],
)
def test_without_a_majority_nothing_is_decided(votes: tuple[Vote, ...], told: str) -> None:
    with pytest.raises(IllegalStep, match=told):
        panel.check(sat(*votes), 1, "minute")


def test_abstaining_counts_for_the_quorum_and_a_recusal_does_not() -> None:
    assert panel.check(sat(Vote.FOR, Vote.ABSTAINED, Vote.ABSTAINED), 3, "minute") == 3
    with pytest.raises(IllegalStep, match="quorum is 3, and 2"):
        panel.check(sat(Vote.FOR, Vote.FOR, Vote.RECUSED), 3, "minute")


def test_several_members_leave_a_minute() -> None:
    with pytest.raises(IllegalStep, match="needs a minute"):
        panel.check(sat(Vote.FOR, Vote.FOR), 1, "  ")


@given(seats, st.sets(st.sampled_from(NAMES)), st.integers(1, 4))
def test_whatever_is_decided_had_quorum_and_majority_of_people_without_the_account(
    given_seats: list[Seat], holders: set[str], quorum: int
) -> None:
    counted = panel.seated(Sitting(tuple(given_seats)), "x", holders)
    assert all(seat.vote is Vote.RECUSED for seat in counted if seat.email in holders)
    free = [seat for seat in given_seats if seat.email not in holders and seat.vote is not Vote.RECUSED]
    carried = sum(seat.vote is Vote.FOR for seat in free) > sum(seat.vote is Vote.AGAINST for seat in free)
    try:
        assert panel.check(counted, quorum, "minute") == len(free)
    except IllegalStep:
        assert len(free) < quorum or not carried
    else:
        assert len(free) >= quorum
        assert carried
