"""The dossier as accessible HTML, as JSON with the same numbers, and as PDF/UA. Words of others are only ever text."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from dashboard import svg, telling
from dashboard.parts import Section
from data.errors import PostreeveError
from data.reports.dossier import Dossier
from data.reports.writing import plainly

TEMPLATES = files("dashboard") / "templates"
NOTICE = (
    "Flags name possibilities; whether something is discrimination or harassment in law is for advisers. Check with "
    "your legal and HR advisers before anything follows from this report. It may have to be disclosed."
)
# What the fonts that come with Typst can draw; anything else is named by its code, and stands as it is in the HTML.
DRAWN = re.compile("[^\n\t\x20-\x7e\xa0-\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff\u2013-\u2026\u20ac]")


def html(found: Dossier, zone: str) -> str:
    """Return the dossier as one HTML page without scripts: landmarks, one h1, captions, charts with their words."""
    return _environment().get_template("dossier.html").render(**_told(found, zone), chart=_chart)


def document(found: Dossier, zone: str) -> str:
    """Return the dossier as JSON: every number of the report, times in UTC."""
    numbers = found.document() | {"zone": zone, "notice": NOTICE}
    return json.dumps(numbers, ensure_ascii=False, indent=1, default=_plain) + "\n"


def pdf(found: Dossier, zone: str) -> bytes:
    """Return the dossier as PDF/UA-1 (ISO 14289-1), from the same sections; raise `PostreeveError` when that fails."""
    import typst  # an eighth of a second that the pages need not wait for

    told = _told(found, zone)
    charts = [svg.bars(s.chart, f"c{n}") if s.chart else "" for n, s in enumerate(told["sections"])]
    content = told | {"sections": [asdict(s) for s in told["sections"]], "charts": charts}
    source = (TEMPLATES / "dossier.typ").read_bytes()
    try:
        made: bytes = typst.compile(
            source,
            sys_inputs={"told": _drawable(json.dumps(content, ensure_ascii=False))},
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            timestamp=int(found.made_at.timestamp()),
        )
    except Exception as error:
        raise PostreeveError(f"The PDF cannot be made ({error}). Take the HTML: it prints well.") from error
    return made


FORMATS: Mapping[str, Callable[[Dossier, str], str | bytes]] = {".html": html, ".json": document, ".pdf": pdf}


def made(found: Dossier, zone: str, ending: str) -> bytes:
    """Return the dossier in the format of a file's ending, one of `FORMATS`."""
    content = FORMATS[ending](found, zone)
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


def _told(found: Dossier, zone: str) -> dict[str, Any]:
    return {
        "title": telling.title(found),
        "subtitle": telling.subtitle(found, zone),
        "sections": telling.sections(found, zone),
        "notice": NOTICE,
    }


def _chart(section: Section, number: int) -> Markup:
    assert section.chart is not None
    return Markup(svg.bars(section.chart, f"c{number}"))  # noqa: S704  (our own numbers and words, escaped there)


@cache
def _environment() -> Environment:
    source = (TEMPLATES / "dossier.html").read_text(encoding="utf-8")
    return Environment(
        loader=DictLoader({"dossier.html": source}), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _drawable(text: str) -> str:
    return DRAWN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def _plain(value: Any) -> Any:
    return plainly(value) if not isinstance(value, Path) else str(value)
