"""What reports are made of: sections with sentences, facts, a chart, a table and the words of others, kept apart."""

from collections.abc import Sequence
from dataclasses import dataclass

Bar = tuple[str, float | None]  # label, value; None: nothing can be said


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption, header and rows of text."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with the same in words (`alt`)."""

    title: str
    alt: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of others: what they are, and the words as they are."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a dossier; what it lacks is empty."""

    title: str
    lead: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    quotes: tuple[Quote, ...] = ()
