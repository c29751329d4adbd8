"""A skeleton of the equality impact assessment: what the tool does to whom, as far as it was measured."""

from collections.abc import Mapping
from typing import Any

from dashboard import figures, measured, openness_words, present
from dashboard.measured import Evaluation
from dashboard.openness_words import ADVICE, TO_DO, Told, or_to_do
from dashboard.parts import Section, Table
from dashboard.record import Record
from data.model import Characteristic
from data.reports import equality
from data.reports.equality import Rates
from data.reports.grouping import NONE
from data.reports.intervals import Share, still_possible
from data.services.openness import Facts

DUTY = (
    "The public sector equality duty (Equality Act 2010, section 149) covers the tool itself: it is to be checked for "
    "bias before it is used and while it is (R (Bridges) v South Wales Police [2020] EWCA Civ 1058).",
)
HEADER = (
    "Group",
    "Texts assessed (n)",
    "Alerts",
    "Share of texts (95% interval)",
    "Mistaken, of those judged (95% interval)",
)
MEASURED = ("Characteristic", "Harm because of it that is flagged", "Harmless mentions that are flagged")
KINDS = {"kind": "Kind of account", "purpose": "Purpose of account"}


def record(found: Facts, told: Told, given: Evaluation | None, by: str) -> Record:
    """Return the skeleton, with rates by kind or by purpose of account."""
    sections = (
        Section("1. The duty", DUTY, (("Who is responsible", or_to_do(told.owner, "the role")),)),
        _accounts(found, by),
        _mentioned(found),
        _model(given),
        _involvement(found),
        Section(
            "6. What the council makes of it",
            facts=tuple(
                (name, TO_DO.format("what the figures show, and what is done about it"))
                for name in map(_named, Characteristic)
            ),
        ),
    )
    return Record("equality", "Equality impact assessment (skeleton)", openness_words.made(found), sections, ADVICE)


def _accounts(found: Facts, by: str) -> Section:
    groups = found.purposes if by == "purpose" else found.kinds
    lines = [_line(one, figures.ACCOUNT_KINDS.get(one.name, one.name)) for one in equality.apart(groups)]
    lead = (
        "Figures from 1 to 4 are hidden, and with them as many others as it takes that none can be had by subtracting. "
        "Publish one cut of the accounts, not two.",
    )
    table = Table(f"Alerts and mistakes by {KINDS[by].lower()}", (KINDS[by], *HEADER[1:]), lines)
    return Section("2. Alerts and mistakes by account", lead, table=table)


def _mentioned(found: Facts) -> Section:
    lead = (
        "By the characteristic that a flag pointed to. It is one that the text speaks of: nobody’s own characteristics "
        "are known or stored. An alert can stand under two. How many texts speak of each is not measured.",
    )
    lines = [_line(one, _named(one.name)) for one in equality.overlapping(found.characteristics)]
    table = Table("Alerts and mistakes by characteristic", HEADER, lines) if lines else None
    none = () if lines else ("No alert was raised in this time, so nothing was measured.",)
    return Section("3. Alerts and mistakes by characteristic", (*lead, *none), table=table)


def _model(given: Evaluation | None) -> Section:
    title = "4. The model’s own error rates by characteristic"
    if given is None:
        return Section(title, ("Not measured: give --evaluation FILE, of postreeve --json evaluate.",))
    rows = [
        (_named(name), _measured(one["recall"]), _measured(one["false_alarms"]))
        for file in given.document["files"].values()
        for name, one in (file.get("characteristics") or {}).items()
    ]
    lead = (f"Measured on labelled rows, {given.day}. Harm that is missed falls on the people it is about.",)
    return Section(title, lead, table=Table("Error rates by characteristic", MEASURED, rows) if rows else None)


def _involvement(found: Facts) -> Section:
    lead = ("People change what was flagged and what was decided: evidence that their part is a meaningful one.",)
    names = ("Alerts judged", "Owners who", "Appeals heard", "Second looks", "Alerts on which", "Reviews that")
    shown = [one for one in measured.use(found) if one.what.startswith(names)]
    return Section("5. Meaningful involvement of people", lead, table=measured.table("What people did", shown))


def _line(one: Rates, name: str) -> tuple[str, ...]:
    hidden = figures.HIDDEN if one.hidden else ""
    texts = f"{one.texts:,}" if one.texts is not None else measured.UNKNOWN
    raised = figures.HIDDEN if one.raised is None else f"{one.raised:,}"
    rate = (
        _share(one.rate)
        if one.rate is not None
        else measured.UNKNOWN
        if one.texts is None
        else hidden or "nothing assessed"
    )
    return (
        name,
        texts,
        raised,
        rate,
        _share(one.dismissals) if one.dismissals is not None else hidden or measured.NOT_JUDGED,
    )


def _share(found: Share) -> str:
    if found.number == 0:
        return f"none of {found.total:,}; up to {figures.percent(still_possible(found.total))} is still possible"
    between = f"{figures.percent(found.low)} to {figures.percent(found.high)}"
    return f"{figures.percent(found.share)} of {found.total:,} ({between})"


def _measured(one: Mapping[str, Any]) -> str:
    if one.get("share") is None:
        return measured.UNKNOWN
    low, high = one["interval"]
    return f"{figures.percent(one['share'])} of {one['n']:,} ({figures.percent(low)} to {figures.percent(high)})"


def _named(name: str) -> str:
    if name == NONE:
        return "No characteristic named"
    return present.CHARACTERISTICS.get(Characteristic(name), name) if name in set(Characteristic) else name.capitalize()
