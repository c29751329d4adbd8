"""A small passport office for tests: a panel of three, an administrator, an owner, and applications of theirs."""

from dataclasses import dataclass

from data.model import Passport, Person, Role
from data.panel import Seat, Sitting, Vote
from data.services import applying, people, register
from data.services.actors import shell
from data.services.register import Verdict
from data.store.engine import Store

ZONE = "Europe/London"
DOMAIN = "council.example"


@dataclass(frozen=True)
class Office:
    """Who works here; `owner` and `deputy` may apply."""

    pat: Person
    max: Person
    ida: Person
    admin: Person
    owner: Person
    deputy: Person


def staff(store: Store, password: str | None = None) -> Office:
    """Add the people."""
    roles = {"admin": Role.ADMINISTRATOR, "owner": Role.OWNER, "deputy": Role.OWNER}
    return Office(
        **{
            name: people.add(store, shell(), f"{name}@{DOMAIN}", name.title(), [roles.get(name, Role.PANEL)], password)
            for name in ("pat", "max", "ida", "admin", "owner", "deputy")
        }
    )


def application(account_id: str = "bins", **cells: str) -> dict[str, str]:
    """Return a complete application of the owner; `cells` replaces what a test is about."""
    usual = {
        "id": account_id,
        "platform": "feed",
        "handle": account_id.title(),
        "url": f"https://{account_id}.example/feed.xml",
        "kind": "service",
        "department": "Environment",
        "owner_email": f"owner@{DOMAIN}",
        "purpose": "Bin days",
        "lawful_basis": "public task",
        "dpia_ref": "DPIA-7",
        "notice_date": "2026-01-05",
        "review_date": "2026-12-01",
    }
    return usual | cells


def applied(store: Store, who: Person, account_id: str = "bins", **cells: str) -> Passport:
    """Apply for an account."""
    return applying.apply(store, who, applying.understood(application(account_id, **cells)))


def approved(store: Store, office: Office, account_id: str = "bins", **cells: str) -> Passport:
    """Apply for an account and have it approved."""
    applied(store, office.owner, account_id, **cells)
    return register.decide(store, ZONE, account_id, office.pat.email, Verdict(True, "Useful."))


def sitting(**votes: str) -> Sitting:
    """Return a sitting of members by their first names."""
    return Sitting(tuple(Seat(f"{name}@{DOMAIN}", Vote(vote)) for name, vote in votes.items()), "We talked it over.")
