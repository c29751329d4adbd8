"""What a business case says, from lists where there are lists, and what speaks against approving it. Pure.

The lawful bases are those of UK GDPR Article 6(1), the conditions those of Articles 9(2) and 10; a text that names one
in its own way ("Article 6(1)(e), public task") is understood. A councillor's account adds that the member chose it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.model import AccountKind

OWN_CHOICE = "the member's own choice"
BASES: Mapping[str, str] = {
    "public task": "Article 6(1)(e)",
    "legal obligation": "Article 6(1)(c)",
    "contract": "Article 6(1)(b)",
    "vital interests": "Article 6(1)(d)",
    "consent": "Article 6(1)(a)",
    "legitimate interests": "Article 6(1)(f)",
}
BASIS_WARNINGS: Mapping[str, str] = {
    "consent": "Consent hardly works at work: staff can seldom refuse freely. Check with your legal advisers.",
    "legitimate interests": (
        "A public authority cannot rely on legitimate interests for its own tasks. Check with your legal advisers."
    ),
}
SPECIAL: Mapping[str, str] = {
    "explicit_consent": "Article 9(2)(a), explicit consent",
    "employment": "Article 9(2)(b), employment, social security and social protection law",
    "vital_interests": "Article 9(2)(c), vital interests",
    "made_public": "Article 9(2)(e), made public by the person",
    "legal_claims": "Article 9(2)(f), legal claims",
    "substantial_public_interest": "Article 9(2)(g), substantial public interest",
    "health_or_social_care": "Article 9(2)(h), health or social care",
    "archiving": "Article 9(2)(j), archiving, research and statistics",
    "criminal_offences": "Article 10, criminal offences, with a condition of Schedule 1 to the 2018 Act",
}
MOST_POSTS = 10_000  # a week


@dataclass(frozen=True, slots=True)
class BusinessCase:
    """What an application says beyond the register's columns; `posts_from` and `posts_to` are posts a week."""

    will_post: str = ""
    will_not_post: str = ""
    posts_from: int | None = None
    posts_to: int | None = None
    special: tuple[str, ...] = ()


BARE = BusinessCase()


def bases(text: str) -> tuple[str, ...]:
    """Return the bases of the list that a text names, in the text's order."""
    return tuple(known for part in _parts(text) if (known := _basis(part)) and known != OWN_CHOICE)


def own_choice(text: str) -> bool:
    """Say whether a text records that the account is there by the member's own choice."""
    return any(_basis(part) == OWN_CHOICE for part in _parts(text))


def with_choice(text: str) -> str:
    """Return a lawful basis that records the member's own choice."""
    return text if own_choice(text) else "; ".join(filter(None, [OWN_CHOICE, text]))


def basis_problem(text: str) -> str:
    """Say what of a lawful basis is not on the list, "" when all is."""
    strange = [part for part in _parts(text) if not _basis(part)]
    return f"{strange[0]!r} is not a lawful basis; known are {', '.join(BASES)}" if strange else ""


def problems(case: BusinessCase) -> tuple[str, ...]:
    """Return what is wrong with a case as it is written, in sentences."""
    found = [f"{name!r} is not a condition of Article 9 or 10." for name in case.special if name not in SPECIAL]
    numbers = [n for n in (case.posts_from, case.posts_to) if n is not None]
    if any(not 0 <= n <= MOST_POSTS for n in numbers):
        found.append(f"Posts a week are a number from 0 to {MOST_POSTS:,}.")
    elif len(numbers) == 2 and numbers[0] > numbers[1]:
        found.append(f"Posts a week go from {numbers[0]} to {numbers[1]}: the first is the larger one.")
    return tuple(found)


def hindrances(kind: AccountKind, lawful_basis: str, holders: int) -> tuple[str, ...]:
    """Return what forbids an approval; `holders` counts owner and deputies, each person once."""
    found = []
    if kind is AccountKind.CORPORATE and holders < 2:
        found.append("A corporate account needs two people at least: name a deputy beside the owner.")
    if holders < 1:
        found.append("Nobody owns the account: name an owner first.")
    if kind is AccountKind.COUNCILLOR and not own_choice(lawful_basis):
        found.append("A councillor’s account is there by the member’s own choice, and they have not made it yet.")
    return tuple(found)


def warnings(lawful_basis: str, trained: bool) -> tuple[str, ...]:
    """Return what a panel should know before it decides; nothing of it forbids an approval."""
    found = [BASIS_WARNINGS[basis] for basis in bases(lawful_basis) if basis in BASIS_WARNINGS]
    if not trained:
        found.append("No completed training of the owner is on record. It can be offered; it is no condition.")
    return tuple(found)


def _parts(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _basis(part: str) -> str:
    plain = re.sub(r"[\s_]+", " ", part.lower().replace("’", "'"))
    named = [known for known, article in BASES.items() if known in plain or article.lower() in plain]
    if OWN_CHOICE in plain:
        return OWN_CHOICE
    return named[0] if len(named) == 1 else ""
