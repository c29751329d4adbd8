"""Figures for publication: each with its n, its interval, its day and where it comes from; what is not known says so.

Pure: from what `data.services.openness` gathered and, if there is one, what `postreeve evaluate` measured.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import figures as words
from dashboard.parts import Table
from data.model import Assessed
from data.reports import equality
from data.reports.equality import Rates
from data.reports.intervals import Share, share
from data.services import openness
from data.services.openness import Facts

UNKNOWN, NOT_JUDGED = "not measured", "none judged yet"
HEADER = ("Figure", "Value", "n", "95% interval", "As of", "Where it comes from")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its interval: a share of `n` in [0, 1], or a number of posts. `value` None: see `why`."""

    what: str
    value: float | None
    n: int | None
    low: float | None
    high: float | None
    as_of: str
    source: str
    why: str = ""
    is_share: bool = True


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `postreeve --json evaluate` measured, with the day of its file."""

    day: date
    document: Mapping[str, Any]


def table(caption: str, found: Sequence[Figure]) -> Table:
    """Return figures as a table."""
    return Table(caption, HEADER, [_row(one) for one in found])


def use(found: Facts) -> list[Figure]:
    """Return the figures of how the tool was used, and of what people did about it."""
    day, everything = f"{openness.today(found)}", equality.apart(found.kinds)[-1]
    source = f"the store, posts published from {found.since} to {found.until}"
    did = found.involved
    return [
        _count("Posts published and collected", found.posts, day, source),
        *_assessed(found, day),
        Figure("Alerts raised", everything.raised, None, None, None, day, source, _small(everything), False),
        _rate("Texts that raised an alert", everything.rate, day, source, _small(everything)),
        _rate(
            "Alerts judged to be mistaken",
            everything.dismissals,
            day,
            f"decisions on them; {source}",
            words.HIDDEN if everything.hidden else NOT_JUDGED,
        ),
        _told("Owners who replied when asked for their side", did.replied, did.asked, day, source),
        _told("Appeals heard that changed the judgement", did.overturned, did.heard, day, source),
        _told("Second looks that came to another view", did.differed, did.second_looks, day, source),
        *_agreed(found, day),
        _told("Reviews that owners rated as fair", found.rated[1], found.rated[0], day, "owners’ ratings, all time"),
    ]


def missed(found: Facts) -> list[Figure]:
    """Return what a sample says of the harm that flags miss."""
    what, other = (
        "Harmful posts among those that raised no alert (estimate)",
        "Share of harmful posts that were flagged",
    )
    one = found.sample
    if one is None:
        return [_none(what, "no sample was drawn"), _none(other, "no sample was drawn")]
    day, source = f"{one.draw.at:%Y-%m-%d}", f"sample {one.draw.id}, read without scores"
    n = sum(s.answered for s in one.strata)
    return [
        _none(what, "the sample is not read yet")
        if one.missed is None
        else Figure(
            what, one.missed.value, n, one.missed.low, one.possible or one.missed.high, day, source, is_share=False
        ),
        _none(other, "the sample is not read yet, or held nothing harmful")
        if one.recall is None
        else Figure(f"{other} (share)", one.recall.value, n, one.recall.low, one.recall.high, day, source),
    ]


def errors(found: Facts, given: Evaluation | None) -> list[Figure]:
    """Return the measured error rates: of the evaluation that was handed in, else of the model's own card."""
    if given is not None:
        files: Mapping[str, Mapping[str, Any]] = given.document["files"]
        return [figure for name, one in files.items() for figure in _evaluated(name, one, f"{given.day}")]
    figures = dict(found.card or {}).get("figures") or {}
    rows = [row for row in figures.get("sets", ()) if row.get("recall") is not None]
    source = "the model’s card, development rows of the set"
    made = [figure for row in rows for figure in _carded(row, str(figures.get("date", "")), source)]
    return made or [_none("Error rates of the model", "give --evaluation FILE, of postreeve --json evaluate")]


def text(one: Figure) -> str:
    """Return a figure's value in words."""
    if one.value is None:
        return one.why or UNKNOWN
    return _number(one, one.value)


def _row(one: Figure) -> tuple[str, ...]:
    ends = [_number(one, end) for end in (one.low, one.high) if end is not None and one.value is not None]
    n = "" if one.n is None else f"{one.n:,}"
    return one.what, text(one), n, " to ".join(ends), one.as_of, one.source


def _number(one: Figure, value: float) -> str:
    return words.percent(value) if one.is_share else f"{value:,.0f}"


def _assessed(found: Facts, day: str) -> Iterator[Figure]:
    labels = {
        Assessed.FULL: "were assessed in full",
        Assessed.PARTIAL: "were assessed in part",
        Assessed.NONE: "could not be assessed",
        "": "no model has looked at yet",
    }
    every = sum(found.assessed.values())
    for level, label in labels.items():
        yield _rate(
            f"Posts stored whose own words {label}", share(found.assessed.get(level, 0), every), day, "the store"
        )


def _agreed(found: Facts, day: str) -> Iterator[Figure]:
    told = found.agreement
    same = round((told.raw or 0.0) * told.n)
    yield _told("Alerts on which two reviewers agreed", same, told.n, day, "second looks, all time")


def _evaluated(name: str, one: Mapping[str, Any], day: str) -> Iterator[Figure]:
    source = f"postreeve evaluate on {name}"
    harmful, every = int(one["upheld"]), int(one["n"])
    for what, key, n in (
        ("Harmful rows that raise an alert (recall)", "recall", harmful),
        ("Harmless rows that raise an alert (false alarms)", "false_alarms", every - harmful),
        ("Alerts that are right (precision), at the set’s own share of harm", "precision", int(one["alerts"])),
    ):
        yield _rate(what, _of(one.get(key), n), day, source)


def _carded(row: Mapping[str, Any], day: str, source: str) -> Iterator[Figure]:
    harmful, name = int(row["positives"]), row["set"]
    yield _rate(f"Harmful rows that raise an alert, set {name}", _of(row["recall"], harmful), day, source)
    quiet = _of(row["false_alarms"], int(row["n"]) - harmful)
    yield _rate(f"Harmless rows that raise an alert, set {name}", quiet, day, source)


def _of(part: float | None, n: int) -> Share | None:
    return share(round(part * n), n) if part is not None and n else None


def _count(what: str, number: int, day: str, source: str) -> Figure:
    return Figure(what, float(number), None, None, None, day, source, is_share=False)


def _rate(what: str, found: Share | None, day: str, source: str, why: str = "") -> Figure:
    if found is None:
        return Figure(what, None, None, None, None, day, source, why)
    return Figure(what, found.share, found.total, found.low, found.high, day, source)


def _told(what: str, number: int, whole: int, day: str, source: str) -> Figure:
    if not whole:
        return Figure(what, None, 0, None, None, day, source, "none yet")
    return _rate(what, equality.told(number, whole), day, source, words.HIDDEN)


def _small(found: Rates) -> str:
    return words.HIDDEN if found.hidden else UNKNOWN


def _none(what: str, why: str) -> Figure:
    return Figure(what, None, None, None, None, "", "", f"{UNKNOWN}: {why}")
