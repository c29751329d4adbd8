"""The verbs train and evaluate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from classifier import adapt_commands, own, pipeline
from classifier.commands import FILE, policy_of
from classifier.told import described
from data import policy as policies
from data.cli import Context, pass_context
from data.errors import UseError
from data.model import Finding
from data.policy import Policy

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--datasets", type=FOLDER, help="Folder of the public sets (parquet).  [required]")
@click.option("--out", type=NEW_FOLDER, help="Folder to write to.  [required]")
@click.option("--work", type=NEW_FOLDER, default=Path("var/training"), show_default=True, help="Folder of checkpoints.")
@click.option("--encoder", type=FOLDER, help="A model whose encoder is used as it is: fit the heads alone, in minutes.")
@click.option("--variant", type=click.Choice(["full", "clear"]), default="full", show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--other-data", is_flag=True, help="Train on files other than those the shipped model knows.")
@click.option("--beside", type=FOLDER, help="Folder of the other variant, whose figures the card shows too.")
@click.option("--from-reviews", is_flag=True, help="Without sets: refit the heads on this council's own judgements.")
@pass_context
def train(context: Context, /, from_reviews: bool, **options: Any) -> None:
    """Train the classifier on public sets and our own rows: a model, its figures and its card.

    Hours without --encoder; a training that was stopped goes on where it was. With --from-reviews, minutes.
    """
    _check_use(from_reviews, options)
    if from_reviews:
        return adapt_commands.learn(context)
    training = _training()
    manifest = training.train(training.Plan(**options), context.clock(), context.say)
    document = {
        "model": training.digest(manifest),
        "out": str(options["out"]),
        "thresholds": manifest["suggested_thresholds"],
    }
    return context.emit(document, f"The card is {options['out'] / 'card.md'}.")


def _check_use(from_reviews: bool, options: Mapping[str, Any]) -> None:
    """Refuse a training without its sets, and one from reviews with them."""
    given = [name for name in ("datasets", "out", "encoder", "beside") if options[name] is not None]
    if from_reviews and given:
        raise UseError(f"--from-reviews learns on top of the model in the settings; leave out --{', --'.join(given)}.")
    if not from_reviews and (missing := [name for name in ("datasets", "out") if name not in given]):
        raise UseError(f"A training needs --{' and --'.join(missing)}, or --from-reviews.")


@click.command()
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]...")
@click.option("--datasets", type=FOLDER, help="Folder of the public sets: measure on their development rows too.")
@click.option("--policy", "policy_file", type=FILE, help="The policy whose alerts are counted.  [default: shipped]")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with plots (.html).")
@click.option("--at-most", type=click.IntRange(1), help="Say which thresholds let at most so many of the rows alert.")
@pass_context
def evaluate(
    context: Context,
    files: tuple[Path, ...],
    datasets: Path | None,
    policy_file: Path | None,
    report: Path | None,
    at_most: int | None,
) -> None:
    """Measure the model on labelled CSV (text,flag[,categories][,characteristics][,kind][,functionality]).

    Without FILE it is measured on the functional suite that comes with postreeve.
    """
    policy, model = policy_of(policy_file), pipeline.load(context.settings.model or None)
    measuring = _measuring()
    document: dict[str, Any] = {"model": model.hash, "policy": policy.version, "files": {}}
    for path in files or sorted(own.SUITES.glob("*.csv")):
        rows = measuring.read_labelled(path)
        context.say(f"Measuring on {len(rows)} rows of {path.name} …")
        document["files"][path.name] = measuring.on_table(model, rows, lambda f: _alerts(policy, f))
        if at_most is not None:
            found = measuring.limits_for(model, [row.text for row in rows], at_most)
            document["files"][path.name]["thresholds"] = found
    if datasets is not None:
        context.say("Measuring on the development rows of the public sets …")
        document["sets"] = measuring.on_public(model, datasets)
        document["rationales"] = _rationales().on_rationales(model.scorer, datasets)
    if report is not None:
        _write_report(report, document, context.clock().date().isoformat())
    context.emit(document, described(document))


def _alerts(policy: Policy, found: Finding) -> bool:
    return policies.raises_alert(policies.hits(policy, found))


def _write_report(path: Path, document: Mapping[str, Any], day: str) -> None:
    from classifier import report

    try:
        path.write_text(report.page(document, day), encoding="utf-8")
    except OSError as error:
        raise UseError(f"The report cannot be written to {path}: {error.strerror}; name another file.") from error


def _training() -> Any:
    """Import what only training needs: scikit-learn and pandas take seconds."""
    from classifier import train as training

    return training


def _rationales() -> Any:
    from classifier import rationales

    return rationales


def _measuring() -> Any:
    from classifier import evaluate as measuring

    return measuring


COMMANDS: tuple[click.Command, ...] = (train, evaluate)
