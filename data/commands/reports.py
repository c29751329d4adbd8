"""trends, export, rollup rebuild."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from data.cli import Context, pass_context
from data.errors import UseError
from data.reports import trend_table
from data.reports.periods import Unit
from data.reports.suppression import THRESHOLD
from data.reports.tables import TABLES
from data.reports.trends import Ask, Figure, Group, Line
from data.services import actors, exports, rollups
from data.services import trends as service
from data.services.anchoring import anchor_head
from data.services.exporting import Scope
from data.services.trends import Trends

DAY = click.DateTime(["%Y-%m-%d"])
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"])
FILE = click.option(
    "-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path), help=".csv, .jsonl, .parquet or .xlsx"
)
HOW = f"One of {', '.join(Unit)}, one of {', '.join(Group)}, or both: month,department."


@click.command()
@click.option("--by", default="month", show_default=True, help=HOW)
@click.option("--from", "since", type=DAY, help="First day; that of the oldest post when left out.")
@click.option("--to", "until", type=DAY, help="Last day; today when left out.")
@click.option("--only", multiple=True, metavar="WHAT=NAME", help="Of one department, platform or kind.")
@click.option("--now", is_flag=True, help="Departments as they are now, not as they were then.")
@click.option("--threshold", default=THRESHOLD, show_default=True, help="Smaller figures are hidden.")
@FILE
@pass_context
def trends(context: Context, /, by: str, file: Path | None, **more: Any) -> None:
    """Alerts raised and alerts upheld, over what was collected and assessed, with intervals."""
    ask = _asked(context, by, **more)
    rollups.refresh(context.store, context.settings.zone)
    found = service.trends(context.store, actors.shell(), context.settings.zone, ask)
    table = trend_table.rows(found.lines, found.marks, context.settings.zone)
    if file is not None:
        exports.save(context.store, actors.shell(), "trends", Scope(), file, trend_table.COLUMNS, table)
        anchor_head(context.store, context.settings)
    names = [column.name for column in trend_table.COLUMNS]
    document = {"lines": [dict(zip(names, row, strict=True)) for row in table], "uncounted": found.uncounted}
    context.emit(document, f"Wrote {len(table)} lines to {file}." if file else _told(found))


@click.command()
@click.argument("table", type=click.Choice([*TABLES]))
@click.option(
    "-o", "--output", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write it."
)
@click.option("--since", type=MOMENT, help="Only what changed at or after this day or moment (UTC).")
@click.option("--by", required=True, metavar="EMAIL", help="Who takes it: someone with the role analyst.")
@pass_context
def export(context: Context, table: str, file: Path, since: datetime | None, by: str) -> None:
    """Write a table as .csv, .jsonl, .parquet or .xlsx, without a cap. On record with its rows and its digest.

    `posts` holds the words of every post, flagged or not, which the screens keep covered until someone asks for them.
    """
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    begin = since.replace(tzinfo=UTC) if since else None
    done = exports.export(
        context.store, actor, table, file, begin, lambda rows: context.progress(rows, f"Writing {table}")
    )
    anchor_head(context.store, context.settings)
    cut = f" {done.cut} cells were too long for .xlsx and are cut; the other formats hold them whole."
    text = f"Wrote {done.rows} rows to {file}, SHA-256 {done.sha256}.{cut if done.cut else ''}"
    context.emit({"table": table, "rows": done.rows, "sha256": done.sha256, "cut": done.cut, "file": str(file)}, text)


@click.group()
def rollup() -> None:
    """Keep the daily figures that trends are read from."""


@rollup.command()
@pass_context
def rebuild(context: Context) -> None:
    """Count every day of every account anew. Nothing else changes them; it is safe to repeat."""
    steps = rollups.rebuild(context.store, actors.shell(), context.settings.zone)
    for _ in context.progress(steps, "Counting days"):
        pass
    anchor_head(context.store, context.settings)
    context.emit({"done": True}, "Every day was counted anew.")


def _asked(
    context: Context, by: str, since: datetime | None, until: datetime | None, only: tuple[str, ...], **more: Any
) -> Ask:
    cuts = [cut.strip() for cut in by.split(",") if cut.strip()]
    units, groups = [Unit(c) for c in cuts if c in [*Unit]], [Group(c) for c in cuts if c in [*Group]]
    if len(units) + len(groups) < len(cuts) or len(units) > 1 or len(groups) > 1:
        raise UseError(f"--by {by}: name one of {', '.join(Unit)} and one of {', '.join(Group)}, or only one of them.")
    first, last = service.bounds(context.store, actors.shell(), context.settings.zone)
    begin, end = since.date() if since else first, until.date() if until else last
    if end < begin:
        raise UseError(f"--from {begin} lies after --to {end}.")
    unit, group = next(iter(units), None), next(iter(groups), None)
    return Ask(begin, end, unit, group, not more["now"], _narrowed(only), more["threshold"])


def _narrowed(only: tuple[str, ...]) -> dict[Group, str]:
    found = {}
    for phrase in only:
        what, _, name = phrase.partition("=")
        if what not in (Group.DEPARTMENT, Group.PLATFORM, Group.KIND) or not name:
            raise UseError(f"--only {phrase}: write department=NAME, platform=NAME or kind=NAME.")
        found[Group(what)] = name
    return found


def _told(found: Trends) -> str:
    span = f"{found.ask.since} to {found.ask.until}, by the day a post was published:"
    head = f"{'period':<18} {'group':<24} {'texts':>7} {'raised':>14} {'upheld':>14} {'collected':>16}"
    lines = [span, head, *(_line(line) for line in found.lines)]
    lines += [f"{mark.at:%Y-%m-%d} {mark.said}" for mark in found.marks]
    if found.uncounted:
        lines.append(f"{found.uncounted} hours of accounts are not counted yet. Run: postreeve rollup rebuild")
    if any(line.upheld.pending != 0 for line in found.lines):
        lines.append("So far: alerts of that time wait for a person, or how many do is hidden with a small figure.")
    return "\n".join([*lines, "Alerts are prompts; upheld is what a person judged. Shares and intervals: -o FILE."])


def _number(found: Figure) -> str:
    """Return a number; "so far" where alerts wait for a judgement: none upheld yet is not none upheld."""
    if found.hidden or found.number is None:
        return "hidden" if found.hidden else "-"
    return f"{found.number}" if found.pending == 0 else f"{found.number} so far"


def _line(line: Line) -> str:
    raised, upheld = map(_number, (line.raised, line.upheld))
    days = "not collected" if line.unseen else f"{line.collected:g} of {line.possible:g} d"
    return f"{line.period:<18} {line.group or 'all':<24} {line.counts.texts:>7} {raised:>14} {upheld:>14} {days:>16}"


COMMANDS = (trends, export, rollup)
