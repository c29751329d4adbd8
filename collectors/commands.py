"""The verb of this folder: collect."""

import gc
import os
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import asdict

import click

from collectors import run, share
from collectors.kit import SELDOM, tools
from data.cli import Context, pass_context
from data.clock import system_clock
from data.model import RunResult
from data.services.anchoring import anchor_head


def collect_all(
    context: Context, wanted: Sequence[str] = (), *, full: bool = False, dry_run: bool = False
) -> list[RunResult]:
    """Collect the wanted accounts (all when empty) with a progress bar; return every result, skipped ones too."""
    planned = run.plan(context.store, context.settings.zone, wanted)
    with closing(_results(context, planned, full=full, dry_run=dry_run)) as results:
        done = list(context.progress(results, "Collecting", len(planned.collect)))
    if not dry_run:
        anchor_head(context.store, context.settings)
    context.failures += [f"{r.account_id}: {r.reason}" for r in done if r.outcome == "failed"]
    return sorted([*done, *planned.skipped], key=lambda r: r.account_id)


def _results(context: Context, planned: run.Plan, *, full: bool, dry_run: bool) -> Generator[RunResult, None, None]:
    """Collect; in several processes where much is to be read, not where little will have changed."""
    settings, chosen = context.settings, planned.collect
    much = len(chosen) if full else planned.never
    alone = dry_run or much < share.LARGE or context.clock is not system_clock
    parts = [list(chosen)] if alone else share.shares(chosen, min(settings.collect_processes, os.cpu_count() or 1))
    if len(parts) > 1:
        yield from share.collect(settings, parts, full=full)
        return
    with tools(settings) as kit:
        if dry_run:
            yield from (run.preview(context.store, kit, account) for account in chosen)
        else:
            yield from run.collect(context.store, kit, chosen, full=full)


def described(results: Sequence[RunResult]) -> str:
    """Return one line an account and a total, for a person."""
    lines = [
        f"{r.account_id:<28} {r.outcome:<10} {_counts(r)} {'' if r.outcome == 'ok' and not r.code else r.reason}"
        for r in results
    ]
    return "\n".join([*(line.rstrip() for line in lines), total(results)])


def total(results: Sequence[RunResult]) -> str:
    """Return what a collection came to, in a line."""
    words = [f"{sum(r.outcome == o for r in results)} {o}" for o in ("ok", "unchanged", "empty", "failed", "skipped")]
    new, changed, gone = (sum(getattr(r, n) for r in results) for n in ("new", "changed", "gone"))
    return f"Accounts: {', '.join(words)}. Posts: {new} new, {changed} changed, {gone} gone."


def as_document(results: Sequence[RunResult], seconds: float) -> dict[str, object]:
    """Return the JSON document of `collect`."""
    rows = [{"account": (row := asdict(r)).pop("account_id"), **row} for r in results]
    return {"accounts": rows, "seconds": round(seconds, 3)}


def _counts(result: RunResult) -> str:
    if result.outcome in ("failed", "skipped"):
        return ""
    return f"{result.new} new, {result.changed} changed, {result.gone} gone"


@click.command()
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--full", is_flag=True, help="Ask for everything, also where nothing seems to have changed.")
@click.option("--dry-run", is_flag=True, help="Fetch and count, store nothing.")
@pass_context
def collect(context: Context, accounts: tuple[str, ...], full: bool, dry_run: bool) -> None:
    """Collect the public posts of the accounts on the register (all, or those named)."""
    gc.set_threshold(*SELDOM)
    start = time.monotonic()
    results = collect_all(context, accounts, full=full, dry_run=dry_run)
    context.emit(as_document(results, time.monotonic() - start), described(results))


COMMANDS = (collect,)
