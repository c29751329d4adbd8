"""The verbs classify, train and evaluate."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import click

from classifier import pipeline
from classifier.pipeline import Model
from classifier.stream import FORMATS, Bad, Text, read
from data import policy as policies
from data.cli import Context, as_json, pass_context
from data.errors import UseError
from data.model import Contribution, Finding
from data.policy import Policy

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="What the input is.  [default: by the file's ending; jsonl for standard input]",
)
@click.option("--explain", is_flag=True, help="Say which words speak for a flag and which against it.")
@click.option(
    "--policy", "policy_file", type=FILE, help="The policy whose clauses are met.  [default: the shipped one]"
)
@pass_context
def classify(context: Context, file: IO[bytes], form: str | None, explain: bool, policy_file: Path | None) -> None:
    """Classify texts without a store: one JSON object a line, in the order of the input.

    JSON lines hold {"text", "id"?}; CSV has a column text and may have id; plain text is a text a line.
    """
    policy = _policy(policy_file)
    model = pipeline.load(context.settings.model or None)
    name = str(getattr(file, "name", "standard input"))
    bad = 0
    for item in read(file, form or _form(name), name):
        bad += isinstance(item, Bad)
        _write(answer(model, policy, item, explain))
    if bad:
        context.failures.append(f"{bad} lines could not be read")
        click.echo(f"{bad} lines could not be read; each has its error in its place.", err=True)


@click.command()
@click.option("--datasets", required=True, type=FOLDER, help="Folder of the public sets (parquet).")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write to.")
@click.option("--variant", type=click.Choice(["full", "clear"]), default="full", show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--other-data", is_flag=True, help="Train on files other than those the shipped model knows.")
@click.option("--beside", type=FOLDER, help="Folder of the other variant, whose figures the card shows too.")
@pass_context
def train(
    context: Context, datasets: Path, out: Path, variant: str, seed: int, other_data: bool, beside: Path | None
) -> None:
    """Train the classifier on public sets: a model, its figures and its card."""
    training = _training()
    plan = training.Plan(datasets, out, variant, seed, other_data=other_data, beside=beside)
    manifest = training.train(plan, context.clock(), context.say)
    document = {"model": training.digest(manifest), "out": str(out), "thresholds": manifest["suggested_thresholds"]}
    context.emit(document, f"The card is {out / 'card.md'}.")


@click.command()
@click.argument("files", nargs=-1, type=FILE, metavar="[FILE]...")
@click.option("--datasets", type=FOLDER, help="Folder of the public sets: measure on their development rows too.")
@click.option("--policy", "policy_file", type=FILE, help="The policy whose alerts are counted.  [default: shipped]")
@pass_context
def evaluate(context: Context, files: tuple[Path, ...], datasets: Path | None, policy_file: Path | None) -> None:
    """Measure the model on labelled CSV (text,flag[,categories][,characteristics]) and on public sets."""
    if not files and datasets is None:
        raise UseError("There is nothing to measure on; name a labelled CSV file, or --datasets with a folder.")
    policy, model = _policy(policy_file), pipeline.load(context.settings.model or None)
    measuring = _measuring()
    document: dict[str, Any] = {"model": model.hash, "policy": policy.version, "files": {}}
    for path in files:
        rows = measuring.read_labelled(path)
        document["files"][path.name] = measuring.on_table(model, rows, lambda f: _alerts(policy, f))
    if datasets is not None:
        document["sets"] = measuring.on_public(model, datasets)
    context.emit(document, described(document))


def answer(model: Model, policy: Policy, item: Text | Bad, explain: bool) -> dict[str, Any]:
    """Return the JSON object of one line: the finding with the clauses it meets, or the line's error."""
    if isinstance(item, Bad):
        return asdict(item)
    found = model.classify([item.text], explain=explain)[0]
    met = policies.hits(policy, found)
    return {
        "id": item.id,
        "alert": policies.raises_alert(met),
        "score": found.score,
        "categories": dict(found.categories),
        "characteristics": dict(found.characteristics),
        "clauses": [hit.clause for hit in met],
        "severity": met[0].severity if met else None,
        **_explanation(found),
        "cues": list(found.cues),
        "assessed": found.assessed,
        "language": found.language,
        "not_assessed": list(found.not_assessed),
        "model": found.model,
        "policy": policy.version,
    }


def described(document: Mapping[str, Any]) -> str:
    """Return the measures as lines for a person."""
    lines = [f"Model {document['model'][:12]}, policy {document['policy']}"]
    rows = list(document["files"].items()) + [(row["set"], row) for row in document.get("sets", {}).get("sets", ())]
    return "\n".join([*lines, *(f"{name}: {_figures(found)}" for name, found in rows)])


def _explanation(found: Finding) -> dict[str, Any]:
    why = found.explanation
    if why is None:
        return {}
    weights = {"for": [_part(c) for c in why.for_], "against": [_part(c) for c in why.against]}
    return {**weights, "base": why.base, "rest": why.rest, "raw": why.raw}


def _part(contribution: Contribution) -> dict[str, Any]:
    return asdict(contribution)


def _alerts(policy: Policy, found: Finding) -> bool:
    return policies.raises_alert(policies.hits(policy, found))


def _policy(file: Path | None) -> Policy:
    if file is None:
        return policies.default()
    return policies.load(file.read_text(encoding="utf-8", errors="replace"), file.name)


def _form(name: str) -> str:
    endings: Mapping[str, str] = {".csv": "csv", ".txt": "text"}
    return endings.get(Path(name).suffix.lower(), "jsonl")


def _write(document: Mapping[str, Any]) -> None:
    click.echo(as_json(document).encode())


def _figures(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in found.items() if name != "set")


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return f"({_figures(value)})"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _training() -> Any:
    """Import what only training needs: scikit-learn and pandas take seconds."""
    from classifier import train as training

    return training


def _measuring() -> Any:
    from classifier import evaluate as measuring

    return measuring


COMMANDS: tuple[click.Command, ...] = (classify, train, evaluate)
