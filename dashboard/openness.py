"""The documents that `report transparency` writes, in one list: what each is made from, and what they share.

What the council must say itself stands as "To be completed", what is not known as "not measured". Nothing is invented.
"""

from dataclasses import dataclass
from typing import Any

from dashboard import measured, openness_atrs, openness_consultation, openness_dpia, openness_equality, openness_notice
from dashboard.measured import Evaluation
from dashboard.openness_words import Told
from dashboard.record import Record
from data.services import openness
from data.services.openness import Facts


@dataclass(frozen=True, slots=True)
class Written:
    """All documents, and the figures in them as JSON."""

    records: tuple[Record, ...]
    figures: dict[str, Any]


def write(found: Facts, told: Told, given: Evaluation | None, by: str) -> Written:
    """Return every document; `by` is kind or purpose, the one cut of the accounts that is published."""
    records = (
        openness_atrs.record(found, told, given),
        openness_dpia.record(found, told),
        openness_equality.record(found, told, given, by),
        openness_consultation.record(found, told),
        openness_notice.record(found, told, "en"),
        openness_notice.record(found, told, "cy"),
    )
    return Written(records, document(found, given))


def document(found: Facts, given: Evaluation | None) -> dict[str, Any]:
    """Return the figures as JSON: each with its n, interval, day and source."""
    parts = {"use": measured.use(found), "missed": measured.missed(found), "errors": measured.errors(found, given)}
    rows = {name: [_figure(one) for one in figures] for name, figures in parts.items()}
    time = {"made_at": found.made_at, "day": openness.today(found), "since": found.since, "until": found.until}
    model = found.model["hash"] if found.model else None
    return {**time, "policy": found.policy.policy.version, "model": model, "figures": rows}


def _figure(one: measured.Figure) -> dict[str, Any]:
    names = ("what", "value", "n", "low", "high", "as_of", "source", "why", "is_share")
    return {name: getattr(one, name) for name in names}
