"""Documents for publication, out of sections: accessible HTML and Markdown with the same words. Pure.

Words of others in them (purposes, titles of clauses) are only ever text: escaped in HTML, escaped in Markdown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from dashboard.parts import Section, Table

TEMPLATES = files("dashboard") / "templates"
MARKS = re.compile(r"([\\`*_\[\]<>|~#]|&(?=#?\w+;))")  # an ampersand only where an entity would begin
START = re.compile(r"^(\d*)([-+=.)])(?=\s|$|[-=])")  # what would begin a list or underline a heading
ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Record:
    """A document: `name` is its file's without the ending, `notice` stands at its end, `contents` names its list."""

    name: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    notice: str
    language: str = "en-GB"
    contents: str = "Sections"


def html(made: Record) -> str:
    """Return a document as one HTML page without scripts: landmarks, one h1, captions, headers of rows and columns."""
    return ODD.sub(_named, _environment().get_template("record.html").render(made=made))


def markdown(made: Record) -> str:
    """Return a document as Markdown that reads well as plain text."""
    lines = [f"# {plain(made.title)}", "", paragraph(made.subtitle)]
    for section in made.sections:
        lines += ["", f"## {plain(section.title)}", *_body(section)]
    return "\n".join([*lines, "", "---", "", paragraph(made.notice), ""])


def plain(text: str) -> str:
    """Return a text on one line in which Markdown means nothing, odd characters by their code."""
    return MARKS.sub(r"\\\1", ODD.sub(_named, " ".join(text.split())))


def paragraph(text: str) -> str:
    """Return a text as a paragraph that begins no list and underlines no heading."""
    return START.sub(r"\1\\\2", plain(text))


def _body(section: Section) -> Iterator[str]:
    for line in section.lead:
        yield from ("", paragraph(line))
    if section.facts:
        yield ""
        yield from (f"- **{plain(name)}**: {plain(value)}" for name, value in section.facts)
    if section.table is not None:
        yield from _table(section.table)


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"*{plain(table.caption)}*", "")
    yield _row(table.header)
    yield _row(["---"] * len(table.header), escaped=True)
    for row in table.rows:
        yield _row(row)


def _row(cells: object, *, escaped: bool = False) -> str:
    assert isinstance(cells, list | tuple)
    return f"| {' | '.join(cell if escaped else plain(cell) for cell in cells)} |"


def _named(found: re.Match[str]) -> str:
    return f"[U+{ord(found[0]):04X}]" if found[0] not in "\r" else ""


@cache
def _environment() -> Environment:
    source = (TEMPLATES / "record.html").read_text(encoding="utf-8")
    loader = DictLoader({"record.html": source})
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
