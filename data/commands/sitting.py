"""The options of every decision of the panel: who was there, how they voted, what they declared, the minute."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from data.errors import UseError
from data.panel import Seat, Sitting, Vote

F = TypeVar("F", bound=Callable[..., Any])
DECIDED_BY = click.option("--by", required=True, metavar="EMAIL", help="Who decides: someone with the role panel.")
VOTES = ", ".join(Vote)


def panel_options(command: F) -> F:
    """Add the options of a sitting to a command: `members`, `interests`, `minute`."""
    options = (
        click.option("--minute", default="", help="What was said and why; needed once several members sit."),
        click.option("--interest", "interests", multiple=True, metavar="EMAIL=WORDS", help="An interest declared."),
        click.option(
            "--member",
            "members",
            multiple=True,
            metavar="EMAIL[=VOTE]",
            help=f"A member who was there, with their vote on this decision ({VOTES}); for when left out. May be "
            "repeated; without any, whoever decides sat alone.",
        ),
    )
    for option in options:
        command = option(command)
    return command


def sitting(members: Iterable[str], interests: Iterable[str], minute: str) -> Sitting:
    """Return the sitting that the options tell; raise `UseError` for a vote that is none, or an interest of nobody."""
    votes = {email.strip().lower(): _vote(vote) for email, _, vote in (member.partition("=") for member in members)}
    declared = {email.strip().lower(): words.strip() for email, _, words in (one.partition("=") for one in interests)}
    absent = sorted(set(declared) - set(votes))
    if absent:
        raise UseError(f"{absent[0]} declared an interest and is not named with --member.")
    return Sitting(tuple(Seat(email, vote, declared.get(email, "")) for email, vote in votes.items()), minute)


def _vote(text: str) -> Vote:
    try:
        return Vote(text.strip() or Vote.FOR)
    except ValueError as error:
        raise UseError(f"{text!r} is no vote; there are {VOTES}.") from error
