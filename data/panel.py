"""How a panel comes to a decision: who counts, who is recused, whether there is a quorum and a majority. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from data.errors import IllegalStep

HOLDS = "holds or line-manages the account"
SENT_BACK = ("return", "refuse")  # steps on an application by which nothing is granted


class Vote(StrEnum):
    """What a member said to the decision that is recorded: for it, against it, neither, or not taking part."""

    FOR = "for"
    AGAINST = "against"
    ABSTAINED = "abstained"
    RECUSED = "recused"


@dataclass(frozen=True, slots=True)
class Seat:
    """One member who was present: `interest` is what they declared, which alone does not recuse them."""

    email: str
    vote: Vote = Vote.FOR
    interest: str = ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who was present and the minute. Without seats, whoever records the decision sat alone."""

    seats: tuple[Seat, ...] = ()
    minute: str = ""


ALONE = Sitting()


def seated(sitting: Sitting, recorder: str, holders: Collection[str]) -> tuple[Seat, ...]:
    """Return the seats as they count: whoever holds or line-manages the account is recused, whatever they voted."""
    seats = sitting.seats or (Seat(recorder),)
    emails = [seat.email.strip().lower() for seat in seats]
    twice = sorted({email for email in emails if emails.count(email) > 1})
    if twice:
        raise IllegalStep(f"{twice[0]} is named twice; each member of the panel has one vote.")
    return tuple(_recused(replace(s, email=e), holders) for s, e in zip(seats, emails, strict=True))


def check(seats: Sequence[Seat], quorum: int, minute: str) -> int:
    """Return how many members count; raise `IllegalStep` without quorum, majority or, for more than one, a minute."""
    counted = [seat for seat in seats if seat.vote is not Vote.RECUSED]
    if len(counted) < quorum:
        recused = len(seats) - len(counted)
        raise IllegalStep(
            f"The panel's quorum is {quorum}, and {len(counted)} of those named count ({recused} recused). "
            "Name the members who were present with --member, or hold the meeting again."
        )
    votes = [seat.vote for seat in counted]
    if votes.count(Vote.FOR) <= votes.count(Vote.AGAINST):
        raise IllegalStep(
            f"{votes.count(Vote.FOR)} for and {votes.count(Vote.AGAINST)} against: there is no majority for this "
            "decision, so it cannot be recorded."
        )
    if len(seats) > 1 and not minute.strip():
        raise IllegalStep("A decision that several members took needs a minute: what was said, and why.")
    return len(counted)


def _recused(seat: Seat, holders: Collection[str]) -> Seat:
    if seat.email not in holders:
        return seat
    return replace(seat, vote=Vote.RECUSED, interest=seat.interest or HOLDS)
