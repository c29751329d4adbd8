"""What a sample says of the flags: how much harm they missed, and how much of it they caught, with 95 % intervals."""

from dataclasses import dataclass

from sqlalchemy import Connection

from data.errors import NotFound
from data.model import Judgement, Person
from data.permissions import Action, check
from data.reports import stratified
from data.reports.sampling import FLAGGED
from data.reports.stratified import Between, Stratum
from data.store import samples
from data.store.engine import Store
from data.store.rows import AnyRow


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a draw says. `missed` is how many harmful posts were not flagged, None while a stratum has no answer.

    `flagged` is how many flagged ones are harmful, `recall` the share of harmful posts that were flagged. When none was
    found, `possible` is how many there may still be with 95 % confidence; else it is None. `unanswered` items wait,
    or lost their words before anyone read them. `unassessed` and `unscanned` versions were not in the draw at all.
    """

    draw: AnyRow
    strata: tuple[Stratum, ...]
    missed: Between | None
    flagged: Between | None
    recall: Between | None
    possible: float | None
    population: int
    unanswered: int


def estimate(store: Store, actor: Person, number: int | None = None) -> Estimate:
    """Return what a draw says, the newest when none is named; raise `NotFound`. It names no account and no post."""
    found = latest(store, actor, number)
    if found is None:
        raise NotFound(
            f"There is no draw {number}." if number else "No sample was drawn yet. See: postreeve sample draw"
        )
    return found


def latest(store: Store, actor: Person, number: int | None = None) -> Estimate | None:
    """Return what a draw says, the newest when none is named; None when there is none."""
    check(actor, Action.SEE_ACCOUNTS)
    with store.read() as tx:
        rows = [row for row in samples.draws(tx) if number in (None, row.id)]
        return _estimate(tx, rows[0]) if rows else None


def sentences(found: Estimate) -> list[str]:
    """Return an estimate in words, with what each figure rests on."""
    draw, others = found.draw, [one for one in found.strata if one.name != FLAGGED]
    answered = sum(one.answered for one in others)
    harmful, unsure = sum(one.harmful for one in others), sum(one.unsure for one in found.strata)
    lines = [
        f"Draw {draw.id}, of {draw.at:%Y-%m-%d}: posts first seen from {draw.since} to {draw.until}. Of "
        f"{found.population:,} that raised no alert, {answered:,} were read without their scores; {harmful:,} of these "
        "were harmful."
    ]
    if found.missed is None:
        lines.append("Not every stratum has an answer yet, so nothing can be said of all of them.")
    elif found.possible is not None:
        lines.append(
            f"None was found, which is not none: with 95% confidence up to {found.possible:,.0f} of them may be "
            "harmful all the same."
        )
    else:
        lines.append(f"So about {_range(found.missed)} of them are harmful and were missed (95% interval).")
    if found.flagged is not None and found.recall is not None:
        caught = next(one for one in found.strata if one.name == FLAGGED)
        lines.append(
            f"Of {caught.population:,} flagged ones {caught.answered:,} were read among them, {caught.harmful:,} "
            f"harmful. The flags caught about {_percent(found.recall.value)} of what is harmful, between "
            f"{_percent(found.recall.low)} and {_percent(found.recall.high)} (95% interval)."
        )
    lines += [f"Of {unsure:,} there was no telling; they are left out."] if unsure else []
    lines += [f"{found.unanswered:,} have no answer; they are taken to be like the others."] if found.unanswered else []
    outside = draw.unassessed + draw.unscanned
    lines += (
        [f"Of {outside:,} more nothing is known: their words could not be, or were not, assessed."] if outside else []
    )
    return lines


def _range(found: Between) -> str:
    return f"{found.value:,.0f}, between {found.low:,.0f} and {found.high:,.0f}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _estimate(tx: Connection, row: AnyRow) -> Estimate:
    judged = {(one.stratum, one.judgement): int(one.items) for one in samples.tally(tx, row.id)}
    strata = tuple(_stratum(one["name"], int(one["population"]), judged) for one in row.strata)
    flagged = [one for one in strata if one.name == FLAGGED]
    others = [one for one in strata if one.name != FLAGGED]
    return Estimate(
        draw=row,
        strata=strata,
        missed=stratified.total(others),
        flagged=stratified.total(flagged),
        recall=stratified.recall(flagged, others),
        possible=None if sum(one.harmful for one in others) else stratified.still_possible(others),
        population=sum(one.population for one in others),
        unanswered=sum(items for (_, judgement), items in judged.items() if not judgement),
    )


def _stratum(name: str, population: int, judged: dict[tuple[str, str], int]) -> Stratum:
    yes, no, unsure = (judged.get((name, judgement), 0) for judgement in Judgement)
    return Stratum(name, population, yes + no, yes, unsure)
