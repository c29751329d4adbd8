"""The verb model, and what `train --from-reviews` does: learn, measure, keep or not, put in use."""

import os
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from classifier import own, pipeline, storage
from classifier.pipeline import SHIPPED, Model
from classifier.scorer import Linear, Scorer
from data.cli import Context, pass_context
from data.clock import local_day
from data.config import Settings
from data.errors import ModelError, UseError
from data.model import Person
from data.services import actors, judged, models
from data.services.anchoring import anchor_head
from data.services.judged import Judgements
from data.services.models import Kept, Standing
from data.services.policy import current

NEEDED = ("adapt_purpose", "adapt_dpia", "adapt_notice")
NOT_BETTER = "The model that learnt from reviews is not better than its base; it was not kept."


def check_allowed(settings: Settings, today: date) -> None:
    """Raise `UseError` unless the council has said that, why and since when reviews may train the classifier."""
    missing = [name for name in NEEDED if not getattr(settings, name).strip()]
    if missing:
        raise UseError(
            f"Learning from reviews is off: set {', '.join(NEEDED[:-1])} and {NEEDED[-1]} first (not set: "
            f"{', '.join(missing)}). It is a purpose of its own, which posts and decisions were not collected for: it "
            "takes a stated purpose, an impact assessment that covers it, and a notice to owners and reviewers."
        )
    if date.fromisoformat(settings.adapt_notice) > today:
        raise UseError(
            f"Learning from reviews is off until {settings.adapt_notice}, the day of the notice (adapt_notice): "
            "people are told first."
        )


def learn(context: Context) -> None:
    """Learn from the reviews in force; keep the model and put it in use if it is better, else say so."""
    settings, actor = context.settings, actors.shell()
    check_allowed(settings, local_day(context.clock(), settings.zone))
    why = {name.removeprefix("adapt_"): getattr(settings, name) for name in NEEDED}
    found = judged.judgements(context.store, actor, why)
    _adapt().check_enough(found.rows)
    base = pipeline.load(_base(settings))
    context.say(f"Learning from {len(found.rows)} judgements …")
    heads, report = _learnt(context, base, found)
    document = {"base": base.hash, **report, "kept": report["better"]}
    if report["better"]:
        document["model"] = _kept(context, actor, base, heads, {**report, **why}, found)
    else:
        context.failures.append(NOT_BETTER)
    anchor_head(context.store, settings)
    context.emit(document, described(document, settings))


def _base(settings: Settings) -> Path:
    """Return the folder of the model to learn on top of: never one that learnt itself, so that nothing piles up."""
    folder = Path(settings.model) if settings.model else SHIPPED
    if "adapted" in storage.read_manifest(folder):
        raise UseError(
            f"The setting model names {folder}, which has learnt from reviews already; name its base, or no model."
        )
    return folder


def _learnt(context: Context, base: Model, found: Judgements) -> tuple[Linear, dict[str, Any]]:
    """Return heads that learnt, and the figures that say whether they are better."""
    adapt, measured = _adapt(), _measured()
    prior = float(base.manifest["prevalence"])
    others = adapt.ballast(own.frame())
    taught = adapt.lessons(base.scorer.encoder, found.rows, others)
    share = measured.prevalence(found, prior)
    compared = measured.cross_validated(base.scorer.heads, prior, taught, found.rows)
    heads, names = adapt.adapted(base.scorer.heads, prior, taught, share.applied)
    context.say("Measuring on the functional suites …")
    with context.store.write() as tx:
        policy = current(tx, context.clock()).policy
    made = Model(Scorer(base.scorer.encoder, heads), base.manifest)
    suites = measured.on_both(base, made, policy, own.SUITES)
    return heads, measured.report(found.rows, names, len(others), share, compared, suites)


def _kept(
    context: Context, actor: Person, base: Model, heads: Linear, learnt: Mapping[str, Any], found: Judgements
) -> str:
    """Write the model to its folder, register it and put it in use; return its hash."""
    manifest = {
        **{key: value for key, value in base.manifest.items() if key != "files"},
        "name": f"{base.manifest.get('name', '')}+reviews",
        "prevalence": learnt["prevalence"]["applied"],
        "adapted": {"base": base.hash, **learnt},
    }
    full = written(Path(context.settings.models), _base(context.settings), heads, manifest)
    model_hash = storage.digest(full)
    rows = [(row.review_id, row.at) for row in found.rows]
    models.accept(context.store, actor, model_hash, full, rows)
    return model_hash


