"""The review from the shell, through the same service as the dashboard: the group alert."""

from collections.abc import Callable
from typing import Any

import click

from data.agreement import agreement as measured
from data.cli import Context, pass_context
from data.model import Alert, Category, Characteristic, Decision, Judgement, Outcome, Person
from data.services import actors, appeals, interim, review
from data.services.anchoring import anchor_head
from data.store import alerts, opinions, posts
from data.store.alerts import Queued
from data.store.engine import Store
from data.words import judged_words

BY = click.option("--by", required=True, metavar="EMAIL", help="Who does it.")
NUMBER = click.argument("number", type=int, metavar="ALERT")


def _choice(kind: type) -> click.Choice[str]:
    return click.Choice([member.value for member in kind])  # type: ignore[attr-defined]


@click.group()
def alert() -> None:
    """Review what was put before people."""


@alert.command(name="list")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@pass_context
def list_(context: Context, limit: int) -> None:
    """List the alerts that wait for a person, the gravest first. Post texts are not shown; see alert show."""
    with context.store.read() as tx:
        waiting = alerts.queue(tx, limit=limit)
        counts = alerts.counts(tx)
    documents = [_row(q) for q in waiting]
    lines = [
        f"{d['alert']:>6}  {d['severity']:<7} {d['status']:<15} {d['account']:<28} {d['clause']}" for d in documents
    ]
    total = ", ".join(f"{n} {status.replace('_', ' ')}" for status, n in sorted(counts.items()))
    context.emit(documents, "\n".join([*lines, f"Alerts: {total or 'none'}."]))


@alert.command()
@NUMBER
@BY
@pass_context
def show(context: Context, number: int, by: str) -> None:
    """Show an alert with the post's text, its clauses and its events. The reading is audited."""
    with context.store.read() as tx:
        actor, found = actors.named(tx, by), alerts.get(tx, number)
        versions = posts.versions(tx, found.post_id)
        document = _row_of(found) | {
            "text": [judged_words(v, found.cause) for v in versions],
            "clauses": [
                {"clause": h.clause, "title": h.title, "probability": h.probability} for h in alerts.hits(tx, number)
            ],
            "events": [{"at": e.at, "actor": e.actor, "action": e.action} for e in alerts.events(tx, number)],
            "replies": [r.text for r in alerts.replies(tx, number)],
        }
    review.note_read(context.store, actor, number)
    anchor_head(context.store, context.settings)
    lines = [f"{key:<10} {value}" for key, value in document.items() if not isinstance(value, list)]
    lines += [f"{'version ' + str(n):<10} {_indented(text)}" for n, text in enumerate(document["text"], 1)]
    lines += [f"{'clause':<10} {c['clause']} {c['title']}" for c in document["clauses"]]
    lines += [f"{'event':<10} {e['at']:%Y-%m-%d %H:%M} {e['action']} by {e['actor']}" for e in document["events"]]
    context.emit(document, "\n".join([*lines, *(f"{'reply':<10} {_indented(text)}" for text in document["replies"])]))


def _indented(words: str) -> str:
    """Set off the lines of other people's words, so that none can pass for a line of ours."""
    return words.replace("\n", "\n" + " " * 11)


def _simple(name: str, help_text: str, act: Callable[[Store, Person, review.Seen], Alert]) -> click.Command:
    @NUMBER
    @BY
    @pass_context
    def command(context: Context, number: int, by: str) -> None:
        actor, seen = _before(context, number, by)
        _report(context, act(context.store, actor, seen))

    return click.command(name, help=help_text)(command)


alert.add_command(_simple("claim", "Take an alert for a while, so that nobody else works on it.", review.claim))
alert.add_command(_simple("release", "Give an alert back to the queue.", review.release))
alert.add_command(_simple("ask-reply", "Ask the account's owner for their side.", review.ask_reply))
alert.add_command(_simple("close", "Close a decided alert once the days for an appeal are over.", appeals.close))


