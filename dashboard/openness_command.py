"""The verb `report transparency`: what the council can publish, filled from its own settings and figures."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from dashboard import openness, record
from dashboard.measured import Evaluation
from dashboard.openness_words import Told
from data.cli import Context, pass_context
from data.errors import InputError, Mistake, UseError
from data.model import Person
from data.reports.writing import Written, plainly
from data.services import actors, exports
from data.services import openness as service
from data.services.anchoring import anchor_head
from data.services.exporting import Scope

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEEDED = ("n", "upheld", "alerts")  # of every file of an evaluation


@click.group()
def report() -> None:
    """Write what the council publishes about how it uses postreeve."""


@report.command()
@click.option(
    "-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Where to."
)
@click.option("--from", "since", type=DAY, help="First day of the figures; that of the oldest post when left out.")
@click.option("--to", "until", type=DAY, help="Last day of the figures; today when left out.")
@click.option("--evaluation", type=FILE, help="What `postreeve --json evaluate` printed.")
@click.option(
    "--by-account", "cut", type=click.Choice(["kind", "purpose"]), default="kind", show_default=True, help="Cut."
)
@click.option("--council", default="", help="The council's name.")
@click.option("--team", default="", help="The team that runs it.")
@click.option("--owner", default="", help="The role that answers for it.")
@click.option("--contact", default="", help="An address for questions.")
@click.option("--website", default="", help="A page about it.")
@click.option("--by", metavar="EMAIL", help="Who takes it; the user of this shell when left out.")
@pass_context
def transparency(
    context: Context, /, folder: Path, evaluation: Path | None, cut: str, by: str | None, **more: Any
) -> None:
    """Write a transparency record, impact assessments to complete, a consultation record, notices to owners."""
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    given = read(evaluation) if evaluation else None
    days = (_day(more.pop("since")), _day(more.pop("until")))
    found = service.facts(context.store, actor, context.settings, *days)
    written = openness.write(found, Told(**more), given, cut)
    files = {f"{one.name}.html": record.html(one) for one in written.records}
    files |= {f"{one.name}.md": record.markdown(one) for one in written.records}
    files["figures.json"] = json.dumps(written.figures, ensure_ascii=False, indent=1, default=plainly) + "\n"
    _save(context, actor, folder, files)
    anchor_head(context.store, context.settings)
    names = sorted(files)
    context.emit({"folder": str(folder), "files": names}, f"Wrote {len(names)} files to {folder}: {', '.join(names)}.")


def read(file: Path) -> Evaluation:
    """Return what was measured, with the day of the file; raise `InputError` when it is no evaluation."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        files = document["files"]
        good = bool(files) and all(isinstance(one[key], int) for one in files.values() for key in NEEDED)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        good, document = False, {}
    if not good:
        wrong = "it is not what `postreeve --json evaluate FILE` prints"
        raise InputError(file.name, [Mistake(1, "", wrong)])
    return Evaluation(date.fromtimestamp(file.stat().st_mtime), document)  # noqa: DTZ012  (the day the file bears here)


def _save(context: Context, actor: Person, folder: Path, files: dict[str, str]) -> None:
    """Write every file beside its name first, enter it in the register of exports, then give it its name."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            part = folder / f".{name}.{os.getpid()}"
            try:
                part.write_text(content, encoding="utf-8", errors="replace")
                exports.entered(context.store, actor, "transparency", Scope(), part, folder / name, Written(1))
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise UseError(f"{folder} cannot be written: {error.strerror or error}.") from error


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


COMMANDS = (report,)
