"""The model's card: what it is, what it was made from, how it measures, where it is poor. Generated, never edited."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from classifier.heads import SCORE
from classifier.sets import SETS

NOT_FOR = (
    "Deciding anything about anyone. It prompts a person to look; it is evidence of nothing.",
    "Ranking, comparing or profiling people, accounts or departments.",
    "Private, personal or union accounts, recruitment, or anything but posts of the council's own register.",
    "Languages other than English. Welsh and Scottish Gaelic are recognised and left unassessed, not cleared.",
    "Pictures, film and sound. A text in a picture is not read.",
)
POOR = (
    "**Anything that takes more than the words**: a reply's context, a picture, private jokes, a hint that only "
    "insiders read. Irony and coded hints are found less often than plain words; the functional suite says how often.",
    "**A council's own voice is written, not collected.** No public set holds it, so we wrote rows for it, and a suite "
    "by other hands. Real posts will differ: measure yours with `postreeve evaluate FILE`.",
    "**Words that name a group** carry some weight of their own, because hateful rows are where the public sets name "
    "groups. Watch the share of upheld flags for each characteristic.",
    "**Very short posts** and posts that are nothing but emoji say too little.",
    "**Long posts** are read in windows of some 70 words and score as their worst window.",
    "**Rare heads.** See the counts of positive rows below; a figure on a few dozen rows is a rough one.",
    "**Labels** are those of their annotators, ours among them. Mild swearing, dialect and reclaimed words were often "
    "marked as abuse in the public sets.",
)


def written(
    manifest: Mapping[str, Any], digest: str, figures: Mapping[str, Any], beside: Mapping[str, Any] | None
) -> str:
    """Return the card as Markdown; `beside` are the figures of the other variant."""
    parts = [
        _head(manifest, digest),
        "## What it must not be used for\n\n" + _bullets(NOT_FOR),
        "## Where it is poor\n\n" + _bullets([*POOR, *_untrained(manifest)]),
        _data(manifest),
        _measures(manifest, figures),
        _beside(beside),
        _calibration(manifest),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(manifest: Mapping[str, Any], digest: str) -> str:
    return (
        f"# {manifest['name']}\n\n"
        "An encoder, MiniLM-L6 (Wang et al. 2020; 6 layers, 384 features, from `all-MiniLM-L6-v2`, Apache-2.0), "
        "fine-tuned and cut to 8 bits with fixed scales, and on the mean of its token vectors one linear head each for "
        "the score, five categories and nine protected characteristics. It reads English text and gives "
        "probabilities; its explanations add up.\n\n"
        f"Model hash `{digest}`, seed {manifest['seed']}, variant *{manifest['variant']}*."
    )


def _untrained(manifest: Mapping[str, Any]) -> list[str]:
    rows = manifest["positive_rows"]
    return [
        f"**{name} is not trained** ({rows[name]} positive rows): it always gives the stated prevalence and can point "
        "to nothing."
        for name in manifest["untrained"]
    ]


def _data(manifest: Mapping[str, Any]) -> str:
    rows = [
        (
            s["name"],
            SETS[s["name"]].what,
            s["licence"],
            "yes" if s["licence_stated"] else "**no**",
            s["train"],
            s["dev"],
        )
        for s in manifest["sets"]
    ]
    own = manifest["own"]
    rows.append(
        ("own", "ours: a council's own voice, in twins", "Apache-2.0, as postreeve", "yes", own["train"], own["dev"])
    )
    table = _table(("set", "what", "licence", "stated by its authors", "train", "dev"), rows)
    unstated = [s["name"] for s in manifest["sets"] if not s["licence_stated"]]
    note = (
        f"The licence of {', '.join(unstated)} is unstated or unverified: the variant *clear* is trained without them."
        if unstated
        else "Every set's licence is stated by its authors."
    )
    held_out = (
        "Handles, addresses and links were masked before training. Nobody labelled the benign sets: they are harmless "
        "by assumption. Of our own rows whole groups of twins, each by one author in one situation, are held out. The "
        "encoder was tuned on `train`; the heads were fitted and calibrated on rows it had not seen: a twentieth of "
        "the public `train` rows, and our tables by other hands. All `dev` rows are only ever measured on."
    )
    return f"## Data\n\n{table}\n\n{note} {held_out}"


def _measures(manifest: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in sorted(manifest["versions"].items()))
    return (
        f"## Measures\n\nOn held-out rows of the sets, {figures['date']}, by `{figures['command']}` "
        f"({figures['seconds']} s; {versions}).\n\n### Heads\n\n{_heads(manifest, figures)}\n\n"
        "`ECE` is the expected calibration error at the rows' own prevalence (ten bins). Recall and false alarms are "
        "at the suggested threshold; false alarms are counted on harmless rows.\n\n"
        f"### Sets\n\n{_sets(figures)}\n\nMacro-F1 {_limits(manifest)}. An alert is any category but profanity at its "
        "threshold. These are not the figures of a council's own posts: measure those with `postreeve evaluate FILE`."
        f"{_cut(manifest)}"
    )


def _limits(manifest: Mapping[str, Any]) -> str:
    """Say at which thresholds macro-F1 is told."""
    if not any(manifest.get("set_limits", {}).values()):
        return "at even odds"
    return "at a threshold set on rows of the set's `train` part; of all sets, and where those are few, at even odds"


def _cut(manifest: Mapping[str, Any]) -> str:
    """Say what 8 bits cost, where the encoder was measured before and after."""
    auc = manifest["tuned"].get("auc")
    if auc is None:
        return ""
    return (
        f" On the same rows the score that the encoder was tuned with has AUC {auc['float32']:.4f} in float32 and "
        f"{auc['int8']:.4f} in 8 bits."
    )


def _heads(manifest: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    positive = manifest["positive_rows"]
    rows = [
        (
            row["head"],
            positive[row["head"]],
            f"{row['positives']} of {row['n']}",
            _number(row["auc"]),
            _number(row["ap"]),
            _number(row["calibration_error"]),
            _number(row.get("threshold")),
            _percent(row.get("recall")),
            _percent(row.get("false_alarms")),
        )
        for row in figures["heads"]
    ]
    titles = ("head", "positive rows in train", "to measure", "AUC", "AP", "ECE", "threshold", "recall", "false alarms")
    return _table(titles, rows)


def _sets(figures: Mapping[str, Any]) -> str:
    rows = [
        (
            row["set"],
            f"{row['positives']} of {row['n']}",
            _number(row["auc"]),
            _number(row["ap"]),
            _number(row["macro_f1"]),
            _percent(row["recall"]),
            _percent(row["false_alarms"]),
        )
        for row in figures["sets"]
    ]
    return _table(("set", "harmful", "AUC", "AP", "macro-F1", "recall of alerts", "false alarms"), rows)


def _beside(other: Mapping[str, Any] | None) -> str:
    if other is None:
        return (
            "## The other variant\n\nThe variants are *full* (every set) and *clear* (only sets whose authors state a "
            "licence). The other one has not been trained beside this one: it takes as long again, by "
            "`postreeve train --datasets DIR --out OUT --variant NAME`."
        )
    head = next(row for row in other["heads"] if row["head"] == SCORE)
    return (
        f"## The other variant\n\nMeasured {other['date']} by `{other['command']}` on held-out rows of its own sets; "
        f"over all of them the score has AUC {_number(head['auc'])} and AP {_number(head['ap'])}.\n\n{_sets(other)}"
    )


def _calibration(manifest: Mapping[str, Any]) -> str:
    share = f"{manifest['prevalence']:.1%}"
    chosen = ", ".join(f"{name} {value}" for name, value in sorted(manifest["suggested_thresholds"].items()))
    return (
        "## Probabilities and thresholds\n\nEvery head is scaled on held-out rows (Platt) and then re-based by "
        f"a constant in log-odds as if {share} of posts met it. A head with fewer than 20 positive held-out rows is "
        "re-based only. The share of harmful posts of a real council is unknown: at another share the same text has "
        f"another probability.\n\nSuggested thresholds: {chosen}. They were set on the calibration rows within a "
        "budget of false alarms among harmless rows (ours and the benign sets). Rows written to mislead raise more."
    )


def _table(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"
