"""What `evaluate` measured, as lines for a person."""

from collections.abc import Mapping
from typing import Any

SHOWN = ("n", "upheld", "alerts", "precision", "recall", "false_alarms", "balanced_accuracy", "auc", "ap", "macro_f1")


def described(document: Mapping[str, Any]) -> str:
    """Return the measures as lines for a person."""
    lines = [f"Model {document['model'][:12]}, policy {document['policy']}"]
    for name, found in document["files"].items():
        lines += [f"{name}: {_figures(found)}", *_weakest(found.get("functionalities", {}))]
        lines += [f"  {title}" for title in _tables(found)]
    lines += [f"{row['set']}: {_figures(row)}" for row in document.get("sets", {}).get("sets", ())]
    for name, told in document.get("rationales", {}).items():
        ways = (f"{way} {told[way]['auprc']:.3f}" for way in ("contributions", "occlusion", "random"))
        lines.append(f"rationales of {name}, AUPRC: {', '.join(ways)}")
    return "\n".join(lines)


def _weakest(told: Mapping[str, Any]) -> list[str]:
    """Return the functionalities that fare worst."""
    worst = sorted(told.items(), key=lambda pair: (pair[1]["share"], pair[0]))[:5]
    return ["  weakest: " + ", ".join(f"{name} {one['share']:.0%}" for name, one in worst)] if worst else []


def _tables(found: Mapping[str, Any]) -> list[str]:
    """Return a line for every characteristic, prevalence and threshold."""
    lines = [
        f"{name}: recall {share(told['recall'])}, false alarms where it is mentioned {share(told['false_alarms'])}"
        for name, told in found.get("characteristics", {}).items()
    ]
    lines += [
        f"at {one['prevalence']:.1%} harmful: {one['alerts_per_1000']:.1f} alerts per 1,000 posts, "
        f"{_shown(one['expected_precision'])} of them right"
        for one in found.get("workload", ())
    ]
    return lines + [f"threshold of {name}: {value:.6f}" for name, value in found.get("thresholds", {}).items()]


def share(told: Mapping[str, Any]) -> str:
    """Return a share with its 95 % interval and the number of rows, or a dash where there are none."""
    if not told["n"]:
        return "–"
    low, high = told["interval"]
    return f"{told['share']:.1%} ({low:.1%} to {high:.1%}; {told['n']} rows)"


def _figures(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(found[name])}" for name in SHOWN if name in found)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
