"""The thresholds of the shipped policy, chosen from a workload: `python -m tests.thresholds` prints them.

The workload is the ordinary posts of the demonstration: those that alert are mistakes. Posts that are planted there,
the functional suite and the public sets have no part in it. The rule is that of `postreeve evaluate --at-most`.
"""

import math

from classifier import pipeline
from classifier.evaluate import above, limits_for
from classifier.pipeline import Model
from data.model import Category
from data.samples import council

MOST = 20  # of 1,000 ordinary posts may raise an alert
STRONG = 5  # of 1,000 may be told as strong language, which alone raises none


def chosen(model: Model) -> dict[str, float]:
    """Return the threshold of the score and of every category, rounded up to three figures."""
    texts = [post.text for post in council.all_posts() if not post.expect]
    limits = limits_for(model, texts, len(texts) * MOST // 1000)
    strong = [found.categories.get(Category.PROFANITY, 0.0) for found in model.classify(texts)]
    limits[Category.PROFANITY] = above(strong, len(texts) * STRONG // 1000)
    return {name: rounded_up(value) for name, value in limits.items()}


def rounded_up(value: float, figures: int = 3) -> float:
    """Return the next number of so many figures that is not below a value above nothing."""
    step = 10.0 ** (math.floor(math.log10(value)) + 1 - figures)
    return round(math.ceil(value / step - 1e-9) * step, 12)


if __name__ == "__main__":
    for name, threshold in chosen(pipeline.load()).items():
        print(f"{name}: {threshold:g}")