def written(models_folder: Path, base: Path, heads: Linear, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write a model into the folder of its hash, whole or not at all; return its manifest."""
    new = models_folder / f".new-{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    try:
        storage.write_encoder(new, *storage.read_encoder(base))
        full = storage.write(new, heads, manifest)
        target = models_folder / storage.digest(full)
        if not target.exists():
            new.replace(target)
    except OSError as error:
        raise UseError(f"The model cannot be written to {models_folder}: {error.strerror}; see models.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return full


def in_use(context: Context) -> Model:
    """Load the model that scans use: the one the setting `model` names, else the one in use, else the shipped one.

    A model whose reviews are not all there any more is not used: the newest whole one before it is, with a message.
    Raises `ModelError` when the folder of a model is not there or is damaged.
    """
    if context.settings.model:
        return pipeline.load(context.settings.model)
    found = models.standing(context.store)
    if found.barred is not None:
        context.say(_barred(found.barred, found.usable))
    return pipeline.load(found.usable and folder_of(context.settings, found.usable))


def folder_of(settings: Settings, model_hash: str) -> Path:
    """Return the folder of a kept model; raise `ModelError` with the way out when it is not there."""
    folder = Path(settings.models) / model_hash
    if not folder.is_dir():
        raise ModelError(
            f"Model {model_hash[:12]} is in use, but {folder} is not there. Restore it, say where it is with the "
            'setting models, or roll back with: postreeve model use shipped --reason "…"'
        )
    return folder


def _barred(chosen: Kept, usable: str | None) -> str:
    return (
        f"Model {chosen.hash[:12]} is not used: {chosen.lost} of the {chosen.learnt} reviews it learnt from are gone "
        f"or erased. {_named(usable)} is used instead; learn anew with: postreeve train --from-reviews"
    )


def _named(model_hash: str | None) -> str:
    return f"Model {model_hash[:12]}" if model_hash else "The shipped model"


@click.group()
def model() -> None:
    """Look at the models that learnt from reviews, and choose the one in use."""


@model.command(name="list")
@pass_context
def list_(context: Context) -> None:
    """List the shipped model and those that learnt from reviews, with the one that scans use."""
    found = models.standing(context.store)
    documents = [_shipped_row(found), *(_row(context.settings, one, found) for one in found.kept)]
    lines = [_line(document) for document in documents]
    if context.settings.model:
        lines.append(f"The setting model names {context.settings.model}: scans use that one.")
    context.emit(documents, "\n".join(lines))


@model.command()
@click.argument("named", metavar="HASH|shipped")
@click.option("--reason", required=True, help="Why.")
@click.option("--by", metavar="EMAIL", help="Who does it.  [default: the user of this shell]")
@pass_context
def use(context: Context, named: str, reason: str, by: str | None) -> None:
    """Put a model in use, by its hash or the beginning of it, or go back to the shipped one."""
    with context.store.read() as tx:
        actor = actors.named(tx, by)
    if named != models.SHIPPED:
        storage.read_manifest(
            folder_of(context.settings, models.named_in(models.standing(context.store).kept, named).hash)
        )
    chosen = models.use(context.store, actor, named, reason)
    anchor_head(context.store, context.settings)
    context.emit({"model": chosen or models.SHIPPED}, f"{_named(chosen)} is in use.")


def _shipped_row(found: Standing) -> dict[str, Any]:
    shipped = storage.digest(storage.read_manifest(SHIPPED))
    return {"model": models.SHIPPED, "hash": shipped, "in_use": found.usable is None, "usable": True}


def _row(settings: Settings, one: Kept, found: Standing) -> dict[str, Any]:
    return {
        "model": one.hash[:12],
        "hash": one.hash,
        "in_use": found.usable == one.hash,
        "usable": not one.lost,
        "created_at": one.created_at,
        "base": one.manifest["adapted"]["base"],
        "reviews": one.learnt,
        "lost": one.lost,
        "here": (Path(settings.models) / one.hash).is_dir(),
    }


def _line(row: Mapping[str, Any]) -> str:
    mark = "*" if row["in_use"] else " "
    if "reviews" not in row:
        return f"{mark} {row['model']:<12}  {row['hash'][:12]}"
    learnt = f"{row['reviews']} reviews" + (f", {row['lost']} of them gone: not to be used" if row["lost"] else "")
    here = "" if row["here"] else " (its folder is not there)"
    return f"{mark} {row['model']:<12}  {row['created_at']:%Y-%m-%d %H:%M} UTC, {learnt}{here}"


def described(document: Mapping[str, Any], settings: Settings) -> str:
    """Return what a training came to, for a person."""
    text = _measured().described(document)
    if not document["kept"]:
        return f"{text}\n{NOT_BETTER}"
    place = f" The setting model names {settings.model}, which scans go on using." if settings.model else ""
    return f"{text}\nModel {document['model'][:12]} is kept and in use.{place}"


def _adapt() -> Any:
    """Import what only learning needs: scikit-learn and pandas take seconds."""
    from classifier import adapt

    return adapt


def _measured() -> Any:
    from classifier import adapt_measured

    return adapt_measured


COMMANDS: tuple[click.Command, ...] = (model,)
