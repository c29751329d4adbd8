"""How to read a score: one page in plain words; its figures are read from the model's card, never typed in here."""

from collections.abc import Mapping
from typing import Any

from dashboard import asking, present, ui
from dashboard.desk import Desk
from data.model import Person
from data.permissions import Action, may
from data.services import modelling

OWN = "own"  # the set of the card that speaks in a council's own voice
OF = 1000  # posts, in the example
FLAG = (
    "A flag says: the words of this post look like words that people called harmful elsewhere. Please read it. That is "
    "all it says. It is no finding, no evidence and no suspicion about anyone, and what counts is your reading of the "
    "post in its setting.",
)
RARE = "Harmful posts by council accounts are rare. That is why most flags are mistaken, however good a classifier is."
WORDS = (
    "The words marked as raising the score are those without which it would be lower; the words marked as lowering it "
    "are those without which it would be higher. They say what the classifier looked at, not what is wrong. Marked are "
    "only the heaviest, which together hold two thirds of the weight, eight at most; the others are listed under them.",
    "A word can raise a score only because hateful texts often hold it: the name of a group of people is the usual "
    "case. If that is all there is, the flag is most likely mistaken.",
    "The reasons why it may be fine (a quotation, a campaign, a place name) are looked for in the text too. They hint; "
    "they do not clear a post.",
)
UNREAD = (
    "Pictures, film and sound. Only a description that someone wrote beside them is read.",
    "Text inside a picture.",
    "Other languages than English. Such a post is “not assessed”, which is not the same as “no flag”.",
    "The conversation around it: what a reply answers to, private jokes, what only insiders know.",
    "Irony and hints are found less often than plain words.",
)
NEVER = (
    "It decides nothing: a person does, with a reason, after the owner could reply.",
    "It ranks no person, no account and no department.",
    "“No flag” is no praise: it means only that nothing in what was collected and assessed met a clause.",
)


def show(at: Desk, person: Person) -> None:
    """Draw the page."""
    ui.title("How to read a score")
    ui.message()
    ui.heading("What a flag is")
    ui.html(present.paragraphs(FLAG))
    ui.heading("Why most flags are mistaken")
    ui.html(present.paragraphs([RARE]))
    if may(person, Action.SEE_ACCOUNTS):
        figures(at, person)
    ui.heading("What words for and against mean")
    ui.html(present.paragraphs(WORDS))
    ui.heading("What is not read")
    ui.html(present.bullets(UNREAD))
    ui.heading("What it is never used for")
    ui.html(present.bullets(NEVER))


def figures(at: Desk, person: Person) -> None:
    """Draw the example with the figures of the card, and how flags fared here."""
    row = modelling.card(at.store, person)
    if row is None:
        ui.html(present.paragraphs(["The figures of the model in use are not here yet."]))
        asking.no_worker(at)
    else:
        ui.html(present.paragraphs(example(row.result)))
    here = modelling.about(at.store, person).fared
    known = [line for line in here if line.judged >= present.FEW]
    said = [f"{line.title}: {line.upheld} of {line.judged} decided were upheld here." for line in known]
    ui.html(present.bullets(said, "How often flags are upheld here is not yet known: too few have been decided."))
    ui.link("model", "More about the model and its figures")


def example(card: Mapping[str, Any]) -> list[str]:
    """Return the sentences that count flags out on a thousand posts, with the figures of a card.

    Of `OF` posts, a share p (the card's prevalence) is harmful; of these the share `recall` is flagged, of the others
    the share `false_alarms`. Returns what is known when the card lacks them.
    """
    share = float(card["prevalence"])
    measured = measured_on(card)
    if measured is None:
        return ["The card of the model in use has no figures of this kind."]
    recall, alarms = float(measured["recall"]), float(measured["false_alarms"])
    harmful = OF * share
    right, wrong = harmful * recall, (OF - harmful) * alarms
    of_all = present.ratio(right / (right + wrong)) if right + wrong else "none"
    return [
        f"An example with the figures of the model in use ({card['name']}). The model reckons that {share:.1%} of "
        f"posts are harmful: {harmful:.0f} of {OF:,}.",
        f"On held-out rows of our own training table, written like a council’s own posts, it flagged {recall:.0%} of "
        f"the harmful and {alarms:.1%} of the harmless ones ({measured['positives']:,} harmful of {measured['n']:,}, "
        f"at the thresholds its card suggests). So of {OF:,} posts it would flag {right:.1f} that are harmful and "
        f"{wrong:.1f} that are not: of all flags about {of_all} would be right.",
        "README and the documentation tell other figures of the same model: those on the functional suite, cases that "
        "other hands wrote to mislead, at the thresholds of the policy that is shipped. Another set, another share. "
        "The policy’s own thresholds and your own posts differ again; what counts is how flags fare here.",
    ]


def measured_on(card: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the figures on texts in a council's own voice, None where the card has none."""
    rows = [row for row in card["figures"].get("sets", []) if row.get("set") == OWN]
    return rows[0] if rows and {"recall", "false_alarms"} <= rows[0].keys() else None
