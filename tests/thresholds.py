"""The thresholds of the shipped policy, chosen from a workload: `python -m tests.thresholds` prints them.

The workload is the ordinary posts of the demonstration: those that alert are mistakes. Posts that are planted there,
the functional suite and the public sets have no part in it. The score alone decides how many alert, since it ranks
best; a category's own threshold, met by twice as many, says which clause it is.
"""

import math

import numpy as np

from classifier import pipeline
from classifier.evaluate import ALERTING
from classifier.pipeline import Model
from data.samples import council

MOST = 20  # of 1,000 ordinary posts reach the threshold of the score
NAMED = 40  # of 1,000 reach a category's


def chosen(model: Model) -> dict[str, float]:
    """Return the threshold of the score and of every category that alerts, rounded up to three figures."""
    found = model.classify([post.text for post in council.all_posts() if not post.expect])
    scores = {"score": [f.score or 0.0 for f in found]}
    scores |= {category: [f.categories.get(category, 0.0) for f in found] for category in ALERTING}
    return {name: limit(values, MOST if name == "score" else NAMED) for name, values in scores.items()}


def limit(values: list[float], most: int) -> float:
    """Return the lowest threshold, rounded up, that at most `most` of 1,000 values reach."""
    ordered = -np.sort(-np.array(values))
    return rounded_up(float(ordered[len(values) * most // 1000]) * (1 + 1e-6))


def rounded_up(value: float, figures: int = 3) -> float:
    """Return the next number of so many figures that is not below a value above nothing."""
    step = 10.0 ** (math.floor(math.log10(value)) + 1 - figures)
    return round(math.ceil(value / step - 1e-9) * step, 12)


if __name__ == "__main__":
    for name, threshold in chosen(pipeline.load()).items():
        print(f"{name}: {threshold:g}")
