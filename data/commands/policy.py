"""The policy: policy check, show, backtest, use."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from data import policy as policies
from data.cli import Context, pass_context
from data.errors import PolicyError
from data.services import actors
from data.services.anchoring import anchor_head
from data.services.backtest import Backtest
from data.services.backtest import backtest as compare
from data.services.policy import first_moment, put_in_force
from data.store import findings
from data.store.rows import AnyRow

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def policy() -> None:
    """Check the council's policy and put it in force."""


@policy.command()
@FILE
@pass_context
def check(context: Context, file: Path) -> None:
    """Check a policy file; every mistake is shown with its line."""
    found = policies.load(_text(file), file.name)
    document = {"version": found.version, "clauses": [c.id for c in found.clauses], "sha256": found.sha256}
    context.emit(document, f"{file.name}: policy {found.version} with {len(found.clauses)} clauses holds together.")


@policy.command()
@pass_context
def show(context: Context) -> None:
    """Print the policy in force, as TOML."""
    with context.store.read() as tx:
        row = findings.current_policy(tx, context.clock())
    content = row.content if row else policies.default().content
    context.emit({"version": row.name if row else policies.default().version, "content": content}, content.rstrip("\n"))


@policy.command()
@FILE
@pass_context
def backtest(context: Context, file: Path) -> None:
    """Say what a changed policy would put before a person, against the one in force. Changes nothing."""
    proposed = policies.load(_text(file), file.name)

    def watched(rows: Iterable[AnyRow], count: int) -> Iterable[AnyRow]:
        return context.progress(rows, "Looking at findings", count)

    found = compare(context.store, actors.shell(), proposed, watched)
    context.emit(asdict(found), described(found))


def described(found: Backtest) -> str:
    """Return what a backtest found, in sentences."""
    before, after = found.before, found.after
    lines = [
        f"Policy {found.proposed} against {found.in_force}, texts as they stand now: {found.texts}, alerts: "
        f"{after.alerts} instead of {before.alerts} ({found.new} new, {found.gone} no longer).",
        *_share("upheld", found.upheld, before.upheld, after.upheld),
        *_share("did not uphold", found.not_upheld, before.not_upheld, after.not_upheld),
    ]
    clauses = dict.fromkeys((*before.by_clause, *after.by_clause))
    lines += [f"  {c}: met {after.by_clause.get(c, 0)} times instead of {before.by_clause.get(c, 0)}" for c in clauses]
    return "\n".join(lines)


def _share(what: str, of: int, before: int, after: int) -> list[str]:
    return [f"Flags that reviewers {what}: {of}; would alert: {after} instead of {before}."] if of else []


@policy.command()
@FILE
@click.option("--from", "day", type=click.DateTime(["%Y-%m-%d"]), help="First day it holds on.  [default: now]")
@click.option("--reason", default="", help="Why.")
@pass_context
def use(context: Context, file: Path, day: datetime | None, reason: str) -> None:
    """Put a policy in force from now on, or from a later day. What people have decided stays decided."""
    begins = first_moment(day.date(), context.settings.zone) if day else None
    new = put_in_force(context.store, actors.shell(), _text(file), file.name, reason=reason, begins=begins)
    anchor_head(context.store, context.settings)
    told = f"comes into force on {day:%Y-%m-%d}" if day else "is in force"
    context.emit({"version": new.policy.version}, f"Policy {new.policy.version} {told}.")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{file}: it is not UTF-8 text.") from error


COMMANDS = (policy,)