@alert.command()
@NUMBER
@BY
@click.option("--text", required=True, help="The owner's words.")
@click.option("--companion", default="", help="Who stands beside the owner, if they name someone.")
@pass_context
def reply(context: Context, number: int, by: str, text: str, companion: str) -> None:
    """Record the owner's words about an alert."""
    actor, _ = _before(context, number, by)
    _report(context, review.reply(context.store, actor, number, text, companion))


def _with_words(name: str, help_text: str, act: Callable[[Store, Person, review.Seen, str], Alert]) -> click.Command:
    @NUMBER
    @BY
    @click.option("--reason", required=True, help="Why, in a few words.")
    @pass_context
    def command(context: Context, number: int, by: str, reason: str) -> None:
        actor, seen = _before(context, number, by)
        _report(context, act(context.store, actor, seen, reason))

    return click.command(name, help=help_text)(command)


alert.add_command(_with_words("undo", "Take back your own last decision on an alert.", appeals.undo))
alert.add_command(
    _with_words("appeal", "Ask, as a holder of the account, that someone else decides anew.", appeals.appeal)
)
alert.add_command(
    _with_words("interim", "Ask the holders to hide or correct the post now; it is not a finding.", interim.ask)
)
alert.add_command(_with_words("lift", "Take back that the post should be hidden or corrected now.", interim.lift))


@alert.command()
@pass_context
def agreement(context: Context) -> None:
    """Say how far two reviewers agree, where the policy asks for a second look."""
    with context.store.read() as tx:
        found = measured(opinions.pairs(tx))
    figures = [("raw", found.raw), ("kappa", found.kappa), ("AC1", found.ac1)]
    told = ", ".join(f"{name} {value:.2f}" for name, value in figures if value is not None)
    words = f"Agreement over {found.n} pairs of reviews: {told or 'not known yet'}."
    context.emit({"n": found.n, "raw": found.raw, "kappa": found.kappa, "ac1": found.ac1}, words)


@alert.command()
@NUMBER
@BY
@click.option("--judgement", required=True, type=_choice(Judgement), help="Was the flag right?")
@click.option("--outcome", required=True, type=_choice(Outcome), help="What follows.")
@click.option("--clause", required=True, help="The clause it is about.")
@click.option("--reason", required=True, help="Why.")
@click.option("--category", "categories", type=_choice(Category), multiple=True, help="A category you confirm.")
@click.option(
    "--characteristic", "characteristics", type=_choice(Characteristic), multiple=True, help="One you confirm."
)
@click.option("--words", default="", help="What the owner is told with advice or training.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), help="Day to take up advice or training by.")
@pass_context
def decide(context: Context, /, number: int, by: str, **given: Any) -> None:
    """Record a judgement and, apart from it, an outcome."""
    actor, seen = _before(context, number, by)
    decision = Decision(
        judgement=Judgement(given["judgement"]),
        outcome=Outcome(given["outcome"]),
        clause=given["clause"],
        reason=given["reason"],
        categories=tuple(map(Category, given["categories"])),
        characteristics=tuple(map(Characteristic, given["characteristics"])),
        words=given["words"],
        due=given["due"].date() if given["due"] else None,
    )
    _report(context, review.decide(context.store, actor, seen, decision))


def _before(context: Context, number: int, by: str) -> tuple[Person, review.Seen]:
    with context.store.read() as tx:
        return actors.named(tx, by), review.seen(alerts.get(tx, number))


def _report(context: Context, after: Alert) -> None:
    anchor_head(context.store, context.settings)
    context.emit(_row_of(after), f"Alert {after.id} is now {after.status.replace('_', ' ')}.")


def _row(queued: Queued) -> dict[str, Any]:
    return _row_of(queued.alert) | {"clause": queued.clause_title, "department": queued.department}


def _row_of(found: Alert) -> dict[str, Any]:
    return {
        "alert": found.id,
        "account": found.account_id,
        "status": found.status,
        "severity": found.severity,
        "cause": found.cause,
        "opened_at": found.opened_at,
    }


COMMANDS = (alert,)
