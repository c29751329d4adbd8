"""Ask first: what the policy and the model say of a draft that its author has not posted yet.

The answer holds no word of the draft: stretches by their offsets in it, clauses and cues by their names.
"""

from collections.abc import Callable, Mapping
from typing import Any

from classifier.adapt_commands import in_use
from classifier.pipeline import Model
from data import policy as rules
from data.cli import Context
from data.errors import UseError
from data.model import Assessed, Contribution, Explanation
from data.policy import Policy
from data.services.drafts import LONGEST
from data.services.policy import current

Answer = Callable[[Mapping[str, Any]], dict[str, Any]]


def answering(context: Context) -> Answer:
    """Return what answers a request about a draft, `{"text"}`, with the model and policy in use then."""

    def answer(subject: Mapping[str, Any]) -> dict[str, Any]:
        with context.store.write() as tx:
            policy = current(tx, context.clock()).policy
        return about(in_use(context), policy, str(subject.get("text", "")))

    return answer


def about(model: Model, policy: Policy, text: str) -> dict[str, Any]:
    """Return which clauses a draft may touch, what speaks for and against it, and how far it could be read.

    `for` and `against` hold `{"start", "end", "weight"}`, offsets in code points of the draft. No probability is told:
    it would be read as a verdict. Raises `UseError` for a draft without words or one too long.
    """
    if not text.strip():
        raise UseError("The draft has no words yet. Write or paste some, and ask again.")
    if len(text) > LONGEST:
        raise UseError(f"The draft is longer than {LONGEST:,} characters. Ask about a part of it.")
    [found] = model.classify([text], explain=True)
    clauses = [policy.clause(hit.clause) for hit in rules.hits(policy, found)]
    why = found.explanation or Explanation(0.0, 0.0)
    return {
        "assessed": str(found.assessed),
        "read": found.assessed is not Assessed.NONE,
        "language": found.language,
        "clauses": [{"id": c.id, "title": c.title, "text": c.text, "guidance": c.guidance} for c in clauses if c],
        "cues": list(found.cues),
        "for": [_stretch(c) for c in why.for_],
        "against": [_stretch(c) for c in why.against],
        "policy": policy.version,
    }


def _stretch(part: Contribution) -> dict[str, float]:
    return {"start": part.start, "end": part.end, "weight": part.weight}
