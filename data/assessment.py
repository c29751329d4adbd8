"""A department's own assessment: four capabilities, each at one of four stages. Pure.

Capabilities and stages are those of the Continuous Learning Framework for social services (Scottish Social Services
Council, 2008), which describes organisations as engaged, established, accomplished or exemplary. A department assesses
itself and says what that rests on; nothing of it is computed, from alerts least of all.
"""

from collections.abc import Mapping
from enum import StrEnum

from data.errors import IllegalStep
from data.nameless import tidied

LONGEST = 2000  # characters of evidence


class Capability(StrEnum):
    """What a department is able to do, so that its people do well."""

    CULTURE = "culture"
    PLANNING = "planning"
    LEARNING = "learning"
    FEEDBACK = "feedback"


class Stage(StrEnum):
    """How far it has come, in order."""

    ENGAGED = "engaged"
    ESTABLISHED = "established"
    ACCOMPLISHED = "accomplished"
    EXEMPLARY = "exemplary"


CAPABILITIES: Mapping[Capability, tuple[str, str]] = {  # what it is called, and what to ask
    Capability.CULTURE: (
        "A learning and performance culture",
        "Do people here ask first, speak of what went wrong, and learn from it together?",
    ),
    Capability.PLANNING: (
        "Planning for learning",
        "Is it planned who learns what about social media, and looked at again each year?",
    ),
    Capability.LEARNING: (
        "Access to learning",
        "Can everyone who posts get advice and training, in their working hours and when they need it?",
    ),
    Capability.FEEDBACK: (
        "Access to feedback",
        "Do those who post hear how it went, what went well included, from readers and from colleagues?",
    ),
}
STAGES: Mapping[Stage, tuple[str, str]] = {
    Stage.ENGAGED: ("Engaged", "We have begun, and know what we want."),
    Stage.ESTABLISHED: ("Established", "It is our usual way, for most of us."),
    Stage.ACCOMPLISHED: ("Accomplished", "It is everyone’s way, and we can show what it changed."),
    Stage.EXEMPLARY: ("Exemplary", "Others come to learn it from us."),
}


def words(evidence: str, said_by: str) -> tuple[str, str]:
    """Return evidence and who says so, tidied; raise `IllegalStep` when one is missing."""
    rests_on, by = "\n".join(filter(None, map(tidied, evidence.splitlines()))), tidied(said_by)
    if not rests_on or len(rests_on) > LONGEST:
        raise IllegalStep(f"Say in a few sentences what the assessment rests on: {LONGEST:,} characters at most.")
    if not by or len(by) > 200:
        raise IllegalStep("Say who in the department says so: a name, or a team.")
    return rests_on, by
