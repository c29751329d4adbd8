"""Erasure from the shell: erase post, account, person on request, and retention in time."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from data.cli import Context, pass_context
from data.clock import local_day
from data.commands.rights import BY, REASON, acting
from data.retention import described as in_words
from data.retention import periods
from data.services import actors, erasure
from data.services.anchoring import anchor_head
from data.services.erasure import Asked, Erased
from data.services.retention import Retention
from data.store.engine import Store

DRY = click.option("--dry-run", is_flag=True, help="Say what would be erased, and erase nothing.")
TRACES = (
    "The store's own files may still hold traces: a reader was at work, or this is a server, whose keeper must see to "
    "it. See docs/rights.md"
)


@click.group()
def erase() -> None:
    """Erase on request; numbers, digests and decisions stay, under a certificate."""


@erase.command()
@click.argument("number", type=int)
@BY
@REASON
@DRY
@pass_context
def post(context: Context, number: int, by: str, reason: str, dry_run: bool) -> None:
    """Erase what a post says, in all its versions, and what was said about it."""
    _run(context, by, reason, dry_run, lambda store, asked: erasure.erase_post(store, asked, number))


@erase.command()
@click.argument("account_id", metavar="ID")
@BY
@REASON
@DRY
@pass_context
def account(context: Context, account_id: str, by: str, reason: str, dry_run: bool) -> None:
    """Erase all that was collected of an account; its entry on the register stays."""
    _run(context, by, reason, dry_run, lambda store, asked: erasure.erase_account(store, asked, account_id))


@erase.command()
@click.argument("email")
@BY
@REASON
@DRY
@pass_context
def person(context: Context, email: str, by: str, reason: str, dry_run: bool) -> None:
    """Erase a person who works or worked with the register: name, address, own words."""
    _run(context, by, reason, dry_run, lambda store, asked: erasure.erase_person(store, asked, email))


def _run(context: Context, by: str, reason: str, dry_run: bool, act: Callable[[Store, Asked], Erased]) -> None:
    done = act(context.store, Asked(acting(context, by), reason, dry_run))
    anchor_head(context.store, context.settings)
    context.emit(_document(done), "\n".join(described(done, context.settings.zone)))


def _document(done: Erased) -> dict[str, Any]:
    return {
        "subject": done.subject,
        "certificate": done.certificate,
        "erased": done.counts,
        "exports": [dict(row._mapping) for row in done.exports],
        "models": list(done.models),
        "naming": list(done.naming),
        "clean": done.clean,
    }


def described(done: Erased, zone: str) -> list[str]:
    """Return what an erasure came to, in sentences; its days are those of the council's zone."""
    counts = _counted(done.counts)
    if done.certificate is None:
        lines = [f"Would erase of {done.subject}: {counts}."]
    else:
        lines = [f"Erased of {done.subject} under certificate {done.certificate}: {counts}."]
        lines += [] if done.clean else [TRACES]
    lines += [
        f"Tell whoever holds export {row.id} ({row.what}, {local_day(row.at, zone)}, by {row.actor}): it may hold this."
        for row in done.exports
    ]
    lines += [
        f"Model {name[:12]} learnt from it and may not be used any more; scans go back to the one before. Train anew "
        "with: postreeve train --from-reviews"
        for name in done.models
    ]
    if done.naming:
        numbers = ", ".join(map(str, done.naming))
        lines.append(f"Posts that name them, each to be decided on by itself with erase post: {numbers}.")
    return lines


@click.command()
@click.option("--by", metavar="EMAIL", help="Who does it; the user of this shell when left out.")
@click.option("--dry-run", is_flag=True, help="Say what is due, and erase nothing.")
@click.option("--compact", is_flag=True, help="Then write the store's file anew; other writers wait meanwhile.")
@pass_context
def retention(context: Context, by: str | None, dry_run: bool, compact: bool) -> None:
    """Erase the words of what is older than the periods of the settings. A legal hold wins."""
    with context.store.read() as tx:
        run = Retention(context.store, actors.named(tx, by), periods(context.settings))
    document: dict[str, Any] = {"periods": in_words(run.kept_for)}
    if dry_run:
        due = run.due()
        context.emit(document | {"due": due}, f"Due: {_counted(due)}.")
        return
    for _ in context.progress(run.steps(), "posts"):
        pass
    clean = run.certificate is None or context.store.scrub(compact=compact)
    anchor_head(context.store, context.settings)
    under = f" under certificate {run.certificate}" if run.certificate else ""
    lines = [f"Erased{under}: {_counted(run.counts)}."] + ([] if clean else [TRACES])
    lines += [f"Kept by a legal hold: {run.held} posts."] if run.held else []
    done = {"certificate": run.certificate, "erased": dict(run.counts), "held": run.held, "clean": clean}
    context.emit(document | done, "\n".join(lines))


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n} {what.replace('_', ' ')}" for what, n in sorted(counts.items()) if n) or "nothing"


COMMANDS = (erase, retention)
