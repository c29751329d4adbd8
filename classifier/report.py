"""The measures as one HTML page with plots, readable without a network or a script."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from classifier.told import share

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c;background:#fff}
h1{font-size:1.9rem}h2{margin-top:2.5rem}table{border-collapse:collapse;margin:1rem 0}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #b1b4b6}td.n{text-align:right}
svg{max-width:100%;height:auto}.bar{fill:#1d70b8}.low{fill:#d4351c}.ink{fill:#0b0c0c}.faint{stroke:#b1b4b6}
.line{stroke:#1d70b8;fill:none;stroke-width:2}.dot{fill:#1d70b8}.range{stroke:#0b0c0c}
@media(prefers-color-scheme:dark){body{background:#111;color:#f3f2f1}.ink{fill:#f3f2f1}.range{stroke:#f3f2f1}
.bar,.dot{fill:#5694ca}.line{stroke:#5694ca}}
"""
LOW = 0.7  # a bar below this share is drawn as a weak one
SIDE, MARGIN, BAR = 320, 40, 22


def page(document: Mapping[str, Any], day: str) -> str:
    """Return the page of what `postreeve evaluate` measured on a day (ISO)."""
    parts = [_file(name, found) for name, found in document["files"].items()]
    if "sets" in document:
        parts.append(_sets(document["sets"]["sets"]))
    head = f"<p>Model <code>{escape(document['model'])}</code>, policy {escape(document['policy'])}, {escape(day)}.</p>"
    title = "How well the classifier does"
    start = f"<!doctype html><html lang='en-GB'><head><meta charset='utf-8'><title>{title}</title>"
    small = "<meta name='viewport' content='width=device-width,initial-scale=1'>"
    return f"{start}{small}<style>{STYLE}</style></head><body><h1>{title}</h1>{head}{''.join(parts)}</body></html>\n"


def _file(name: str, found: Mapping[str, Any]) -> str:
    parts = [f"<h2>{escape(name)}</h2>", _summary(found)]
    if found.get("reliability"):
        parts += ["<h3>Are the probabilities right?</h3>", _reliability(found)]
    parts += ["<h3>What that means for a workload</h3>", _workload(found["workload"])] if found["workload"] else []
    for title, key in (("Categories", "categories"), ("Characteristics", "characteristics")):
        parts += [f"<h3>{title}</h3>", _named(key, found[key])] if found[key] else []
    for title, key in (
        ("False alarms by kind of harmless post", "kinds"),
        ("Functionalities: share right", "functionalities"),
    ):
        parts += [f"<h3>{title}</h3>", _bars(found[key], weak=key == "functionalities")] if found[key] else []
    return "".join(parts)


def _summary(found: Mapping[str, Any]) -> str:
    names = {
        "n": "rows",
        "upheld": "harmful by their labels",
        "not_assessed": "not assessed",
        "alerts": "alerts",
        "precision": "precision of alerts",
        "recall": "recall of alerts",
        "false_alarms": "false alarms among harmless rows",
        "balanced_accuracy": "balanced accuracy of alerts",
        "auc": "AUC of the score",
        "ap": "average precision of the score",
        "calibration_error": "calibration error of the score (ten bins)",
        "calibration_error_if_perfect": "… of a perfect model, by chance",
    }
    return _table(("measure", "value"), [(label, _cell(found.get(key))) for key, label in names.items()])


def _workload(told: Iterable[Mapping[str, Any]]) -> str:
    rows = [(f"{o['prevalence']:.1%}", f"{o['alerts_per_1000']:.1f}", _cell(o["expected_precision"])) for o in told]
    return _table(("share of harmful posts", "alerts per 1,000 posts", "of them right"), rows)


def _named(key: str, told: Mapping[str, Any]) -> str:
    if key == "categories":
        ranked = [(name, one["upheld"], one["n"], _cell(one["ap"])) for name, one in told.items()]
        return _table(("category", "harmful", "rows", "average precision"), ranked)
    shares = [(name, share(one["recall"]), share(one["false_alarms"])) for name, one in told.items()]
    return _table(("characteristic", "recall", "false alarms where it is mentioned"), shares)


def _sets(rows: Iterable[Mapping[str, Any]]) -> str:
    titles = {
        "set": "set",
        "n": "texts",
        "positives": "harmful",
        "auc": "AUC",
        "ap": "average precision",
        "macro_f1": "macro-F1",
        "recall": "recall of alerts",
        "false_alarms": "false alarms",
    }
    table = _table(tuple(titles.values()), [[_cell(row[key]) for key in titles] for row in rows])
    return f"<h2>Development rows of the public sets and our own</h2>{table}"


def _reliability(found: Mapping[str, Any]) -> str:
    """Draw the share of harmful rows over the stated probability; on the diagonal they agree."""
    points = [(MARGIN + p * SIDE, MARGIN + (1 - share) * SIDE, n) for p, share, n in found["reliability"]]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    most = max(n for *_, n in points)
    dots = "".join(f"<circle class='dot' cx='{x:.1f}' cy='{y:.1f}' r='{3 + 6 * n / most:.1f}'/>" for x, y, n in points)
    size, end = SIDE + 2 * MARGIN, MARGIN + SIDE
    label = f"<text class='ink' x='{MARGIN}' y='{size - 8}'>stated probability, 0 to 1; upwards: share harmful</text>"
    said = "; ".join(f"stated {p:.2f}, found {share:.2f} of {n}" for p, share, n in found["reliability"])
    return (
        f"<svg role='img' viewBox='0 0 {size} {size}' width='{size}' height='{size}'><title>{escape(said)}</title>"
        f"<line class='faint' x1='{MARGIN}' y1='{end}' x2='{end}' y2='{MARGIN}'/>"
        f"<polyline class='line' points='{path}'/>{dots}{label}</svg>"
    )


def _bars(told: Mapping[str, Any], weak: bool) -> str:
    """Draw a share and its 95 % interval for every name."""
    rows = "".join(_bar(n, name, one, weak) for n, (name, one) in enumerate(told.items()))
    height = BAR * len(told) + 8
    said = "; ".join(f"{name} {share(one)}" for name, one in told.items())
    return (
        f"<svg role='img' viewBox='0 0 760 {height}' width='760' height='{height}'>"
        f"<title>{escape(said)}</title>{rows}</svg>"
    )


def _bar(n: int, name: str, told: Mapping[str, Any], weak: bool) -> str:
    share, (low, high) = told["share"] or 0.0, told["interval"] or (0.0, 0.0)
    y, left, width = BAR * n, 260, 380
    kind = "low" if weak and share < LOW else "bar"
    text = f"{share:.1%} of {told['n']}"
    ends = f"x1='{left + low * width:.1f}' x2='{left + high * width:.1f}' y1='{y + 10}' y2='{y + 10}'"
    return (
        f"<text class='ink' x='0' y='{y + 15}' font-size='14'>{escape(name.replace('_', ' '))}</text>"
        f"<rect class='{kind}' x='{left}' y='{y + 4}' width='{share * width:.1f}' height='13'/>"
        f"<line class='range' {ends}/>"
        f"<text class='ink' x='{left + width + 10}' y='{y + 15}' font-size='13'>{text}</text>"
    )


def _table(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    head = "".join(f"<th scope='col'>{escape(str(title))}</th>" for title in titles)
    lines = ("".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows)
    return (
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
    )


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
