"""The verb classify."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import click

from classifier import pipeline
from classifier.pipeline import Model
from classifier.stream import FORMATS, Bad, Text, read
from data import policy as policies
from data.cli import Context, as_json, pass_context
from data.model import Contribution, Finding
from data.policy import Policy

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FIRST, CHUNK, CHUNK_SIZE = 16, 512, 2**20  # lines, lines, code points


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
    policy = policy_of(policy_file)
    model = pipeline.load(context.settings.model or None)
    name = str(getattr(file, "name", "standard input"))
    bad = 0
    for chunk in chunks(read(file, form or _form(name), name)):
        bad += sum(isinstance(item, Bad) for item in chunk)
        for line in answers(model, policy, chunk, explain):
            _write(line)
    if bad:
        context.failures.append(f"{bad} lines could not be read")
        click.echo(f"{bad} lines could not be read; each has its error in its place.", err=True)


def chunks(items: Iterable[Text | Bad]) -> Iterator[list[Text | Bad]]:
    """Yield lines together, so many that the model is busy and so few that memory stays small; the first ones soon."""
    chunk: list[Text | Bad] = []
    most, size = FIRST, 0
    for item in items:
        chunk.append(item)
        size += len(item.text) if isinstance(item, Text) else 0
        if len(chunk) >= most or size >= CHUNK_SIZE:
            yield chunk
            chunk, most, size = [], CHUNK, 0
    if chunk:
        yield chunk


def answers(model: Model, policy: Policy, chunk: Sequence[Text | Bad], explain: bool) -> Iterator[dict[str, Any]]:
    """Yield the JSON object of every line, in order: its finding with the clauses it meets, or its error."""
    found = iter(model.classify([item.text for item in chunk if isinstance(item, Text)], explain=explain))
    for item in chunk:
        yield asdict(item) if isinstance(item, Bad) else _answer(item, next(found), policy)


def _answer(item: Text, found: Finding, policy: Policy) -> dict[str, Any]:
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


def _explanation(found: Finding) -> dict[str, Any]:
    why = found.explanation
    if why is None:
        return {}
    weights = {"for": [_part(c) for c in why.for_], "against": [_part(c) for c in why.against]}
    return {**weights, "base": why.base, "rest": why.rest, "raw": why.raw}


def _part(contribution: Contribution) -> dict[str, Any]:
    return asdict(contribution)


def policy_of(file: Path | None) -> Policy:
    """Return the policy of a file, or the shipped one."""
    if file is None:
        return policies.default()
    return policies.load(file.read_text(encoding="utf-8", errors="replace"), file.name)


def _form(name: str) -> str:
    endings: Mapping[str, str] = {".csv": "csv", ".txt": "text"}
    return endings.get(Path(name).suffix.lower(), "jsonl")


def _write(document: Mapping[str, Any]) -> None:
    click.echo(as_json(document).encode())


COMMANDS: tuple[click.Command, ...] = (classify,)
